"""One query's attention by the kernels, against the same in 64 bits; and what they leave in the cache."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from metal.attention_masks import BOOLEAN, NONE, Mask, additive, boolean, no_mask
from metal.attention_reference import attention
from metal.number_types import HALF, NumberType, Truth, assert_close
from metal.tensors import Layout, Tensor, contiguous, shared, tensor

SIMD_WIDTH = 32


@dataclass(frozen=True, slots=True)
class Decode:
    """A case. The mask is one for all heads if `padding`; scores are `loud` times the usual.

    Values lie as all else does, or in a `values` layout of their own.
    """

    kind: NumberType = HALF
    size: int = 64
    keys: int = 33
    batch: int = 1
    heads: int = 2
    sharing: int = 1
    appends: bool = False
    mask: int = NONE
    padding: bool = False
    layout: Layout = contiguous
    values: Layout | None = None
    first: int = 0
    simdgroups: int = 2
    blocks: int = 0
    loud: float = 1.0
    scale: float = 0.125

    def __str__(self) -> str:
        parts = [self.kind.name, f"{self.batch}x{self.heads}x{self.keys}x{self.size}", self.layout.__name__]
        parts += [f"sharing{self.sharing}"] * (self.sharing > 1) + ["appends"] * self.appends
        parts += [("", "boolean", "additive")[self.mask]] * (self.mask > 0) + ["padding"] * self.padding
        parts += [f"from{self.first}"] * (self.first > 0) + [f"simdgroups{self.simdgroups}"]
        parts += [f"blocks{self.blocks}"] * (self.blocks > 0) + [f"loud{self.loud:g}"] * (self.loud > 1)
        parts += [f"scale{self.scale:g}"] * (self.scale != 0.125)
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Operands:
    q: Tensor
    k: Tensor
    v: Tensor
    new_k: Tensor
    new_v: Tensor
    out: Tensor
    mask: Mask


def drawn_mask(case: Decode, random: np.random.Generator) -> Mask:
    """Where there are several, the last of the heads, or of the batch, attends to nothing."""
    if case.mask == NONE:
        return no_mask()
    shape = (case.batch, 1 if case.padding else case.heads, 1, case.keys)
    attends = random.random(shape) < 0.7
    attends[..., 0] = True
    if shape[0] * shape[1] > 1:
        attends[-1, -1] = False
    if case.mask == BOOLEAN:
        return boolean(attends, case.first)
    return additive(np.where(attends, random.normal(size=shape), -np.inf), case.kind, case.first)


def drawn(case: Decode, seed: int = 0) -> Operands:
    """Where the new key and value are to be, the cache holds what is not a number."""
    random = np.random.default_rng(seed)

    def laid(heads: int, positions: int, layout: Layout) -> Tensor:
        values = random.normal(size=(case.batch, heads, positions, case.size))
        return tensor(values, layout, case.kind, case.first)

    key_heads = case.heads // case.sharing
    q = laid(case.heads, 1, case.layout)
    q.stored[...] = case.kind.stored(case.kind.numbers(q.stored) * case.loud)
    layouts = (case.layout, case.values or case.layout)
    k, v = (laid(key_heads, case.keys, layout) for layout in layouts)
    new_k, new_v = (laid(key_heads, 1, layout) for layout in layouts)
    out = laid(case.heads, 1, contiguous if case.layout is shared else case.layout)
    if case.appends:
        for cache in (k, v):
            cache.stored[:, :, -1] = case.kind.stored(np.nan)
    return Operands(q, k, v, new_k, new_v, out, drawn_mask(case, random))


def expected(case: Decode, given: Operands) -> Truth:
    k, v = (case.kind.numbers(cache.stored) for cache in (given.k, given.v))
    if case.appends:
        for cache, new in ((k, given.new_k), (v, given.new_v)):
            cache[:, :, -1:] = case.kind.numbers(new.stored)
    return attention(case.kind.numbers(given.q.stored), k, v, case.scale, given.mask.added)


def shape_list(case: Decode, given: Operands) -> list[int]:
    tensors = (given.q, given.k, given.v, given.new_k, given.new_v)
    together = all(one.together for one in tensors)
    sizes = [case.heads, case.sharing, case.keys, case.appends, given.mask.code, together, case.blocks or 1]
    strides = [*given.q.strides[:2], *given.k.strides[:3], *given.v.strides[:3]]
    strides += [*given.new_k.strides[:2], *given.new_v.strides[:2]]
    strides += [*given.mask.strides[:2], given.mask.strides[3], *given.out.strides[:2]]
    return [int(number) for number in sizes + strides]


def launch(library: Any, case: Decode, given: Operands) -> None:
    """By one dispatch, or by two if the case has blocks."""
    mask = given.out.buffer if given.mask.buffer is None else given.mask.buffer
    out = given.out.buffer
    if case.blocks:
        out = np.full(case.batch * case.heads * case.blocks * (case.size + 2), np.nan, np.float32)
    shape = shape_list(case, given)
    family = "attention_decode_blocks" if case.blocks else "attention_decode"
    width = case.simdgroups * SIMD_WIDTH
    getattr(library, f"{family}_{case.kind.name}_{case.size}")(
        *(one.buffer for one in (given.q, given.k, given.v, given.new_k, given.new_v)),
        *(mask, out, shape, case.scale),
        threads=(width * max(case.blocks, 1), case.heads, case.batch),
        group_size=(width, 1, 1),
    )
    if case.blocks:
        getattr(library, f"attention_decode_merge_{case.kind.name}_{case.size}")(
            *(out, given.out.buffer, shape),
            threads=(case.size, case.heads, case.batch),
            group_size=(case.size, 1, 1),
        )


def check(library: Any, case: Decode, given: Operands | None = None) -> None:
    """The result is right, the cache has the new key and value, and no other bit of either has changed."""
    given = given or drawn(case)
    truth, after = expected(case, given), deepcopy(given)
    if case.appends:
        after.k.stored[:, :, -1:] = given.new_k.stored
        after.v.stored[:, :, -1:] = given.new_v.stored
    launch(library, case, given)
    assert_close(given.out.stored, truth, case.kind)
    after.out.stored[...] = given.out.stored
    for name in ("k", "v", "out"):
        assert getattr(given, name).memory.tobytes() == getattr(after, name).memory.tobytes(), (
            f"{name} has changed"
        )


def check_hidden(library: Any, case: Decode) -> None:
    """What is hidden is not read: a cache that has room for more may hold anything there."""
    given, wanted = drawn(case), drawn(case)
    launch(library, case, wanted)
    for cache in (given.k, given.v):
        cache.stored[:, :, np.isneginf(given.mask.added).all(axis=(0, 1, 2))] = case.kind.stored(np.nan)
    launch(library, case, given)
    assert given.out.memory.tobytes() == wanted.out.memory.tobytes()
