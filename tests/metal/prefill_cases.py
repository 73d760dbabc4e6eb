"""Many queries' attention by the kernels, against the same in 64 bits."""

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from metal.attention_masks import BOOLEAN, NONE, Mask, additive, boolean, no_mask
from metal.attention_reference import attention, causal_mask
from metal.number_types import FLOAT, HALF, NumberType, Truth, assert_close
from metal.tensors import Layout, Tensor, contiguous, shared, tensor

QUERIES_A_GROUP, THREADS = 32, 128


@dataclass(frozen=True, slots=True)
class Prefill:
    """A case. The mask is one for all heads and queries if `padding`; scores are `loud` times the usual.

    Values lie as all else does, or in a `values` layout of their own.
    """

    kind: NumberType = HALF
    size: int = 64
    queries: int = 33
    keys: int = 33
    batch: int = 1
    heads: int = 2
    sharing: int = 1
    causal: bool = False
    mask: int = NONE
    padding: bool = False
    layout: Layout = contiguous
    values: Layout | None = None
    first: int = 0
    loud: float = 1.0
    scale: float = 0.125

    def __str__(self) -> str:
        parts = [self.kind.name, f"{self.batch}x{self.heads}x{self.queries}x{self.keys}x{self.size}"]
        parts += [self.layout.__name__] + [f"sharing{self.sharing}"] * (self.sharing > 1)
        parts += ["causal"] * self.causal + [("", "boolean", "additive")[self.mask]] * (self.mask > 0)
        parts += ["padding"] * self.padding + [f"from{self.first}"] * (self.first > 0)
        parts += [f"loud{self.loud:g}"] * (self.loud > 1)
        parts += [f"scale{self.scale:g}"] * (self.scale != 0.125)
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Operands:
    q: Tensor
    k: Tensor
    v: Tensor
    out: Tensor
    mask: Mask


def drawn_mask(case: Prefill, random: np.random.Generator) -> Mask:
    """The last queries, or where there are several, the last of the batch, attend to nothing."""
    if case.mask == NONE:
        return no_mask()
    shape = (
        (case.batch, 1, 1, case.keys) if case.padding else (case.batch, case.heads, case.queries, case.keys)
    )
    attends = random.random(shape) < 0.7
    attends[..., 0] = True
    if case.padding and case.batch > 1:
        attends[-1] = False
    if not case.padding:
        attends[:, -1, -2:] = False
    if case.mask == BOOLEAN:
        return boolean(attends, case.first)
    return additive(np.where(attends, random.normal(size=shape), -np.inf), case.kind, case.first)


def drawn(case: Prefill, seed: int = 0) -> Operands:
    random = np.random.default_rng(seed)

    def laid(heads: int, positions: int, layout: Layout) -> Tensor:
        values = random.normal(size=(case.batch, heads, positions, case.size))
        return tensor(values, layout, case.kind, case.first)

    q = laid(case.heads, case.queries, case.layout)
    q.stored[...] = case.kind.stored(case.kind.numbers(q.stored) * case.loud)
    layouts = (case.layout, case.values or case.layout)
    k, v = (laid(case.heads // case.sharing, case.keys, layout) for layout in layouts)
    out = laid(case.heads, case.queries, contiguous if case.layout is shared else case.layout)
    return Operands(q, k, v, out, drawn_mask(case, random))


def expected(case: Prefill, given: Operands) -> Truth:
    q, k, v = (case.kind.numbers(one.stored) for one in (given.q, given.k, given.v))
    later = causal_mask(case.queries, case.keys) if case.causal else 0.0
    return attention(q, k, v, case.scale, given.mask.added + later)


def shape_list(case: Prefill, given: Operands) -> list[int]:
    together = all(one.together for one in (given.q, given.k, given.v))
    sizes = [case.sharing, case.queries, case.keys, case.causal, given.mask.code, together]
    strides = [*given.q.strides[:3], *given.k.strides[:3], *given.v.strides[:3]]
    return [int(number) for number in [*sizes, *strides, *given.mask.strides, *given.out.strides[:3]]]


def launch(library: Any, case: Prefill, given: Operands) -> None:
    mask = given.out.buffer if given.mask.buffer is None else given.mask.buffer
    groups = -(-case.queries // QUERIES_A_GROUP)
    getattr(library, f"attention_prefill_{case.kind.name}_{case.size}")(
        *(given.q.buffer, given.k.buffer, given.v.buffer, mask, given.out.buffer),
        *(shape_list(case, given), case.scale),
        threads=(groups * THREADS, case.heads, case.batch),
        group_size=(THREADS, 1, 1),
    )


def check(library: Any, case: Prefill, given: Operands | None = None) -> None:
    """The result is right, and nothing around it has changed. Weights are rounded, too: twice the bar."""
    given = given or drawn(case)
    after = deepcopy(given.out)
    launch(library, case, given)
    bar = case.kind.bar * (1 if case.kind is FLOAT else 2)
    assert_close(given.out.stored, expected(case, given), replace(case.kind, bar=bar))
    after.stored[...] = given.out.stored
    assert given.out.memory.tobytes() == after.memory.tobytes(), "something around the result has changed"


def check_strange(library: Any, case: Prefill, strange: float) -> None:
    """What is not a number, or is infinite, in a query makes its own result none, and spoils no other."""
    given = drawn(case)
    given.q.stored[0, -1, 3, 5::17] = case.kind.stored(strange)
    launch(library, case, given)
    spoilt = np.isnan(case.kind.numbers(given.out.stored))
    assert spoilt[0, -1, 3].all()
    assert spoilt.sum() == case.size
