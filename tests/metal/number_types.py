"""The number types of a kernel: how its buffers hold them, and how near to the truth it has to come."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Truth = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NumberType:
    """`bar` is the largest error, as a share of the largest expected value: little more than one rounding."""

    name: str
    bar: float

    def stored(self, values: ArrayLike) -> Array:
        """The values as a buffer holds them; a bfloat, which numpy lacks, as the upper half of a float."""
        with np.errstate(over="ignore"):
            if self.name == "half":
                return np.asarray(values, np.float16)
            single = np.ascontiguousarray(values, np.float32)
        if self.name == "float":
            return single
        bits = single.view(np.uint32)
        even = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
        return np.where(np.isnan(single), 0x7FC0, even).astype(np.uint16)

    def numbers(self, stored: Array) -> Truth:
        if self.name != "bfloat":
            return stored.astype(np.float64)
        return (stored.astype(np.uint32) << 16).view(np.float32).astype(np.float64)

    def rounded(self, values: ArrayLike) -> Truth:
        return self.numbers(self.stored(values))


FLOAT = NumberType("float", 1e-6)
HALF = NumberType("half", 5e-4)
BFLOAT = NumberType("bfloat", 4e-3)
TYPES = (FLOAT, HALF, BFLOAT)


def in_rows(values: Truth, gap: int, kind: NumberType) -> Array:
    """Rows with a gap of NaN before the first and after each, so that they begin anywhere."""
    rows, width = values.shape
    memory = kind.stored(np.full(gap + rows * (width + gap), np.nan))
    made = memory[gap:].reshape(rows, width + gap)
    made[:, :width] = kind.stored(values)
    return made


def assert_close(stored: Array, expected: Truth, kind: NumberType) -> None:
    """NaN and infinity stand where they are expected, and every number is near enough."""
    actual, nearest = kind.numbers(stored), kind.rounded(expected)
    finite = np.isfinite(nearest)
    np.testing.assert_array_equal(actual[~finite], nearest[~finite])
    if finite.any():
        largest = np.abs(expected[finite]).max()
        error = np.abs(actual[finite] - expected[finite]).max()
        assert error <= kind.bar * largest, f"{error:.3g} off where {largest:.3g} is the largest"
