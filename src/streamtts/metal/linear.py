"""Matrices of few bits by our kernels, with what stands around the product in the same dispatch."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from streamtts.metal.launching import Kernels

ACTIVATIONS = {"": 0, "relu": 1, "gelu_tanh": 2, "gelu": 3}
MOST_ROWS = 8  # beyond, the weights are better unpacked once

_GROUP_SIZE = (64, 1)
_OUTPUTS_A_SIMDGROUP, _SIMD_WIDTH = 4, 32
_MOST_INT8, _MOST_INT4, _LEAST = 127, 15, 1e-12


@dataclass(frozen=True, slots=True)
class LayerNorm:
    """What evens out the rows before they are multiplied."""

    weight: Any
    bias: Any
    epsilon: float = 1e-5


class _FewBits(ABC):
    """activation(norm(rows) W' + bias) + residual, of which all but W' may be left out."""

    _family: str

    def __init__(
        self, kernels: Kernels, weights: tuple[Any, ...], group: int, bias: Any | None, floats: Any
    ) -> None:
        self._kernels, self._torch = kernels, kernels.torch
        self.weights = weights  # as the kernel takes them, before the rows
        self._group = group
        self.bias = None if bias is None else bias.to(device=weights[0].device, dtype=floats)
        self._floats = floats

    @property
    def outputs(self) -> int:
        return int(self.weights[0].shape[0])

    def __call__(
        self,
        rows: Any,
        *,
        norm: LayerNorm | None = None,
        activation: str = "",
        residual: Any | None = None,
    ) -> Any:
        count, inputs = rows.shape
        numbers = self._kernels.number_name(rows)
        is_ours = numbers is not None and self._kernels.has(self._family) and inputs % 8 == 0
        if not is_ours or not 0 < count <= MOST_ROWS or rows.stride(1) != 1:
            return self._by_torch(rows, norm, activation, residual)
        made = rows.new_empty((count, self.outputs))
        added = made if residual is None else residual
        shape = [
            *(count, self.outputs, inputs, self._group, rows.stride(0), self.outputs, added.stride(0)),
            *(int(self.bias is not None), ACTIVATIONS[activation], int(residual is not None)),
        ]
        name = f"{self._family}_{numbers}_float_{rows_together(count)}"
        arguments = [*self.weights, rows, rows if self.bias is None else self.bias, added, made, shape]
        if norm is not None:
            name = name.replace(self._family, f"{self._family}_norm")
            arguments += [norm.weight, norm.bias, norm.epsilon]
        threads = (_SIMD_WIDTH * -(-self.outputs // _OUTPUTS_A_SIMDGROUP), 1)
        self._kernels.launch(self._family, name, *arguments, threads=threads, group_size=_GROUP_SIZE)
        return made

    @abstractmethod
    def exact(self) -> Any:
        """The matrix that is multiplied with, in 64 bits."""

    @abstractmethod
    def unpacked(self) -> Any:
        """The same in the floats of the rows."""

    def _by_torch(self, rows: Any, norm: LayerNorm | None, activation: str, residual: Any | None) -> Any:
        functional = self._torch.nn.functional
        if norm is not None:
            rows = functional.layer_norm(rows, norm.weight.shape, norm.weight, norm.bias, norm.epsilon)
        made = functional.linear(rows, self.unpacked(), self.bias)
        if activation == "gelu_tanh":
            made = functional.gelu(made, approximate="tanh")
        elif activation:
            made = getattr(functional, activation)(made)
        return made if residual is None else made + residual


class EightBits(_FewBits):
    """`weight` is outputs by inputs, in floats; one scale for each output."""

    _family = "gemv_int8"

    def __init__(self, kernels: Kernels, weight: Any, bias: Any | None, *, floats: Any, device: Any) -> None:
        torch = kernels.torch
        exact = weight.to(torch.float32)
        scales = exact.abs().amax(dim=1).clamp_(min=_LEAST) / _MOST_INT8
        whole = torch.round(exact / scales[:, None]).to(torch.int8)
        parts = tuple(part.contiguous().to(device) for part in (whole, scales))
        super().__init__(kernels, parts, exact.shape[1], bias, floats)

    def weight_rows(self, places: Any) -> Any:
        whole, scales = self.weights
        return whole[places].to(self._floats) * scales[places][..., None].to(self._floats)

    def exact(self) -> Any:
        whole, scales = (part.cpu().double() for part in self.weights)
        return whole * scales[:, None]

    def unpacked(self) -> Any:
        # Scaled before, for sums of whole numbers are beyond what 16 bits can hold.
        whole, scales = self.weights
        return whole.to(self._floats).mul_(scales[:, None])


class FourBits(_FewBits):
    """`weight` is outputs by inputs, in floats; a scale and a minimum for so many inputs of an output."""

    _family = "gemv_int4"

    def __init__(
        self, kernels: Kernels, weight: Any, bias: Any | None, *, floats: Any, device: Any, group: int = 64
    ) -> None:
        torch = kernels.torch
        groups = weight.to(torch.float32).unflatten(1, (-1, group))
        minima = groups.amin(dim=2)
        scales = (groups.amax(dim=2) - minima).clamp_(min=_LEAST) / _MOST_INT4
        whole = torch.round((groups - minima[..., None]) / scales[..., None]).to(torch.uint8).flatten(1)
        packed = whole[:, 0::2] | (whole[:, 1::2] << 4)
        parts = tuple(part.contiguous().to(device) for part in (packed, scales, minima))
        super().__init__(kernels, parts, group, bias, floats)

    def exact(self) -> Any:
        _, scales, minima = (part.cpu().double() for part in self.weights)
        return self._scaled(self.weights[0].cpu(), scales, minima)

    def unpacked(self) -> Any:
        return self._scaled(*self.weights).to(self._floats)

    def _scaled(self, packed: Any, scales: Any, minima: Any) -> Any:
        whole = self._torch.stack([packed & _MOST_INT4, packed >> 4], dim=2).flatten(1)
        groups = whole.unflatten(1, (-1, self._group)) * scales[..., None] + minima[..., None]
        return groups.flatten(1)


def rows_together(count: int) -> int:
    """How many rows share a reading of the weights: 1, 2, 4 or 8."""
    return min(MOST_ROWS, 1 << (count - 1).bit_length())
