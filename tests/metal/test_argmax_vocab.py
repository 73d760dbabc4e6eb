"""The best word of each row, of all words or of a shortlist, against torch.argmax's rule in 64 bits."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from metal.argmax import NO_WORD, Question, answered, check, drawn
from metal.mutants import is_noticed
from metal.number_types import FLOAT, HALF, TYPES, NumberType
from metal.simulator import compile_shader, is_available
from streamtts.metal.sources import source

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

SIZES = ((1, 8), (2, 32), (7, 64), (33, 40), (257, 96), (1025, 264))
ROWS = ((1, 8), (2, 2), (3, 4), (5, 8), (9, 8), (3, 1))
MUTANTS = {
    "the highest number of equals": ("one.word < other.word", "one.word > other.word"),
    "the least score": ("return one.rank > other.rank ||", "return one.rank < other.rank ||"),
    "scores as their bits": ("bits | 0x80000000 : ~bits", "bits : bits"),
    "negative scores the wrong way round": ("0x80000000 : ~bits", "0x80000000 : bits"),
    "NaN is nothing": ("return 0xffffffff;", "return 1;"),
    "suppressed words are chosen": (" && !is_among(word, suppressed, task.suppressed)", ""),
    "the last suppressed word is chosen": ("task.suppressed)) {", "task.suppressed - 1)) {"),
    "the shortlist ignored": ("task.has_shortlist ? shortlist[place] : int(place)", "int(place)"),
    "places instead of words": (
        "const Candidate found = {rank_of(score), word};",
        "const Candidate found = {rank_of(score), int(place)};",
    ),
    "numbers that are no word's": ("word >= 0 && uint(word) < task.words ? word", "word >= 0 ? word"),
    "places beyond the last": ("place >= task.candidates", "place >= task.candidates + 3"),
    "bias ignored": ("task.has_bias && word != kNoWord ? float(bias[word])", "false ? float(bias[word])"),
    "bias always": ("task.has_bias && word != kNoWord", "word != kNoWord"),
    "bias of a place": ("float(bias[word])", "float(bias[place])"),
    "one turn of each block": ("place += task.blocks * kTogether", "place += task.candidates"),
    "blocks overlap": ("uint place = block * kTogether;", "uint place = block;"),
    "x's gaps ignored": (
        "x + first_row * task.x_stride, task.x_stride,",
        "x + first_row * task.inputs, task.inputs,",
    ),
    "rows beyond the last": ("lane < ROWS * kTogether && row < task.rows", "lane < ROWS * kTogether"),
    "the best of the first candidates": (
        "i = lane; i < candidates; i += kSimdWidth",
        "i = lane; i < kSimdWidth && i < candidates; i += kSimdWidth",
    ),
    "any of the best": ("best.rank == highest ? best.word : kBeyondWords", "best.word"),
    "the score of another sign": ("rank & 0x7fffffff : ~rank", "rank : ~rank"),
}

# Those that the wrong edits are tried on.
KERNELS = {"argmax_vocab_float_1", "argmax_vocab_float_2", "argmax_vocab_float_4"}


@pytest.fixture(scope="module")
def library() -> Any:
    return compile_shader(source("argmax_vocab"))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize(("words", "inputs"), SIZES)
def test_the_best_of_all_words(library: Any, words: int, inputs: int, kind: NumberType) -> None:
    check(library, drawn(words, inputs, kind=kind, blocks=min(words, 9)))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("scale_kind", [FLOAT, HALF], ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("group", [32, 96])
def test_with_weights_of_8_bits(library: Any, group: int, scale_kind: NumberType, kind: NumberType) -> None:
    check(library, drawn(33, 96, rows=3, together=4, kind=kind, scale_kind=scale_kind, group=group))


@pytest.mark.parametrize(("rows", "together"), ROWS)
@pytest.mark.parametrize("scale_kind", [None, FLOAT])
def test_every_row_has_its_own(library: Any, rows: int, together: int, scale_kind: NumberType | None) -> None:
    check(library, drawn(65, 64, rows=rows, together=together, scale_kind=scale_kind, gap=3))


@pytest.mark.parametrize("blocks", [1, 2, 9, 17, 33, 100])
def test_any_number_of_blocks_does(library: Any, blocks: int) -> None:
    check(library, drawn(257, 32, rows=2, together=2, blocks=blocks))


@pytest.mark.parametrize("shortlist", [[5], [200, 3, 77, 3, 3], list(range(256, 0, -3)), [], [9] * 40])
def test_only_words_of_the_shortlist_are_chosen(library: Any, shortlist: list[int]) -> None:
    check(library, drawn(257, 32, shortlist=shortlist))


def test_numbers_that_are_no_words_are_passed_over(library: Any) -> None:
    check(library, drawn(7, 32, shortlist=[-1, 7, 3, 2**31 - 1, -(2**31), 5]))
    check(library, drawn(7, 32, shortlist=[-1, -1, 7, 1000, -5]))


def test_suppressed_words_are_never_chosen(library: Any) -> None:
    asked = drawn(33, 32)
    for _ in range(33):
        word, _ = answered(library, asked)
        asked = replace(asked, suppressed=[*asked.suppressed, int(word[0])])
        check(library, asked)
    word, score = answered(library, asked)
    assert (word.tolist(), score.tolist()) == ([NO_WORD], [-np.inf])


def test_of_equal_scores_the_lowest_word_is_taken(library: Any) -> None:
    weights = np.ones((257, 8))
    weights[:40] = -1
    for shortlist in (None, list(range(256, -1, -1)), [250, 90, 41, 40, 60]):
        for rows in (1, 4):
            check(
                library, Question(weights, np.ones((rows, 8)), shortlist=shortlist, blocks=5, together=rows)
            )


@pytest.mark.parametrize("value", [0.0, -1.0, 1e30, -1e30])
def test_when_all_are_equal_the_first_is_taken(library: Any, value: float) -> None:
    check(library, Question(np.full((65, 8), value), np.ones((1, 8))))


def test_minus_zero_is_no_less_than_zero(library: Any) -> None:
    asked = Question(np.zeros((9, 8)), np.zeros((1, 8)), bias=np.array([-0.0] * 3 + [0.0] * 6))
    asked.weights[:3], asked.x[:] = -1.0, 0.0
    word, score = answered(library, asked)
    assert (word.tolist(), score.tolist()) == ([0], [0.0])


@pytest.mark.parametrize("strange", [np.nan, -np.nan, np.inf, -np.inf])
def test_nan_is_greater_than_any_number(library: Any, strange: float) -> None:
    asked = drawn(33, 32, rows=2, together=2)
    assert asked.bias is not None
    asked.bias[[20, 11]] = strange
    check(library, asked)
    asked.bias[5] = np.inf
    check(library, asked)
    asked.x[0, 3] = np.nan
    check(library, asked)


def test_all_scores_may_be_minus_infinity(library: Any) -> None:
    check(library, replace(drawn(9, 8), bias=np.full(9, -np.inf), suppressed=[0]))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_edit_is_noticed(name: str) -> None:
    assert is_noticed("argmax_vocab", KERNELS, MUTANTS[name], check_few)


def test_the_right_kernels_pass_what_wrong_edits_do_not(library: Any) -> None:
    check_few(library)


def check_few(library: Any) -> None:
    check(library, drawn(257, 40, rows=3, together=2, gap=3, blocks=10))
    check(
        library,
        replace(drawn(257, 40), bias=None, shortlist=[*range(256, 99, -3), 257, 900, -1], suppressed=[1]),
    )
    test_suppressed_words_are_never_chosen(library)
    test_of_equal_scores_the_lowest_word_is_taken(library)
    test_minus_zero_is_no_less_than_zero(library)
    test_when_all_are_equal_the_first_is_taken(library, -1.0)
    test_nan_is_greater_than_any_number(library, np.nan)
