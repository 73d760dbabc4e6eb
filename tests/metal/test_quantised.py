"""How weights of few bits are packed, of which the kernels' own tests take the numbers for granted."""

import importlib.util

import numpy as np
import pytest

from metal.number_types import FLOAT, HALF, NumberType
from metal.quantised import numbers_int4, numbers_int8, quantised_int4, quantised_int8

SIZES = (8, 32, 64, 128, 256)
KINDS = pytest.mark.parametrize("kind", [FLOAT, HALF], ids=lambda kind: str(kind.name))


def drawn(spread: float = 1.0) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(0).normal(scale=spread, size=(9, 256))


@KINDS
@pytest.mark.parametrize("size", SIZES)
def test_8_bits_are_off_by_half_a_step(size: int, kind: NumberType) -> None:
    weights = drawn()
    packed, scales = quantised_int8(weights, size, kind)
    steps = np.repeat(kind.numbers(scales), size, axis=1)
    assert scales.shape == (9, 256 // size)
    assert np.abs(packed).max() == 127
    # A scale of half may be a little small for its largest weight.
    assert (np.abs(numbers_int8(packed, scales, kind) - weights) <= steps * 0.57).all()


@KINDS
@pytest.mark.parametrize("size", SIZES)
def test_4_bits_are_off_by_half_a_step(size: int, kind: NumberType) -> None:
    weights = drawn() + 0.5
    packed, scales, minima = quantised_int4(weights, size, kind)
    steps = np.repeat(kind.numbers(scales), size, axis=1)
    assert packed.shape == (9, 128)
    assert scales.shape == minima.shape == (9, 256 // size)
    assert (np.abs(numbers_int4(packed, scales, minima, kind) - weights) <= steps * 0.52).all()


def test_the_first_of_two_weights_is_the_lower_half_of_a_byte() -> None:
    packed, scales, minima = quantised_int4(np.arange(16.0)[None], 16, FLOAT)
    assert packed.tolist() == [[0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE]]
    assert (scales.tolist(), minima.tolist()) == ([[1.0]], [[0.0]])


def test_minus_128_is_never_written() -> None:
    packed, _ = quantised_int8(-np.abs(drawn()), 32, HALF)
    assert packed.min() == -127


@pytest.mark.parametrize(("kind", "weight"), [(FLOAT, 0.0), (HALF, 0.0), (HALF, 1e-12)], ids=str)
def test_weights_too_small_for_a_scale_are_zero(kind: NumberType, weight: float) -> None:
    packed, scales = quantised_int8(np.full((2, 64), weight), 32, kind)
    assert not packed.any()
    assert not numbers_int8(packed, scales, kind).any()


@pytest.mark.skipif(
    importlib.util.find_spec("mlx") is None, reason="mlx is not installed: make test-engines has it"
)
@pytest.mark.parametrize("size", [32, 64, 128])
def test_mlx_packs_4_bits_the_same_way(size: int) -> None:
    import mlx.core as mx

    given = mx.array(drawn().astype(np.float32))
    packed, scales, minima = mx.quantize(given, group_size=size, bits=4)
    numbers = np.array(mx.dequantize(packed, scales, minima, group_size=size, bits=4))
    own = numbers_int4(np.array(packed).view(np.uint8), np.array(scales), np.array(minima), FLOAT)
    np.testing.assert_allclose(own, numbers, rtol=0, atol=1e-6)
