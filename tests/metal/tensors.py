"""Tensors that lie in memory as models leave them, in a buffer that holds nothing of use elsewhere."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from metal.number_types import Array, NumberType, Truth

Strides = tuple[int, ...]
Layout = Callable[[int, int, int], Strides]


# How (batch, head, position, element) lie in memory, in elements.
def contiguous(heads: int, positions: int, size: int) -> Strides:
    return heads * positions * size, positions * size, size, 1


def transposed(heads: int, positions: int, size: int) -> Strides:
    """As a projection leaves them: all heads of a position side by side."""
    return positions * heads * size, size, heads * size, 1


def interleaved(heads: int, positions: int, size: int) -> Strides:
    """As one projection to queries, keys and values leaves them."""
    return positions * 3 * heads * size, size, 3 * heads * size, 1


def roomy(heads: int, positions: int, size: int) -> Strides:
    """As a cache lies that has room for more."""
    return heads * (positions + 5) * size, (positions + 5) * size, size, 1


def odd(heads: int, positions: int, size: int) -> Strides:
    """With gaps everywhere, and nothing where four elements could be read at once."""
    row = size + 3
    return (positions * row + 5) * heads + 7, positions * row + 5, row, 1


def shared(_heads: int, positions: int, size: int) -> Strides:
    """The same for the whole batch."""
    return 0, positions * size, size, 1


class Tensor:
    """A view of `memory`, which is filled with `gap` elsewhere; a kernel gets `buffer` and the strides."""

    def __init__(self, values: Array, strides: Strides, gap: Any, first: int = 0) -> None:
        self.shape, self.strides, self.first = values.shape, strides, first
        length = first + 1 + sum((n - 1) * stride for n, stride in zip(values.shape, strides, strict=True))
        self.memory = np.full(length, gap, values.dtype)
        self.stored[...] = values

    @property
    def buffer(self) -> Array:
        return self.memory[self.first :]

    @property
    def stored(self) -> Array:
        steps = tuple(self.memory.itemsize * stride for stride in self.strides)
        return as_strided(self.buffer, self.shape, steps)

    @property
    def together(self) -> bool:
        """Whether each four elements lie where a load of four may begin."""
        return self.first % 4 == 0 and all(stride % 4 == 0 for stride in self.strides[:-1])


def tensor(values: Truth, layout: Layout, kind: NumberType, first: int = 0) -> Tensor:
    """What lies in its gaps is not a number."""
    return Tensor(kind.stored(values), layout(*values.shape[1:]), kind.stored(np.nan), first)
