"""A product of few bits with all that stands around it: one dispatch, and the numbers of MLX's own four."""

from dataclasses import replace
from itertools import product
from math import erf
from typing import Any

import numpy as np
import pytest

from metal.launched.by_mlx.drawn import BARS, Wide, apart, drawn, evened, wide
from metal.simulator import LaunchError, launches
from streamtts.metal.linear import MOST_ROWS, LayerNorm
from streamtts.metal.with_mlx.packed import Packed
from streamtts.metal.with_mlx.products import Around, Products

SHAPES = ((9, 32, 32), (37, 96, 32), (64, 320, 64), (130, 512, 128))  # outputs, inputs, group


def packed(mx: Any, shape: tuple[int, int, int], bits: int, kind: str) -> tuple[Packed, Wide]:
    """With the numbers that it stands for."""
    outputs, inputs, group = shape
    made = mx.quantize(drawn(mx, outputs, inputs) + 0.25, group_size=group, bits=bits)
    weights, scales, minima = made[0], *(part.astype(getattr(mx, kind)) for part in made[1:])
    wider = (scales.astype(mx.float32), minima.astype(mx.float32))
    exact = mx.dequantize(weights, *wider, group_size=group, bits=bits)
    return Packed(weights, scales, minima, bits), wide(mx, exact)


def around(mx: Any, count: int, shape: tuple[int, int, int], kind: str, activation: str = "relu") -> Around:
    outputs, inputs, _ = shape
    norm = LayerNorm(*(drawn(mx, inputs, kind=kind, seed=seed) for seed in (3, 4)))
    return Around(norm, activation, drawn(mx, count, outputs, kind=kind, seed=5))


def right(mx: Any, rows: Any, matrix: Wide, bias: Any, by: Around) -> Wide:
    found = wide(mx, rows)
    if by.norm is not None:
        found = evened(found, wide(mx, by.norm.weight), wide(mx, by.norm.bias))
    found = found @ matrix.T + wide(mx, bias)
    if by.activation:
        bent = {"relu": lambda x: max(x, 0), "gelu": lambda x: x * (1 + erf(x / 2**0.5)) / 2}[by.activation]
        found = np.vectorize(bent, otypes=[np.float64])(found)
    return found if by.residual is None else found + wide(mx, by.residual)


@pytest.mark.parametrize(("kind", "bits"), [*product(BARS, (8, 4))])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_product_and_all_around_it(mx: Any, kernels: Any, kind: str, bits: int, shape: Any) -> None:
    count = 1 + shape[0] % MOST_ROWS
    matrix, exact = packed(mx, shape, bits, kind)
    rows, bias = drawn(mx, count, shape[1], kind=kind, seed=1), drawn(mx, shape[0], kind=kind, seed=2)
    by = around(mx, count, shape, kind)
    found = Products(kernels)(rows, matrix, bias, by)
    assert found is not None
    assert found.dtype == rows.dtype
    assert apart(mx, found, right(mx, rows, exact, bias, by)) < BARS[kind]
    assert sum(launches.values()) == 1


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("left_out", ["norm", "activation", "residual", "all"])
def test_what_stands_around_may_be_left_out(mx: Any, kernels: Any, bits: int, left_out: str) -> None:
    shape = SHAPES[1]
    matrix, exact = packed(mx, shape, bits, "float32")
    rows, bias = drawn(mx, 2, shape[1]), drawn(mx, shape[0])
    by = around(mx, 2, shape, "float32", "gelu")
    missing: dict[str, Any] = {"norm": None, "activation": "", "residual": None}
    by = replace(by, **(missing if left_out == "all" else {left_out: missing[left_out]}))
    assert apart(mx, Products(kernels)(rows, matrix, bias, by), right(mx, rows, exact, bias, by)) < 1e-6
    assert sum(launches.values()) == 1


@pytest.mark.parametrize("count", range(1, MOST_ROWS + 1))
def test_so_many_rows_share_a_reading(mx: Any, kernels: Any, count: int) -> None:
    matrix, exact = packed(mx, SHAPES[1], 8, "float32")
    rows, bias, by = drawn(mx, count, 96), drawn(mx, 37), around(mx, count, SHAPES[1], "float32")
    assert apart(mx, Products(kernels)(rows, matrix, bias, by), right(mx, rows, exact, bias, by)) < 1e-6


def test_rows_may_lie_apart(mx: Any, kernels: Any) -> None:
    """As a part of a wider array, or turned round: MLX brings them together."""
    matrix, exact = packed(mx, SHAPES[1], 8, "float32")
    bias, by = drawn(mx, 37), Around()
    for rows in (drawn(mx, 2, 300)[:, 50:146], drawn(mx, 96, 2).T, mx.broadcast_to(drawn(mx, 96), (2, 96))):
        assert apart(mx, Products(kernels)(rows, matrix, bias, by), right(mx, rows, exact, bias, by)) < 1e-6


def test_what_the_kernel_is_not_made_for_is_left_to_mlx(mx: Any, kernels: Any, launched: Any) -> None:
    shape = SHAPES[1]
    (matrix, _), products, bias = packed(mx, shape, 8, "float32"), Products(kernels), drawn(mx, 37)
    rows, by = drawn(mx, 2, 96), around(mx, 2, shape, "float32")
    assert products(rows, matrix, bias, by) is not None
    launches.clear()
    assert products(drawn(mx, MOST_ROWS + 1, 96), matrix, bias, Around()) is None
    assert products(drawn(mx, 0, 96), matrix, bias, Around()) is None
    assert products(drawn(mx, 2, 1, 96), matrix, bias, Around()) is None
    assert products(drawn(mx, 2, 64), matrix, bias, Around()) is None
    assert products(rows.astype(mx.float16), matrix, bias, Around()) is None
    assert products(rows.astype(mx.int32), matrix, bias.astype(mx.int32), Around()) is None
    assert products(rows, matrix, drawn(mx, 36), Around()) is None
    assert products(rows, matrix, bias, replace(by, residual=drawn(mx, 1, 37))) is None
    assert products(rows, matrix, bias, replace(by, norm=LayerNorm(drawn(mx, 95), drawn(mx, 96)))) is None
    # MLX passes fewer than eight elements in another address space than the kernel reads.
    tiny, _ = packed(mx, (7, 96, 32), 8, "float32")
    assert products(rows, tiny, drawn(mx, 7), Around()) is None
    few = (matrix.scales[:, :1], matrix.minima[:, :1])
    assert products(rows, Packed(matrix.weights, few[0], few[1], 8), bias, Around()) is None
    short = (matrix.scales[:36], matrix.minima[:36])
    assert products(rows, Packed(matrix.weights, short[0], short[1], 8), bias, Around()) is None
    for bits in (2, 3, 5, 6):
        weights, scales, minima = mx.quantize(drawn(mx, 37, 96), group_size=32, bits=bits)
        assert products(rows, Packed(weights, scales, minima, bits), bias, Around()) is None
    assert Products(launched(switched_off={"gemv_int8"}))(rows, matrix, bias, by) is None
    assert not launches


@pytest.mark.parametrize(
    ("bits", "rightly", "wrongly"),
    [
        (8, "values[(ulong(row) * inputs + k) / kChunk]", "values[(ulong(row) * inputs) / kChunk]"),
        (8, "as_type<uchar4>(bytes.x)", "as_type<char4>(bytes.x)"),
        (8, "as_type<uchar4>(bytes.y)", "as_type<uchar4>(bytes.x)"),
        (
            8,
            "scales, minima, inputs, groups_of(inputs, group)",
            "scales, scales, inputs, groups_of(inputs, group)",
        ),
        (
            4,
            "scales, minima, inputs, groups_of(inputs, group)",
            "minima, scales, inputs, groups_of(inputs, group)",
        ),
        (4, "uint4(0, 4, 8, 12)", "uint4(4, 0, 8, 12)"),
        (8, "inputs / uint(scales_shape[1])", "inputs"),
        (4, "inputs / uint(scales_shape[1])", "inputs / uint(scales_shape[0])"),
        (8, "outputs, outputs,\n                   true", "outputs, outputs,\n                   false"),
        (8, "true, ACTIVATION", "true, 0"),
        (4, "HAS_RESIDUAL}", "false}"),
        (8, "const uint outputs = weights_shape[0]", "const uint outputs = weights_shape[1]"),
        (4, "uint(x_shape[0]), outputs", "uint(x_shape[0]) - 1, outputs"),
        (8, "norm_weight, norm_bias, epsilon, task, thread", "norm_bias, norm_weight, epsilon, task, thread"),
        (8, "thread_position_in_grid.xy, thread_index", "thread_position_in_grid.yx, thread_index"),
    ],
)
def test_a_wrong_edit_is_noticed(mx: Any, launched: Any, bits: int, rightly: str, wrongly: str) -> None:
    from streamtts.metal.sources import header
    from streamtts.metal.with_mlx.products import _BODIES

    assert (header(f"gemv_int{bits}") + _BODIES[bits, True].text).count(rightly) == 1
    shape = SHAPES[1]
    matrix, exact = packed(mx, shape, bits, "float32")
    rows, bias, by = drawn(mx, 3, 96), drawn(mx, 37), around(mx, 3, shape, "float32")
    products = Products(launched(rightly, wrongly))
    try:
        found = products(rows, matrix, bias, by)
    except LaunchError:
        return
    assert not apart(mx, found, right(mx, rows, exact, bias, by)) < 1e-6
