"""Weights of few bits as the kernels read them: the reference for whoever packs them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from metal.number_types import Array, NumberType, Truth

Bytes = NDArray[np.int8]
Packed = NDArray[np.uint8]


def groups_of(weights: NDArray[Any], size: int) -> NDArray[Any]:
    """(outputs, inputs) as (outputs, groups, size)."""
    return weights.reshape(len(weights), -1, size)


def quantised_int8(weights: Truth, size: int, scale_type: NumberType) -> tuple[Bytes, Array]:
    """Bytes, and for each group the scale that makes 127 of its largest weight; -128 is never used."""
    groups = groups_of(weights, size)
    scales = scale_type.stored(np.abs(groups).max(axis=2) / 127)
    steps = divided(groups, scale_type.numbers(scales)[..., None])
    return np.clip(np.rint(steps), -127, 127).astype(np.int8).reshape(weights.shape), scales


def numbers_int8(weights: Bytes, scales: Array, scale_type: NumberType) -> Truth:
    """What the bytes stand for."""
    size = weights.shape[1] // scales.shape[1]
    groups = groups_of(weights.astype(np.float64), size) * scale_type.numbers(scales)[..., None]
    return groups.reshape(weights.shape)


def quantised_int4(weights: Truth, size: int, scale_type: NumberType) -> tuple[Packed, Array, Array]:
    """Two weights in a byte, 0 to 15, the first in the lower half; a scale and a minimum for each group."""
    groups = groups_of(weights, size)
    minima = scale_type.stored(groups.min(axis=2))
    lowest = scale_type.numbers(minima)[..., None]
    scales = scale_type.stored((groups - lowest).max(axis=2) / 15)
    steps = divided(groups - lowest, scale_type.numbers(scales)[..., None])
    whole = np.clip(np.rint(steps), 0, 15).astype(np.uint8).reshape(weights.shape)
    packed: Packed = np.bitwise_or(whole[:, 0::2], np.left_shift(whole[:, 1::2], 4), dtype=np.uint8)
    return packed, scales, minima


def numbers_int4(packed: Packed, scales: Array, minima: Array, scale_type: NumberType) -> Truth:
    """What the packed weights stand for."""
    whole = np.stack([packed & 15, packed >> 4], axis=2).reshape(len(packed), -1)
    size = whole.shape[1] // scales.shape[1]
    groups = groups_of(whole.astype(np.float64), size) * scale_type.numbers(scales)[..., None]
    return (groups + scale_type.numbers(minima)[..., None]).reshape(whole.shape)


def divided(groups: Truth, scales: Truth) -> Truth:
    """A group of equal weights has the scale 0, and its steps are 0."""
    return np.divide(groups, scales, out=np.zeros_like(groups), where=scales != 0)
