"""What the kernels call an activation, in 64 bits."""

import math

import numpy as np

from metal.number_types import Truth

NONE, RELU, GELU_TANH, GELU_EXACT = range(4)

_share_below = np.vectorize(lambda x: math.erfc(-x / math.sqrt(2)) / 2, otypes=[np.float64])


def activated(x: Truth, activation: int) -> Truth:
    if activation == RELU:
        x = np.where(x < 0, 0.0, x)
    elif activation == GELU_TANH:
        x = x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2
    elif activation == GELU_EXACT:
        x = x * _share_below(x)
    return x
