"""The best word of a vocabulary: what a launcher binds for both dispatches, and what is expected of them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from metal.number_types import FLOAT, Array, NumberType, Truth, in_rows
from metal.quantised import numbers_int8, quantised_int8

NO_WORD = -1


@dataclass(frozen=True, slots=True)
class Question:
    """Operands of a case before they are rounded; `scale_kind` makes the weights bytes."""

    weights: Truth
    x: Truth
    bias: Truth | None = None
    shortlist: list[int] | None = None
    suppressed: list[int] = field(default_factory=list)
    kind: NumberType = FLOAT
    scale_kind: NumberType | None = None
    group: int = 32
    together: int = 1
    blocks: int = 3
    gap: int = 0


def drawn(words: int, inputs: int, rows: int = 1, **how: Any) -> Question:
    random = np.random.default_rng(words)
    weights, x = random.normal(size=(words, inputs)), random.normal(size=(rows, inputs))
    return Question(weights, x, random.normal(size=words), **how)


def check(library: Any, asked: Question) -> None:
    scores = scores_of(asked)
    word, score = answered(library, asked)
    expected = [best(row, asked) for row in scores]
    assert word.tolist() == expected
    named = [row[word] if word != NO_WORD else -np.inf for row, word in zip(scores, expected, strict=True)]
    finite = np.isfinite(named)
    np.testing.assert_array_equal(score[~finite], np.array(named, np.float32)[~finite])
    largest = np.abs(scores[np.isfinite(scores)]).max(initial=0.0)
    np.testing.assert_allclose(score[finite], np.array(named)[finite], rtol=0, atol=1e-6 * largest)


def best(scores: Truth, asked: Question) -> int:
    """As torch.argmax over the words that may be chosen, in the order of their numbers."""
    listed = range(len(scores)) if asked.shortlist is None else asked.shortlist
    words = sorted({word for word in listed if 0 <= word < len(scores)} - set(asked.suppressed))
    return words[int(np.argmax(scores[words]))] if words else NO_WORD


def scores_of(asked: Question) -> Truth:
    weights = asked.kind.rounded(asked.weights)
    if asked.scale_kind is not None:
        packed = quantised_int8(asked.weights, asked.group, asked.scale_kind)
        weights = numbers_int8(*packed, asked.scale_kind)
    with np.errstate(invalid="ignore"):
        product = asked.kind.rounded(asked.x) @ weights.T
        return product if asked.bias is None else product + asked.kind.rounded(asked.bias)


def answered(library: Any, asked: Question) -> tuple[Array, Array]:
    rows, words = len(asked.x), len(asked.weights)
    ranks = np.full((rows, 4 * asked.blocks), 0xFFFFFFFF, np.uint32)
    candidates = np.full((rows, 4 * asked.blocks), 77, np.int32)
    propose(library, asked, ranks, candidates)
    word, score = np.full(rows, 99, np.int64), np.full(rows, np.nan, np.float32)
    sizes = [rows, 4 * asked.blocks]
    assert (candidates < words).all()
    library.argmax_vocab_best(
        *(ranks, candidates, word, score, sizes), threads=(64 * -(-rows // 2),), group_size=(64,)
    )
    return word, score


def propose(library: Any, asked: Question, ranks: Array, candidates: Array) -> None:
    kind, name = asked.kind, f"{asked.kind.name}_{asked.together}"
    weights, scales = kind.stored(asked.weights), list[Array]()
    if asked.scale_kind is not None:
        weights, *scales = quantised_int8(asked.weights, asked.group, asked.scale_kind)
        name = f"int8_{kind.name}_{asked.scale_kind.name}_{asked.together}"
    x = in_rows(asked.x, asked.gap, kind)
    bias = kind.stored([np.nan] if asked.bias is None else asked.bias)
    shortlist = np.array(asked.shortlist or [0], np.int32)
    suppressed = np.array(asked.suppressed or [0], np.int32)
    rows, (words, inputs) = len(asked.x), asked.weights.shape
    count = words if asked.shortlist is None else len(asked.shortlist)
    sizes = [rows, count, inputs, asked.group, words, x.shape[1], asked.blocks, len(asked.suppressed)]
    switches = [int(asked.shortlist is not None), int(asked.bias is not None)]
    getattr(library, f"argmax_vocab_{name}")(
        *(weights, x, bias, shortlist, suppressed, ranks, candidates, [*sizes, *switches], *scales),
        threads=(64 * -(-asked.blocks // 2), -(-rows // asked.together)),
        group_size=(64, 1),
    )
