"""Random arrays of MLX, what they are in 64 bits, and how far an answer is from the truth."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BARS = {"float32": 1e-6, "float16": 2e-3, "bfloat16": 1e-2}
Wide = NDArray[np.float64]


def drawn(mx: Any, *size: int, kind: str = "float32", seed: int = 0) -> Any:
    """`kind` is the name of a number type."""
    numbers = np.random.default_rng(seed + sum(size)).normal(size=size)
    return mx.array(numbers.astype(np.float32)).astype(getattr(mx, kind))


def wide(mx: Any, array: Any) -> Wide:
    return np.array(array.astype(mx.float32)).astype(np.float64)


def apart(mx: Any, found: Any, truth: Wide) -> float:
    """Relative to the largest value that is right."""
    return float(np.abs(wide(mx, found) - truth).max() / np.abs(truth).max())


def evened(rows: Wide, weight: Wide, bias: Wide, epsilon: float = 1e-5) -> Wide:
    distance = rows - rows.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((distance**2).mean(axis=-1, keepdims=True) + np.float32(epsilon))
    normal: Wide = distance / deviation * weight + bias
    return normal
