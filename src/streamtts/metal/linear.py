"""A matrix of eight bits by our kernel, with what stands around the product in the same dispatch."""

from dataclasses import dataclass
from typing import Any

from streamtts.metal.launching import Kernels

ACTIVATIONS = {"": 0, "relu": 1, "gelu_tanh": 2, "gelu": 3}
MOST_ROWS = 8  # beyond, the weights are better unpacked once

_GROUP_SIZE = (64, 1)
_MOST, _LEAST = 127, 1e-12


@dataclass(frozen=True, slots=True)
class LayerNorm:
    """What evens out the rows before they are multiplied."""

    weight: Any
    bias: Any
    epsilon: float = 1e-5


class EightBits:
    """`weight` is outputs by inputs, in floats; one scale for each output."""

    def __init__(self, kernels: Kernels, weight: Any, bias: Any | None, *, floats: Any, device: Any) -> None:
        torch = kernels.torch
        exact = weight.to(torch.float32)
        scales = exact.abs().amax(dim=1).clamp_(min=_LEAST) / _MOST
        self._kernels, self._torch, self._floats = kernels, torch, floats
        self._whole = torch.round(exact / scales[:, None]).to(torch.int8).to(device)
        self._scales = scales.to(device)
        self._bias = None if bias is None else bias.to(device=device, dtype=floats)

    def __call__(
        self,
        rows: Any,
        *,
        norm: LayerNorm | None = None,
        activation: str = "",
        residual: Any | None = None,
    ) -> Any:
        """activation(norm(rows) W' + bias) + residual."""
        count, inputs = rows.shape
        numbers = self._kernels.number_name(rows)
        is_ours = numbers is not None and self._kernels.has("gemv_int8") and inputs % 8 == 0
        if not is_ours or not 0 < count <= MOST_ROWS or rows.stride(1) != 1:
            return self._by_torch(rows, norm, activation, residual)
        outputs = self._whole.shape[0]
        made = rows.new_empty((count, outputs))
        added = made if residual is None else residual
        shape = [
            *(count, outputs, inputs, inputs, rows.stride(0), outputs, added.stride(0)),
            *(int(self._bias is not None), ACTIVATIONS[activation], int(residual is not None)),
        ]
        together = 1 << (count - 1).bit_length()
        bias = rows if self._bias is None else self._bias
        arguments = [self._whole, self._scales, rows, bias, added, made, shape]
        name = f"gemv_int8_{numbers}_float_{together}"
        if norm is not None:
            name = f"gemv_int8_norm_{numbers}_float_{together}"
            arguments += [norm.weight, norm.bias, norm.epsilon]
        threads = (32 * -(-outputs // 4), 1)
        self._kernels.launch("gemv_int8", name, *arguments, threads=threads, group_size=_GROUP_SIZE)
        return made

    def weight_rows(self, places: Any) -> Any:
        return self._whole[places].to(self._floats) * self._scales[places][..., None].to(self._floats)

    def _by_torch(self, rows: Any, norm: LayerNorm | None, activation: str, residual: Any | None) -> Any:
        functional = self._torch.nn.functional
        if norm is not None:
            rows = functional.layer_norm(rows, norm.weight.shape, norm.weight, norm.bias, norm.epsilon)
        # Scaled before, for sums of whole numbers are beyond what 16 bits can hold.
        weight = self._whole.to(self._floats).mul_(self._scales[:, None])
        made = functional.linear(rows, weight, self._bias)
        if activation == "gelu_tanh":
            made = functional.gelu(made, approximate="tanh")
        elif activation:
            made = getattr(functional, activation)(made)
        return made if residual is None else made + residual
