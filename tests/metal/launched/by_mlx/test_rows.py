"""A sum and its layer norm in one dispatch."""

from itertools import product
from typing import Any

import pytest

from metal.launched.by_mlx.drawn import BARS, apart, drawn, evened, wide
from metal.simulator import LaunchError, launches
from streamtts.metal.linear import LayerNorm
from streamtts.metal.with_mlx.rows import added_and_evened

WIDTHS = (8, 33, 257, 1025)


def norm(mx: Any, width: int, kind: str = "float32") -> LayerNorm:
    return LayerNorm(*(drawn(mx, width, kind=kind, seed=seed) for seed in (3, 4)))


@pytest.mark.parametrize(("kind", "width"), [*product(BARS, WIDTHS)])
def test_rows_are_added_and_evened(mx: Any, kernels: Any, kind: str, width: int) -> None:
    rows, residual = (drawn(mx, 3, 2, width, kind=kind, seed=seed) for seed in (1, 2))
    by = norm(mx, width, kind)
    made = added_and_evened(kernels, rows, residual, by)
    assert made is not None
    total, found = made
    assert mx.array_equal(total, rows + residual)
    assert found.shape == rows.shape
    truth = evened(wide(mx, total), wide(mx, by.weight), wide(mx, by.bias))
    assert apart(mx, found, truth) < BARS[kind]
    theirs = mx.fast.layer_norm(rows + residual, by.weight, by.bias, by.epsilon)
    assert apart(mx, found, wide(mx, theirs)) < 2 * BARS[kind]
    assert sum(launches.values()) == 1


def test_rows_may_lie_apart(mx: Any, kernels: Any) -> None:
    rows, residual = drawn(mx, 2, 200)[:, 100:], drawn(mx, 100, 2).T
    by = norm(mx, 100)
    _, found = added_and_evened(kernels, rows, residual, by) or (None, None)
    truth = evened(wide(mx, rows) + wide(mx, residual), wide(mx, by.weight), wide(mx, by.bias))
    assert apart(mx, found, truth) < 1e-6


def test_what_the_kernel_is_not_made_for_is_left_to_mlx(mx: Any, kernels: Any, launched: Any) -> None:
    rows, by = drawn(mx, 2, 16), norm(mx, 16)
    assert added_and_evened(kernels, rows, rows, by) is not None
    launches.clear()
    assert added_and_evened(kernels, rows, drawn(mx, 1, 16), by) is None
    assert added_and_evened(kernels, rows, rows.astype(mx.float16), by) is None
    assert added_and_evened(kernels, rows.astype(mx.int32), rows.astype(mx.int32), by) is None
    assert added_and_evened(kernels, rows, rows, norm(mx, 15)) is None
    assert added_and_evened(kernels, drawn(mx, 0, 16), drawn(mx, 0, 16), by) is None
    assert added_and_evened(kernels, drawn(mx, 9, 7), drawn(mx, 9, 7), norm(mx, 7)) is None
    assert added_and_evened(launched(switched_off={"layernorm_residual"}), rows, rows, by) is None
    assert not launches


@pytest.mark.parametrize(
    ("rightly", "wrongly"),
    [
        ("width, width, width, width, true", "width, width, width, width, false"),
        ("uint(x_shape[0]), width", "uint(x_shape[0]) - 1, width"),
        ("const uint width = x_shape[1]", "const uint width = x_shape[1] - 1"),
        ("weight, bias, sum, y", "bias, weight, sum, y"),
        ("task, epsilon, partial", "task, 0.5f, partial"),
        ("threadgroup_position_in_grid.x, place", "thread_position_in_grid.x, place"),
        ("simdgroup_index_in_threadgroup, simdgroups_per_threadgroup}", "0, simdgroups_per_threadgroup}"),
    ],
)
def test_a_wrong_edit_is_noticed(mx: Any, launched: Any, rightly: str, wrongly: str) -> None:
    from streamtts.metal.with_mlx.rows import _BODY

    assert _BODY.text.count(rightly) == 1
    rows, residual, by = drawn(mx, 3, 300), drawn(mx, 3, 300, seed=1), norm(mx, 300)
    try:
        total, found = added_and_evened(launched(rightly, wrongly), rows, residual, by) or (None, None)
    except LaunchError:
        return
    truth = evened(wide(mx, rows + residual), wide(mx, by.weight), wide(mx, by.bias))
    assert not (apart(mx, found, truth) < 1e-6 and mx.array_equal(total, rows + residual))
