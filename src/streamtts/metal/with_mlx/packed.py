"""Weights of few bits as mx.quantize leaves them; the kernels read them as they are."""

from dataclasses import dataclass
from typing import Any

_GROUPS = (32, 64, 128)  # weights that share a scale, as MLX has them
READERS = {8: "packed_uint8_weights", 4: "packed_int4_weights"}  # in the shared headers


@dataclass(frozen=True, slots=True)
class Packed:
    """A weight is its number of so many bits times the scale of its group, plus the group's minimum."""

    weights: Any
    scales: Any
    minima: Any
    bits: int

    @property
    def parts(self) -> tuple[Any, Any, Any]:
        return self.weights, self.scales, self.minima

    def fits(self, rows: Any) -> bool:
        """Whether a kernel can multiply these rows with it."""
        inputs, (outputs, words) = rows.shape[-1], self.weights.shape
        return (
            self.bits in READERS
            and words * 32 == inputs * self.bits
            and self.scales.shape == self.minima.shape
            and self.scales.shape in [(outputs, inputs // group) for group in _GROUPS if inputs % group == 0]
        )


def reading(bits: int) -> str:
    """An expression for these weights, where `inputs` is how many there are in a row."""
    return f"{READERS[bits]}(weights, scales, minima, inputs, inputs / uint(scales_shape[1]))"
