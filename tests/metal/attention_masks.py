"""Masks of attention: what is hidden from which query, and how a kernel is told."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metal.number_types import Array, NumberType, Truth
from metal.tensors import Strides, Tensor

NONE, BOOLEAN, ADDITIVE = range(3)


@dataclass(frozen=True, slots=True)
class Mask:
    """What is added to the scores (batch, head, query, key), and what a kernel gets of it."""

    added: Truth
    code: int = NONE
    buffer: Array | None = None
    strides: Strides = (0, 0, 0, 0)


def no_mask() -> Mask:
    return Mask(np.zeros((1, 1, 1, 1)))


def boolean(attends: NDArray[np.bool_], first: int = 0) -> Mask:
    """True is any byte but 0, as it is in the gaps."""
    true = np.arange(attends.size, dtype=np.uint8).reshape(attends.shape) % 255 + 1
    stored = _spread(np.where(attends, true, 0).astype(np.uint8), np.uint8(255), first)
    return Mask(np.where(attends, 0.0, -np.inf), BOOLEAN, stored.buffer, stored.strides)


def additive(added: Truth, kind: NumberType, first: int = 0) -> Mask:
    stored = _spread(kind.stored(added), kind.stored(np.nan), first)
    return Mask(kind.numbers(stored.stored), ADDITIVE, stored.buffer, stored.strides)


def _spread(values: Array, gap: Array | np.uint8, first: int) -> Tensor:
    """With gaps between any two neighbours; what there is one of is for all, by a stride of 0."""
    _, heads, queries, keys = values.shape
    row = 2 * keys + 1
    apart = ((queries * row + 3) * heads + 5, queries * row + 3, row, 2)
    strides = tuple(stride if n > 1 else 0 for stride, n in zip(apart, values.shape, strict=True))
    return Tensor(values, strides, gap, first)
