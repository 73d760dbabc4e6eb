"""Weights of few bits as mx.quantize leaves them; the kernels read them as they are."""

from dataclasses import dataclass
from typing import Any

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
        inputs = rows.shape[-1]
        return self.bits in READERS and inputs % 8 == 0 and self.weights.shape[-1] * 32 == inputs * self.bits


def reading(bits: int) -> str:
    """An expression for these weights, where `inputs` is how many there are in a row."""
    return f"{READERS[bits]}(weights, scales, minima, inputs, inputs / uint(scales_shape[1]))"
