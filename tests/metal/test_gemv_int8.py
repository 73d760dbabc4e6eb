"""y = activation(x W' + bias) + residual with weights of 8 bits, against 64 bits."""

from typing import Any

import numpy as np
import pytest

from metal.gemv import INT8, Shape, bare, check, drawn
from metal.gemv_mutants import SHARED
from metal.gemv_shapes import FEW, SHAPES
from metal.mutants import is_noticed
from metal.number_types import FLOAT, HALF
from metal.simulator import compile_shader, is_available
from streamtts.metal.sources import source

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

MUTANTS = SHARED | {
    "scales ignored": (
        "const float scale = float(scales[groups.index(row, k)]);",
        "const float scale = 1.0f;",
    ),
    "bytes without a sign": ("as_type<char4>(bytes.y)", "as_type<uchar4>(bytes.y)"),
    "the same bytes twice": ("as_type<char4>(bytes.y)", "as_type<char4>(bytes.x)"),
    "rows too near": ("uint2*>(values + ulong(row) * inputs", "uint2*>(values + ulong(row) * (inputs - 8)"),
}


@pytest.fixture(scope="module")
def library() -> Any:
    return compile_shader(source("gemv_int8"))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_product_is_right(library: Any, shape: Shape) -> None:
    check(library, INT8, shape)


@pytest.mark.parametrize("kind", [FLOAT, HALF], ids=lambda kind: str(kind.name))
def test_groups_of_zeros_are_zeros(library: Any, kind: Any) -> None:
    shape = Shape(5, 128, 32, kind=kind)
    numbers = drawn(shape)
    numbers.weights[:, 32:96] = 0
    check(library, INT8, shape, numbers)
    numbers.weights[:] = 0
    check(library, INT8, bare(shape), numbers)


def test_a_byte_of_minus_128_counts_as_such(library: Any) -> None:
    """Our packing never writes it; another's may."""
    weights = np.full((1, 32), -128, np.int8)
    y = np.zeros((1, 1), np.float32)
    operands = (weights, np.ones((1, 1), np.float32), np.ones((1, 32), np.float32), y, y, y)
    library.gemv_int8_float_float_1(*operands, [1, 1, 32, 32, 32, 1, 1, 0, 0, 0], threads=32, group_size=32)
    assert y[0, 0] == -128 * 32


def test_large_halves_do_not_overflow_on_the_way(library: Any) -> None:
    shape = bare(Shape(3, 256, 256))
    numbers = drawn(shape)
    numbers.x[:] = 60000
    numbers.weights[:] = np.tile([1.0, -1.0], 128)
    numbers.weights[:, 0] = 1.5
    check(library, INT8, shape, numbers)


def test_what_is_too_large_for_half_is_infinite(library: Any) -> None:
    shape = bare(Shape(2, 64, 64))
    numbers = drawn(shape)
    numbers.x[:] = 60000
    numbers.weights[:] = [[1.0], [-1.0]]
    check(library, INT8, shape, numbers)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_stays_in_its_place(library: Any, strange: float) -> None:
    shape = Shape(6, 64, 32, rows=3, together=4)
    for name, place in (("x", (1, 40)), ("bias", 4), ("residual", (2, 3))):
        numbers = drawn(shape)
        getattr(numbers, name)[place] = strange
        check(library, INT8, shape, numbers)


def test_more_threads_than_needed_do_no_harm(library: Any) -> None:
    check(library, INT8, Shape(5, 64, 32, simdgroups=8))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_edit_is_noticed(name: str) -> None:
    kernels = {shape.kernel(INT8) for shape in FEW}
    assert is_noticed("gemv_int8", kernels, MUTANTS[name], check_few)


def test_the_right_kernels_pass_what_wrong_edits_do_not(library: Any) -> None:
    check_few(library)


def check_few(library: Any) -> None:
    for shape in FEW:
        check(library, INT8, shape)
