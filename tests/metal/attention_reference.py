"""Attention in 64 bits: what the kernels are held against."""

import numpy as np

from metal.number_types import Truth


def attention(q: Truth, k: Truth, v: Truth, scale: float, mask: Truth) -> Truth:
    """Of tensors (batch, head, position, size); the mask is added to the scores, and -inf hides."""
    sharing = q.shape[1] // k.shape[1]
    k, v = (np.repeat(tensor, sharing, axis=1) for tensor in (k, v))
    scores = q @ k.swapaxes(-1, -2) * scale + mask
    highest = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - np.where(np.isfinite(highest), highest, 0.0))
    total = weights.sum(axis=-1, keepdims=True)
    result: Truth = weights @ v / np.where(total, total, 1.0)
    return result


def causal_mask(queries: int, keys: int) -> Truth:
    """The queries are the last of the positions."""
    own = np.arange(queries)[:, None] + keys - queries
    return np.where(np.arange(keys) > own, -np.inf, 0.0)
