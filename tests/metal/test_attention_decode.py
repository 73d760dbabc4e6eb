"""attention_decode: one query to all keys, the cache appended to in the same dispatch, against 64 bits."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from metal.attention_masks import ADDITIVE, BOOLEAN, additive, boolean
from metal.decode_cases import Decode, check, check_hidden, drawn, launch
from metal.number_types import BFLOAT, FLOAT, HALF, TYPES, NumberType
from metal.simulator import LaunchError, compile_shader
from metal.tensors import contiguous, interleaved, odd, roomy, shared, transposed
from streamtts.metal.sources import source

SIZES = (64, 96, 128)
KEYS = (1, 7, 31, 33, 257, 1025)

TYPES_AND_SIZES = [
    Decode(kind, size, keys, appends=keys % 2 == 1 and keys > 31, simdgroups=1 + keys // 32 % 16)
    for kind in TYPES
    for size in SIZES
    for keys in KEYS
]
MASKS = [
    Decode(kind, size, keys, 2, 4, 2, appends, mask, padding, simdgroups=3)
    for kind, size, keys in ((FLOAT, 64, 33), (HALF, 96, 70), (BFLOAT, 128, 9))
    for appends in (False, True)
    for mask in (BOOLEAN, ADDITIVE)
    for padding in (False, True)
]
STRIDES = [
    Decode(kind, size, 41, 3, 4, 2, layout is not shared, BOOLEAN, layout=layout, first=first, simdgroups=3)
    for kind, size in ((FLOAT, 96), (HALF, 64))
    for layout in (contiguous, transposed, interleaved, roomy, odd, shared)
    for first in (0, 1, 8)
]
SHARING = [
    Decode(FLOAT, 64, keys, batch, 12, sharing, appends=True, layout=roomy)
    for keys, batch in ((1, 2), (18, 5))
    for sharing in (1, 2, 3, 12)
]
SIMDGROUPS = [Decode(FLOAT, 64, 131, simdgroups=n, appends=True) for n in range(1, 17)]
BLOCKS = [
    Decode(kind, size, keys, 2, 2, 2, appends, mask, blocks=blocks, simdgroups=simdgroups, layout=layout)
    for kind, size, mask, simdgroups in (
        (FLOAT, 64, BOOLEAN, 1),
        (HALF, 96, ADDITIVE, 2),
        (BFLOAT, 128, 0, 4),
    )
    for keys, blocks, appends in ((1, 1, True), (9, 12, True), (130, 4, False), (1025, 7, True))
    for layout in (transposed,)
]
# Products of query and key beyond what half holds; the highest counts alone.
LOUD = [Decode(kind, 64, 33, appends=True, loud=8000, blocks=n) for kind in TYPES for n in (0, 3)]
SCALES = [Decode(FLOAT, 64, 20, appends=True, scale=scale) for scale in (0.0, 0.5, -0.25)]


@pytest.fixture(scope="module")
def library() -> Any:
    return compile_shader(source("attention_decode"))


@pytest.mark.parametrize(
    "case", [*TYPES_AND_SIZES, *MASKS, *STRIDES, *SHARING, *SIMDGROUPS, *BLOCKS, *LOUD, *SCALES], ids=str
)
def test_the_result_is_right_and_so_is_the_cache(library: Any, case: Decode) -> None:
    check(library, case)


@pytest.mark.parametrize("blocks", [0, 3])
@pytest.mark.parametrize("mask", [BOOLEAN, ADDITIVE])
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
def test_what_attends_to_nothing_is_zero(library: Any, kind: NumberType, mask: int, blocks: int) -> None:
    case = Decode(kind, keys=50, mask=mask, blocks=blocks)
    hidden = np.zeros((1, 1, 1, case.keys), bool)
    made = boolean(hidden) if mask == BOOLEAN else additive(np.where(hidden, 0.0, -np.inf), kind)
    given = replace(drawn(case), mask=made)
    launch(library, case, given)
    assert not given.out.stored.any()


@pytest.mark.parametrize("mask", [BOOLEAN, ADDITIVE])
def test_what_is_hidden_is_not_read(library: Any, mask: int) -> None:
    check_hidden(library, Decode(FLOAT, keys=40, mask=mask, padding=True))


def test_a_new_key_that_is_hidden_is_appended_all_the_same(library: Any) -> None:
    case = Decode(HALF, keys=20, appends=True, mask=BOOLEAN)
    attends = np.ones((1, 2, 1, 20), bool)
    attends[..., -1] = False
    check(library, case, replace(drawn(case), mask=boolean(attends)))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
def test_a_mask_of_the_lowest_numbers_hides_what_others_outweigh(library: Any, kind: NumberType) -> None:
    lowest = {"float": np.finfo(np.float32).min, "half": -65504.0, "bfloat": -3.3895313892515355e38}[
        kind.name
    ]
    case = Decode(kind, keys=36, mask=ADDITIVE)
    added = np.full((1, 2, 1, 36), lowest)
    added[..., 30:] = 0.0
    check(library, case, replace(drawn(case), mask=additive(added, kind)))


def test_weights_are_equal_where_every_key_has_the_lowest_number(library: Any) -> None:
    """As PyTorch has it: only minus infinity hides."""
    case = Decode(FLOAT, keys=36, mask=ADDITIVE)
    given = drawn(case)
    lowest = additive(np.full((1, 1, 1, 36), np.finfo(np.float32).min), FLOAT)
    launch(library, case, replace(given, mask=lowest))
    np.testing.assert_allclose(given.out.stored, given.v.stored.mean(axis=2, keepdims=True), atol=1e-6)


def test_what_is_no_number_stays_none(library: Any) -> None:
    case = Decode(FLOAT, keys=12)
    given = drawn(case)
    given.q.stored[0, 1, 0, 5] = np.nan
    launch(library, case, given)
    assert np.isnan(given.out.stored[0, 1]).all()
    assert np.isfinite(given.out.stored[0, 0]).all()


@pytest.mark.parametrize("blocks", [0, 2])
def test_a_group_is_no_larger_than_the_kernel_says(library: Any, blocks: int) -> None:
    """Else a GPU may have too few registers for it, and does nothing."""
    case = Decode(FLOAT, keys=33, simdgroups=17, blocks=blocks)
    with pytest.raises(LaunchError, match="512"):
        launch(library, case, drawn(case))
