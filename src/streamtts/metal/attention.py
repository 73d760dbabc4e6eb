"""Attention by our kernels; what they are not made for is None, and is PyTorch's."""

import math
from dataclasses import dataclass
from typing import Any

from streamtts.metal.launching import Kernels

_SIZES = (64, 96, 128)
_NO_MASK, _BOOLEAN, _ADDED = 0, 1, 2
_KEYS_A_STEP, _MOST_SIMDGROUPS, _SIMD_WIDTH = 8, 16, 32
_KEYS_A_BLOCK, _MOST_BLOCKS = 256, 32  # beyond so many keys one group a head leaves too much of a GPU idle
_QUERIES_A_GROUP, _THREADS_A_GROUP = 32, 128


@dataclass(frozen=True, slots=True)
class _Question:
    """What is attended to by what; each is sentence, head, place, width."""

    query: Any
    keys: Any
    values: Any
    mask: Any | None
    scale: float

    @property
    def heads_a_key(self) -> int:
        return int(self.query.shape[1] // self.keys.shape[1])


class Attention:
    """`query` is sentence, head, place, width; keys and values may have fewer heads, each used by several."""

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels
        self._torch = kernels.torch

    def __call__(
        self,
        query: Any,
        keys: Any,
        values: Any,
        mask: Any | None = None,
        *,
        scale: float | None = None,
        causal: bool = False,
    ) -> Any | None:
        """As scaled_dot_product_attention, but sentence, place, head, width; None: not made for this."""
        is_one = query.ndim > 2 and query.shape[2] == 1
        name = self._name("attention_decode" if is_one else "attention_prefill", query, keys, values)
        if name is None or (mask is not None and (causal or not self._takes(mask, query, keys))):
            return None
        if causal and query.shape[2] != keys.shape[2]:
            return None  # PyTorch and we would not mean the same
        scale = 1 / math.sqrt(query.shape[3]) if scale is None else scale
        asked = _Question(query, keys, values, mask, float(scale))
        return self._one(name, asked, None) if is_one else self._many(name, asked, causal=causal)

    def appended(self, query: Any, keys: Any, values: Any, new: tuple[Any, Any]) -> Any | None:
        """The `new` key and value go to the last place of keys and values, and are attended to, at once."""
        name = self._name("attention_decode", query, keys, values, *new)
        if name is None or query.shape[2] != 1 or _repeats(keys) or _repeats(values):
            return None
        return self._one(name, _Question(query, keys, values, None, 1 / math.sqrt(query.shape[3])), new)

    def _name(self, family: str, query: Any, keys: Any, values: Any, *new: Any) -> str | None:
        """A kernel reads memory, and knows no more of it than it is told: None unless all fits together."""
        tensors = (query, keys, values, *new)
        numbers = self._kernels.number_name(*tensors)
        fits = (
            numbers is not None
            and self._kernels.has(family)
            and all(tensor.ndim == 4 and tensor.stride(3) == 1 for tensor in tensors)
            and query.shape[3] in _SIZES
            and keys.shape == values.shape
            and (query.shape[0], query.shape[3]) == (keys.shape[0], keys.shape[3])
            and all(tensor.shape == (*keys.shape[:2], 1, keys.shape[3]) for tensor in new)
            and min(*query.shape, *keys.shape) > 0
            and query.shape[1] % keys.shape[1] == 0
        )
        return f"{family}_{numbers}_{query.shape[3]}" if fits else None

    def _takes(self, mask: Any, query: Any, keys: Any) -> bool:
        here = mask.device == query.device
        is_known = mask.dtype == self._torch.bool or self._kernels.number_name(query, mask) is not None
        wanted = (*query.shape[:3], keys.shape[2])
        repeats = mask.ndim == 4 and all(
            has in (1, wants) for has, wants in zip(mask.shape, wanted, strict=True)
        )
        return here and is_known and repeats

    def _one(self, name: str, asked: _Question, new: tuple[Any, Any] | None) -> Any:
        query, keys, values = asked.query, asked.keys, asked.values
        (batch, heads, _, width), count = query.shape, keys.shape[2]
        out = query.new_empty((batch, 1, heads, width))
        new_key, new_value = new or (keys[:, :, -1:], values[:, :, -1:])
        shown, kind, steps = self._mask(asked)
        read = (query, keys, values, new_key, new_value)
        blocks = min(_MOST_BLOCKS, -(-count // _KEYS_A_BLOCK)) if count > 2 * _KEYS_A_BLOCK else 1
        shape = [
            *(heads, asked.heads_a_key, count, int(new is not None), kind, _together(*read), blocks),
            *(*query.stride()[:2], *keys.stride()[:3], *values.stride()[:3]),
            *(*new_key.stride()[:2], *new_value.stride()[:2]),
            *(steps[0], steps[1], steps[3], out.stride(0), out.stride(2)),
        ]
        threads = _simdgroups(count // blocks) * _SIMD_WIDTH
        if blocks == 1:
            arguments = (*read, shown, out, shape, asked.scale)
            self._launch("attention_decode", name, arguments, (threads, heads, batch), (threads, 1, 1))
            return out
        parts = query.new_empty((batch, heads, blocks, width + 2), dtype=self._torch.float32)
        first, last = (name.replace("decode", f"decode_{part}") for part in ("blocks", "merge"))
        arguments = (*read, shown, parts, shape, asked.scale)
        self._launch("attention_decode", first, arguments, (threads * blocks, heads, batch), (threads, 1, 1))
        self._launch("attention_decode", last, (parts, out, shape), (width, heads, batch), (width, 1, 1))
        return out

    def _many(self, name: str, asked: _Question, *, causal: bool) -> Any:
        query, keys, values = asked.query, asked.keys, asked.values
        batch, heads, places, width = query.shape
        out = query.new_empty((batch, places, heads, width))
        shown, kind, steps = self._mask(asked)
        shape = [
            *(asked.heads_a_key, places, keys.shape[2], int(causal), kind, _together(query, keys, values)),
            *(*query.stride()[:3], *keys.stride()[:3], *values.stride()[:3], *steps),
            *(out.stride(0), out.stride(2), out.stride(1)),
        ]
        threads = (_THREADS_A_GROUP * -(-places // _QUERIES_A_GROUP), heads, batch)
        arguments = (query, keys, values, shown, out, shape, asked.scale)
        self._launch("attention_prefill", name, arguments, threads, (_THREADS_A_GROUP, 1, 1))
        return out

    def _mask(self, asked: _Question) -> tuple[Any, int, tuple[int, ...]]:
        """Any tensor stands for none; one that is the same for all heads is repeated by its strides."""
        if asked.mask is None:
            return asked.query, _NO_MASK, (0, 0, 0, 0)
        repeated = asked.mask.expand((*asked.query.shape[:3], asked.keys.shape[2]))
        kind = _BOOLEAN if asked.mask.dtype == self._torch.bool else _ADDED
        return repeated, kind, repeated.stride()

    def _launch(self, family: str, name: str, arguments: Any, threads: Any, group_size: Any) -> None:
        self._kernels.launch(family, name, *arguments, threads=threads, group_size=group_size)


def _simdgroups(keys: int) -> int:
    """A power of two: so many that each has a step to do, as far as a group can be that large."""
    wanted = max(1, min(_MOST_SIMDGROUPS, -(-keys // _KEYS_A_STEP)))
    return 1 << (wanted - 1).bit_length()


def _together(*tensors: Any) -> int:
    """Whether four elements can be read at once everywhere."""
    begins = all(tensor.storage_offset() % 4 == 0 for tensor in tensors)
    return int(begins and all(step % 4 == 0 for tensor in tensors for step in tensor.stride()[:3]))


def _repeats(cache: Any) -> bool:
    """Whether sentences or heads share memory, where each would write its own."""
    return any(
        step == 0 and count > 1 for step, count in zip(cache.stride()[:2], cache.shape[:2], strict=True)
    )
