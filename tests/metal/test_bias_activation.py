"""y = activation(x + bias), element by element, against 64 bits."""

from typing import Any

import numpy as np
import pytest

from metal.activations import GELU_EXACT, GELU_TANH, NONE, RELU, activated
from metal.mutants import is_noticed
from metal.number_types import FLOAT, HALF, TYPES, NumberType, Truth, assert_close, in_rows
from metal.simulator import compile_shader, is_available
from streamtts.metal.sources import source

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

ACTIVATIONS = (NONE, RELU, GELU_TANH, GELU_EXACT)
SIZES = ((1, 1), (1, 7), (3, 33), (2, 257), (1, 1025), (9, 31))
MUTANTS = {
    "bias ignored": ("task.has_bias ? float(bias[column]) : 0.0f", "0.0f"),
    "bias always": ("task.has_bias ? float(bias[column]) : 0.0f", "float(bias[column])"),
    "one bias for all": ("float(bias[column])", "float(bias[0])"),
    "x's gaps ignored": ("row * task.x_stride", "row * task.width"),
    "y's gaps ignored": ("row * task.y_stride", "row * task.width"),
    "columns beyond the last": ("column >= task.width || row", "row"),
    "rows beyond the last": ("column >= task.width || row >= task.rows", "column >= task.width"),
    "relu makes 0 of NaN": ("x < 0.0f ? 0.0f : x", "max(x, 0.0f)"),
    "gelu without its cube": ("0.044715f * x * x * x", "0.044715f * x * x"),
    "a coefficient less exact": ("0.044715f", "0.0447f"),
    "tanh of half": ("exp(-2.0f * u)", "exp(-u)"),
    "the other tail": ("x < 0.0f ? tail : 1.0f - tail", "x > 0.0f ? tail : 1.0f - tail"),
    "a wrong digit in the tail": ("-0.25571632f", "-0.25581632f"),
    "one gelu for the other": ("return gelu_exact(x);", "return gelu_tanh(x);"),
}


# What shows only where the exponential is large.
COARSE = {
    "gelu_tanh by a fast exponential": ("precise::exp(-2.0f * u)", "fast::exp(-2.0f * u)"),
}


@pytest.fixture(scope="module")
def library() -> Any:
    return compile_shader(source("bias_activation"))


def check(
    library: Any,
    x: Truth,
    bias: Truth | None,
    activation: int,
    kind: NumberType,
    *,
    gap: int = 0,
    in_place: bool = False,
) -> None:
    rows, width = x.shape
    stored = in_rows(x, gap, kind)
    y = stored if in_place else in_rows(np.full(x.shape, np.nan), 2 * gap, kind)
    numbers = [rows, width, stored.shape[1], y.shape[1], int(bias is not None), activation]
    added = kind.stored(np.full(1, np.nan) if bias is None else bias)
    kernel = getattr(library, f"bias_activation_{kind.name}")
    threads = (-(-width // 32) * 32, rows + 1)  # a row of threads too many
    kernel(stored, added, y, numbers, threads=threads, group_size=(32, 1))
    with np.errstate(invalid="ignore"):
        expected = activated(kind.rounded(x) + (0 if bias is None else kind.rounded(bias)), activation)
    assert_close(y[:, :width], expected, kind)
    assert np.isnan(kind.numbers(y[:, width:])).all()


def check_drawn(library: Any, size: tuple[int, int], activation: int, kind: NumberType) -> None:
    random = np.random.default_rng(0)
    x, bias = random.normal(size=size) * 3, random.normal(size=size[1])
    check(library, x, bias, activation, kind, gap=3)
    check(library, x, None, activation, kind)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_element_is_right(library: Any, activation: int, kind: NumberType) -> None:
    for size in SIZES:
        check_drawn(library, size, activation, kind)


@pytest.mark.parametrize("activation", [GELU_TANH, GELU_EXACT])
@pytest.mark.parametrize("sign", [1, -1])
def test_gelu_is_right_wherever_it_bends(library: Any, activation: int, sign: int) -> None:
    """In strips, for an error counts against the largest value of its strip."""
    check_strips(library, activation, sign)


def check_strips(library: Any, activation: int, sign: int) -> None:
    for start in (0.0, 0.01, 0.5, 1.0, 2.0, 3.0, 5.0):
        strip = sign * np.linspace(start, start * 1.3 + 0.01, 256)[None]
        check(library, strip, None, activation, FLOAT if sign > 0 else NumberType("float", 3e-6))


@pytest.mark.parametrize("name", COARSE)
def test_a_coarse_function_is_noticed(name: str) -> None:
    def check_both(library: Any) -> None:
        check_strips(library, GELU_TANH, 1)
        check_strips(library, GELU_TANH, -1)

    assert is_noticed("bias_activation", ["bias_activation_float"], COARSE[name], check_both)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_no_number_is_too_large(library: Any, activation: int, kind: NumberType) -> None:
    largest = 65504.0 if kind is HALF else 3e38
    x = np.array([[largest, -largest, largest / 2, -largest / 2, 0.0, -0.0, np.inf, np.nan]])
    check(library, x[:, :7], None, activation, kind)
    check(library, -x[:, 6:], None, activation, kind)


def test_y_may_be_x(library: Any) -> None:
    x = np.random.default_rng(0).normal(size=(3, 257))
    check(library, x, x[0], GELU_EXACT, HALF, gap=3, in_place=True)


def test_activation_of_another_number_is_none(library: Any) -> None:
    check(library, np.array([[-1.0, 2.0]]), None, 9, FLOAT)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_edit_is_noticed(name: str) -> None:
    assert is_noticed("bias_activation", ["bias_activation_float"], MUTANTS[name], check_few)


def test_the_right_kernels_pass_what_wrong_edits_do_not(library: Any) -> None:
    check_few(library)


def check_few(library: Any) -> None:
    for activation in ACTIVATIONS:
        check_drawn(library, (3, 33), activation, FLOAT)
    check(library, np.array([[np.nan, 1.0]]), None, RELU, FLOAT)
