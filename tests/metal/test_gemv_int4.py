"""y = activation(x W' + bias) + residual with weights of 4 bits, against 64 bits."""

from typing import Any

import numpy as np
import pytest

from metal.gemv import INT4, Shape, bare, check, drawn
from metal.gemv_shapes import FEW, SHAPES
from metal.mutants import is_noticed
from metal.number_types import FLOAT
from metal.simulator import compile_shader, is_available
from streamtts.metal.sources import source

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

# What both products share is edited in the other's tests.
MUTANTS = {
    "scales ignored": ("float4(float(scales[group]))", "float4(1.0f)"),
    "minima ignored": ("float4(float(minima[group]))", "float4(0.0f)"),
    "scales for minima": ("float(minima[group])", "float(scales[group])"),
    "the scale of one weight of four": (
        "float4(float(scales[group]))",
        "float4(float(scales[group]), 1, 1, 1)",
    ),
    "the scales of the first output": ("groups.index(row, k)", "groups.index(0, k)"),
    "the scales of the first group": ("groups.index(row, k)", "groups.index(row, 0)"),
    "the upper half first": ("uint4(0, 4, 8, 12)", "uint4(4, 0, 12, 8)"),
    "the first weights twice": ("uint4(16, 20, 24, 28)", "uint4(0, 4, 8, 12)"),
    "3 bits": (">> uint4(16, 20, 24, 28)) & 15u", ">> uint4(16, 20, 24, 28)) & 7u"),
    "no mask": ("(uint4(packed) >> uint4(16, 20, 24, 28)) & 15u", "uint4(packed) >> uint4(16, 20, 24, 28)"),
    "rows too near": ("ulong(row) * inputs + k;", "ulong(row) * (inputs - 8) + k;"),
    "a byte for each weight": ("values + first / 2", "values + first"),
}


@pytest.fixture(scope="module")
def library() -> Any:
    return compile_shader(source("gemv_int4"))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_product_is_right(library: Any, shape: Shape) -> None:
    check(library, INT4, shape)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0])
def test_groups_of_equal_weights_are_equal(library: Any, value: float) -> None:
    """Their scale is 0, and the minimum is all."""
    shape = Shape(5, 128, 32)
    numbers = drawn(shape)
    numbers.weights[:, 32:96] = value
    check(library, INT4, shape, numbers)


def test_weights_far_from_zero_keep_their_digits(library: Any) -> None:
    shape = bare(Shape(5, 1024, 32, kind=FLOAT, scale_kind=FLOAT))
    numbers = drawn(shape)
    numbers.weights[:] += 1000
    numbers.x[:] = abs(numbers.x)
    check(library, INT4, shape, numbers)


def test_inputs_far_from_zero_keep_their_digits(library: Any) -> None:
    shape = bare(Shape(5, 1024, 32, kind=FLOAT, scale_kind=FLOAT))
    numbers = drawn(shape)
    numbers.weights[:] -= numbers.weights.mean(axis=1, keepdims=True)
    numbers.x[:] = 500 + numbers.x / 100
    check(library, INT4, shape, numbers)


def test_large_halves_do_not_overflow_on_the_way(library: Any) -> None:
    shape = bare(Shape(3, 256, 256))
    numbers = drawn(shape)
    numbers.x[:] = 60000
    numbers.weights[:] = np.tile([0.01, -0.01], 128)
    check(library, INT4, shape, numbers)


@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_what_is_no_number_spoils_its_own_row(library: Any, strange: float) -> None:
    shape = Shape(6, 64, 32, rows=3, together=4)
    numbers = drawn(shape)
    numbers.x[1, 40] = strange
    check(library, INT4, shape, numbers)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_edit_is_noticed(name: str) -> None:
    kernels = {shape.kernel(INT4) for shape in FEW}
    assert is_noticed("gemv_int4", kernels, MUTANTS[name], check_few)


def test_the_right_kernels_pass_what_wrong_edits_do_not(library: Any) -> None:
    check_few(library)


def check_few(library: Any) -> None:
    for shape in FEW:
        check(library, INT4, shape)
