"""A layer norm in 64 bits."""

import numpy as np

from metal.number_types import Truth


def layer_norm(x: Truth, weight: Truth, bias: Truth, epsilon: float) -> Truth:
    """Of each row; epsilon has 32 bits, as a launcher passes it."""
    with np.errstate(invalid="ignore"):
        distance = x - x.mean(axis=1, keepdims=True)
        deviation = np.sqrt((distance**2).mean(axis=1, keepdims=True) + np.float32(epsilon))
        normal: Truth = distance / deviation * weight + bias
        return normal
