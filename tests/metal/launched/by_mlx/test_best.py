"""The likeliest word of each row: two dispatches, and no score is ever written."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from metal.launched.by_mlx.drawn import BARS, Wide, drawn, wide
from metal.launched.by_mlx.test_products import packed
from metal.simulator import LaunchError, launches
from streamtts.metal.linear import MOST_ROWS
from streamtts.metal.with_mlx.best import Best

WORDS = (5, 8, 33, 301, 1025)


def table(mx: Any, words: int, inputs: int, bits: int, kind: str = "float32") -> tuple[Any, Wide]:
    if bits:
        return packed(mx, (words, inputs, 32), bits, kind)
    plain = drawn(mx, words, inputs, kind=kind)
    return plain, wide(mx, plain)


def likeliest(best: Best, rows: Any) -> list[int]:
    found = best(rows)
    assert found is not None
    words: list[int] = found.tolist()
    return words


@pytest.mark.parametrize(("bits", "words"), [*product((0, 4, 8), WORDS)])
def test_the_likeliest_word(mx: Any, kernels: Any, bits: int, words: int) -> None:
    known, exact = table(mx, words, 96, bits)
    rows = drawn(mx, 3, 96, seed=1)
    assert likeliest(Best(kernels, known), rows) == (wide(mx, rows) @ exact.T).argmax(axis=1).tolist()
    assert sum(launches.values()) == 2


@pytest.mark.parametrize(("bits", "kind"), [*product((0, 4, 8), BARS)])
def test_in_every_type_of_numbers(mx: Any, kernels: Any, bits: int, kind: str) -> None:
    """Scores have 32 bits, whatever the rows have."""
    known, exact = table(mx, 301, 64, bits, kind)
    rows = drawn(mx, 4, 64, kind=kind, seed=1)
    assert likeliest(Best(kernels, known), rows) == (wide(mx, rows) @ exact.T).argmax(axis=1).tolist()


@pytest.mark.parametrize("count", range(1, MOST_ROWS + 1))
def test_of_so_many_rows(mx: Any, kernels: Any, count: int) -> None:
    known, exact = table(mx, 70, 32, 8)
    rows = drawn(mx, count, 32, seed=2)
    assert likeliest(Best(kernels, known), rows) == (wide(mx, rows) @ exact.T).argmax(axis=1).tolist()


def test_as_mlx_chooses(mx: Any, kernels: Any) -> None:
    """Of equal scores the first; what is no number before all numbers, so that a broken model shows."""
    equal = mx.ones((301, 32))
    assert likeliest(Best(kernels, equal), mx.ones((2, 32))) == mx.argmax(mx.ones((2, 301)), axis=-1).tolist()
    equal[17, 3] = float("nan")
    assert likeliest(Best(kernels, equal), mx.ones((2, 32))) == [17, 17]


def test_more_words_than_simdgroups_at_once(mx: Any, kernels: Any) -> None:
    known = mx.zeros((4 * 1024 + 5, 8))
    known[-1] = 1.0
    assert likeliest(Best(kernels, known), mx.ones((1, 8))) == [len(known) - 1]


def test_what_the_kernel_is_not_made_for_is_left_to_mlx(mx: Any, kernels: Any, launched: Any) -> None:
    known, _ = table(mx, 33, 32, 8)
    plain, _ = table(mx, 33, 32, 0)
    rows = drawn(mx, 2, 32)
    assert Best(kernels, known)(rows) is not None
    launches.clear()
    for best in (Best(kernels, known), Best(kernels, plain)):
        assert best(drawn(mx, MOST_ROWS + 1, 32)) is None
        assert best(drawn(mx, 0, 32)) is None
        assert best(drawn(mx, 2, 1, 32)) is None
        assert best(drawn(mx, 2, 64)) is None
        assert best(rows.astype(mx.int32)) is None
    assert Best(kernels, plain)(rows.astype(mx.float16)) is None
    assert Best(kernels, drawn(mx, 33, 30))(drawn(mx, 2, 30)) is None
    assert Best(kernels, drawn(mx, 4, 32))(rows) is None
    assert Best(launched(switched_off={"argmax_vocab"}), known)(rows) is None
    assert not launches


@pytest.mark.parametrize(
    ("rightly", "wrongly"),
    [
        ("words, inputs, inputs, words, inputs, blocks", "words - 1, inputs, inputs, words, inputs, blocks"),
        ("threads_per_grid.x / kSimdWidth", "threads_per_grid.x / kSimdWidth - 1"),
        ("uint(ranks_shape[1])", "uint(ranks_shape[1]) - 4"),
        ("uint(ranks_shape[0])", "uint(ranks_shape[0]) - 1"),
        ("uint(x_shape[0]), words", "uint(x_shape[0]) - 1, words"),
        ("scales, minima, inputs, inputs /", "minima, scales, inputs, inputs /"),
        ("simd_max(best.rank)", "simd_min(best.rank)"),
        ("word[row] = lowest", "word[row] = best.word"),
    ],
)
def test_a_wrong_edit_is_noticed(mx: Any, launched: Any, rightly: str, wrongly: str) -> None:
    from streamtts.metal.sources import header
    from streamtts.metal.with_mlx.best import _CHOOSES, _SCORES

    assert (header("argmax_vocab") + _CHOOSES.text + _SCORES[8].text).count(rightly) == 1
    known, exact = table(mx, 37, 32, 8)
    tied = mx.ones((37, 32))
    best = launched(rightly, wrongly)
    # Each word is the best of some row, so that a place that is left out is noticed.
    rows = mx.array(np.linalg.pinv(exact).T[:, :32].astype(np.float32)) + 0
    try:
        found = [likeliest(Best(best, known), rows[at : at + 3]) for at in range(0, 37, 3)]
        same = likeliest(Best(best, tied), mx.ones((1, 32)))
    except LaunchError:
        return
    scores = wide(mx, rows) @ exact.T
    truth = [scores[at : at + 3].argmax(axis=1).tolist() for at in range(0, 37, 3)]
    assert found != truth or same != [0]
