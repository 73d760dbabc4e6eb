"""Matrices of few bits by our kernels, with what stands around the product in the same dispatch."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from streamtts.metal.launching import Kernels

ACTIVATIONS = {"": 0, "relu": 1, "gelu_tanh": 2, "gelu": 3}
MOST_ROWS = 8  # that share a reading of the weights
_MOST_READINGS = 4  # beyond, the weights are better unpacked once

_GROUP_SIZE = (64, 1)
_OUTPUTS_A_SIMDGROUP, _SIMD_WIDTH = 4, 32
_MOST_INT8, _MOST_INT4, _LEAST = 127, 15, 1e-12
_LEAST_HALF = 2**-24
_GROUPS = (64, 32, 16, 8)  # inputs that share a scale and a minimum, as many as divide a row


@dataclass(frozen=True, slots=True)
class LayerNorm:
    """What evens out the rows before they are multiplied."""

    weight: Any
    bias: Any
    epsilon: float = 1e-5

    def fits(self, inputs: int) -> bool:
        return all(each.shape == (inputs,) and each.stride(0) == 1 for each in (self.weight, self.bias))


class FewBits(ABC):
    """activation(norm(rows) W' + bias) + residual, of which all but W' may be left out."""

    _family: str

    def __init__(
        self,
        kernels: Kernels,
        weights: tuple[Any, ...],
        sizes: tuple[int, int],
        bias: Any | None,
        floats: Any,
    ) -> None:
        self._kernels, self.torch = kernels, kernels.torch
        self.weights = weights  # as the kernel takes them, before the rows
        self._inputs, self._group = sizes
        self.bias = None if bias is None else bias.to(device=weights[0].device, dtype=floats).contiguous()
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
        if not self._takes(rows, norm, residual):
            return self._by_torch(rows, norm, activation, residual)
        count, inputs = rows.shape
        made = rows.new_empty((count, self.outputs))
        added = made if residual is None else residual
        shape = [
            *(count, self.outputs, inputs, self._group, rows.stride(0), self.outputs, added.stride(0)),
            *(int(self.bias is not None), ACTIVATIONS[activation], int(residual is not None)),
        ]
        numbers, scales = map(self._kernels.number_name, (rows, self.weights[1]))
        together = rows_together(count)
        name = f"{self._family}_{numbers}_{scales}_{together}"
        arguments = [*self.weights, rows, rows if self.bias is None else self.bias, added, made, shape]
        if norm is not None:
            name = name.replace(self._family, f"{self._family}_norm")
            arguments += [norm.weight, norm.bias, float(norm.epsilon)]
        threads = (_SIMD_WIDTH * -(-self.outputs // _OUTPUTS_A_SIMDGROUP), -(-count // together))
        self._kernels.launch(self._family, name, *arguments, threads=threads, group_size=_GROUP_SIZE)
        return made

    def _takes(self, rows: Any, norm: LayerNorm | None, residual: Any | None) -> bool:
        """The kernel reads memory, and knows no more of it than it is told."""
        around = [self.bias, residual, *((norm.weight, norm.bias) if norm else ())]
        return (
            self._kernels.number_name(rows, *(each for each in around if each is not None)) is not None
            and self._kernels.has(self._family)
            and rows.ndim == 2
            and 0 < len(rows) <= MOST_ROWS * _MOST_READINGS
            and rows.shape[1] == self._inputs
            and self._inputs % 8 == 0
            and rows.stride(1) == 1
            and (norm is None or norm.fits(self._inputs))
            and (residual is None or _lies_like(residual, (len(rows), self.outputs)))
        )

    @abstractmethod
    def exact(self) -> Any:
        """The matrix that is multiplied with, in 64 bits."""

    @abstractmethod
    def unpacked(self) -> Any:
        """The same in the floats of the rows."""

    def _by_torch(self, rows: Any, norm: LayerNorm | None, activation: str, residual: Any | None) -> Any:
        functional = self.torch.nn.functional
        if norm is not None:
            rows = functional.layer_norm(rows, norm.weight.shape, norm.weight, norm.bias, norm.epsilon)
        made = functional.linear(rows, self.unpacked(), self.bias)
        if activation == "gelu_tanh":
            made = functional.gelu(made, approximate="tanh")
        elif activation:
            made = getattr(functional, activation)(made)
        return made if residual is None else made + residual


class EightBits(FewBits):
    """`weight` is outputs by inputs, in floats; one scale for each output."""

    _family = "gemv_int8"

    def __init__(self, kernels: Kernels, weight: Any, bias: Any | None, *, floats: Any, device: Any) -> None:
        torch = kernels.torch
        exact = weight.to(torch.float32)
        scales = exact.abs().amax(dim=1).clamp_(min=_LEAST) / _MOST_INT8
        whole = torch.round(exact / scales[:, None]).to(torch.int8)
        parts = tuple(part.contiguous().to(device) for part in (whole, scales))
        inputs = exact.shape[1]
        super().__init__(kernels, parts, (inputs, inputs), bias, floats)

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


class FourBits(FewBits):
    """`weight` is outputs by inputs, in floats; a scale and a minimum for so many inputs of an output."""

    _family = "gemv_int4"

    @staticmethod
    def divides(inputs: int) -> bool:
        """Whether a row of so many inputs is made of groups."""
        return inputs % _GROUPS[-1] == 0

    def __init__(self, kernels: Kernels, weight: Any, bias: Any | None, *, floats: Any, device: Any) -> None:
        torch = kernels.torch
        inputs = weight.shape[1]
        group = next(size for size in _GROUPS if inputs % size == 0)
        groups = weight.to(torch.float32).unflatten(1, (-1, group))
        kept = torch.float32 if floats == torch.float32 else torch.float16
        minima = groups.amin(dim=2).to(kept)
        scales = ((groups.amax(dim=2) - minima) / _MOST_INT4).clamp_(min=_LEAST_HALF).to(kept)
        # From what is kept, for that is what they are multiplied with.
        whole = torch.round((groups - minima[..., None]) / scales[..., None]).clamp_(0, _MOST_INT4)
        whole = whole.to(torch.uint8).flatten(1)
        packed = whole[:, 0::2] | (whole[:, 1::2] << 4)
        parts = tuple(part.contiguous().to(device) for part in (packed, scales, minima))
        super().__init__(kernels, parts, (inputs, group), bias, floats)

    def exact(self) -> Any:
        packed, scales, minima = (part.cpu() for part in self.weights)
        return self._scaled(packed, scales.double(), minima.double())

    def unpacked(self) -> Any:
        return self._scaled(*self.weights).to(self._floats)

    def _scaled(self, packed: Any, scales: Any, minima: Any) -> Any:
        whole = self.torch.stack([packed & _MOST_INT4, packed >> 4], dim=2).flatten(1)
        groups = whole.unflatten(1, (-1, self._group)) * scales[..., None] + minima[..., None]
        return groups.flatten(1)


def rows_together(count: int) -> int:
    """How many rows share a reading of the weights: 1, 2, 4 or 8."""
    return min(MOST_ROWS, 1 << (count - 1).bit_length())


def _lies_like(rows: Any, shape: tuple[int, int]) -> bool:
    return tuple(rows.shape) == shape and rows.stride(1) == 1
