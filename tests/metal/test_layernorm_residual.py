"""sum = x + residual and its layer norm, against 64 bits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from metal.layer_norm import layer_norm
from metal.mutants import is_noticed
from metal.number_types import FLOAT, HALF, TYPES, NumberType, Truth, assert_close, in_rows
from metal.simulator import compile_shader, is_available
from streamtts.metal.sources import source

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

SHAPES = ((1, 1), (1, 7), (2, 31), (3, 33), (2, 257), (1, 1025), (5, 64))
MUTANTS = {
    "no barrier before the sums are read": (
        "    partial[place.simdgroup] = sum;\n  }\n  threadgroup_barrier(mem_flags::mem_threadgroup);",
        "    partial[place.simdgroup] = sum;\n  }",
    ),
    "no barrier before the sums are written": (
        "has left here.\n  threadgroup_barrier(mem_flags::mem_threadgroup);",
        "has left here.",
    ),
    "a simdgroup is forgotten": ("uint i = 0; i < place.simdgroups;", "uint i = 1; i < place.simdgroups;"),
    "lanes are not added": ("const float sum = simd_sum(value);", "const float sum = value;"),
    "no mean": ("float(x[i]) - mean;", "float(x[i]);"),
    "no rest": ("const float rest = distances / width;", "const float rest = 0.0f;"),
    "the mean's rest stays": (
        "float of(float x) const thread { return (x - mean - rest)",
        "float of(float x) const thread { return (x - mean)",
    ),
    "a variance of one less": ("= squares / width", "= squares / (width - 1)"),
    "no epsilon": (" + epsilon)", ")"),
    "no weight": ("float(weight[i])", "1.0f"),
    "no bias": ("float(bias[i])", "0.0f"),
    "the sum is not written": ("    sum[i] = added;\n", ""),
    "x's gaps ignored": ("x += row * task.x_stride;", "x += row * task.width;"),
    "the residual's gaps ignored": ("residual + row * task.residual_stride", "residual + row * task.width"),
    "the sum's gaps ignored": ("sum += row * task.sum_stride;", "sum += row * task.width;"),
    "y's gaps ignored": ("y += row * task.y_stride;", "y += row * task.width;"),
    "rows beyond the last": ("if (row >= task.rows) {", "if (false) {"),
    "x alone is normalised": ("    x = sum;\n", ""),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    x: Truth
    residual: Truth | None
    weight: Truth
    bias: Truth
    epsilon: float = 1e-5


def drawn(rows: int, width: int, residual: bool = True, mean: float = 0.5) -> Numbers:
    random = np.random.default_rng(width)
    x, added = random.normal(mean, size=(2, rows, width))
    return Numbers(x, added if residual else None, random.normal(size=width), random.normal(size=width))


def check(
    library: Any, given: Numbers, kind: NumberType, *, gap: int = 0, group: int = 64, in_place: bool = False
) -> None:
    rows, width = given.x.shape
    empty = np.full(given.x.shape, np.nan)
    x = in_rows(given.x, gap, kind)
    residual = in_rows(empty if given.residual is None else given.residual, 2 * gap, kind)
    apart = in_rows(empty, 3 * gap, kind), in_rows(empty, 4 * gap, kind)
    added, y = (residual, x) if in_place else apart
    strides = [buffer.shape[1] for buffer in (x, residual, added, y)]
    getattr(library, f"layernorm_residual_{kind.name}")(
        *(x, residual, kind.stored(given.weight), kind.stored(given.bias), added, y),
        *([rows, width, *strides, int(given.residual is not None)], given.epsilon),
        threads=((rows + 1) * group,),  # a group too many
        group_size=(group,),
    )
    summed = kind.rounded(given.x)
    if given.residual is not None:
        summed = kind.rounded(summed + kind.rounded(given.residual))
        np.testing.assert_array_equal(kind.numbers(added[:, :width]), summed)
        added[:, :width] = kind.stored([np.nan])
    assert np.isnan(kind.numbers(added)).all()
    expected = layer_norm(summed, kind.rounded(given.weight), kind.rounded(given.bias), given.epsilon)
    assert_close(y[:, :width], expected, kind)
    assert np.isnan(kind.numbers(y[:, width:])).all()


@pytest.fixture(scope="module")
def library() -> Any:
    return compile_shader(source("layernorm_residual"))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize(("rows", "width"), SHAPES)
def test_a_row_is_normalised(library: Any, rows: int, width: int, residual: bool, kind: NumberType) -> None:
    check(library, drawn(rows, width, residual), kind, gap=3)


def test_sum_may_be_the_residual_and_y_may_be_x(library: Any) -> None:
    check(library, drawn(3, 257), HALF, gap=1, in_place=True)


@pytest.mark.parametrize("group", [1, 7, 32, 33, 96, 256, 1000, 1024])
def test_any_group_of_threads_does(library: Any, group: int) -> None:
    check(library, drawn(2, 257), FLOAT, group=group)


@pytest.mark.parametrize("mean", [100.0, -30000.0, 1e6])
def test_a_large_mean_costs_no_digits(library: Any, mean: float) -> None:
    check(library, drawn(2, 257, mean=mean), FLOAT)


@pytest.mark.parametrize("value", [0.0, 1.0, -3.25, 65000.0])
def test_equal_numbers_become_the_bias(library: Any, value: float) -> None:
    given = drawn(1, 65, residual=False)
    given.x[:] = value
    for kind in TYPES:
        check(library, given, kind)


@pytest.mark.parametrize("epsilon", [1e-12, 1e-6, 1.0])
def test_epsilon_is_the_launchers(library: Any, epsilon: float) -> None:
    given = drawn(2, 33)
    check(library, Numbers(given.x / 100, given.residual, given.weight, given.bias, epsilon), FLOAT)


def test_a_sum_too_large_for_half_makes_its_row_nan(library: Any) -> None:
    given = drawn(3, 33)
    assert given.residual is not None
    given.x[1, 4] = given.residual[1, 4] = 60000
    check(library, given, HALF)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_spoils_its_own_row(library: Any, strange: float) -> None:
    given = drawn(3, 33)
    given.x[1, 32] = strange
    check(library, given, FLOAT)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_edit_is_noticed(name: str) -> None:
    kernels = ("layernorm_residual_float", "layernorm_residual_half")
    assert is_noticed("layernorm_residual", kernels, MUTANTS[name], check_few)


def test_the_right_kernels_pass_what_wrong_edits_do_not(library: Any) -> None:
    check_few(library)


def check_few(library: Any) -> None:
    check(library, drawn(3, 33), HALF, gap=3)
    check(library, drawn(2, 257, residual=False, mean=30000.0), FLOAT)
    check(library, Numbers(np.ones((1, 8)), None, np.ones(8), np.ones(8)), FLOAT)
