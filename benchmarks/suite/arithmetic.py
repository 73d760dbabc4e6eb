"""The yardstick of what computes: a product of two matrices, which takes some milliseconds of one core."""

from functools import cache
from typing import Any

SIDE = 512
NAME = f"a product of {SIDE} x {SIDE} matrices in numpy"


def product() -> None:
    left = _matrix()
    assert (left @ left).shape == (SIDE, SIDE)


@cache
def _matrix() -> Any:
    import numpy as np

    return np.random.default_rng(1).random((SIDE, SIDE), dtype=np.float32)
