"""attention_prefill: many queries at once, in tiles of matrices, against 64 bits."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from metal.attention_masks import ADDITIVE, BOOLEAN, additive, boolean
from metal.number_types import BFLOAT, FLOAT, HALF, TYPES, NumberType
from metal.prefill_cases import Prefill, check, check_strange, drawn, launch
from metal.simulator import compile_shader
from metal.tensors import contiguous, interleaved, odd, roomy, shared, transposed
from streamtts.metal.sources import source

SIZES = (64, 96, 128)
LENGTHS = ((1, 1), (7, 31), (33, 7), (41, 33))

TYPES_AND_SIZES = [
    Prefill(kind, size, queries, keys, heads=1, causal=queries < keys)
    for kind in TYPES
    for size in SIZES
    for queries, keys in LENGTHS
]
LONG = [
    Prefill(HALF, 64, 5, 1025, heads=1, causal=True),
    Prefill(FLOAT, 64, 97, 130, heads=1, causal=True),
    Prefill(BFLOAT, 128, 31, 257, heads=1),
]
MASKS = [
    Prefill(kind, size, 11, keys, 2, 2, 2, causal, mask, padding)
    for kind, size, keys in ((FLOAT, 64, 33), (HALF, 96, 35), (BFLOAT, 128, 9))
    for causal in (False, True)
    for mask in (BOOLEAN, ADDITIVE)
    for padding in (False, True)
]
STRIDES = [
    Prefill(kind, size, 9, 21, 2, 2, 1, True, BOOLEAN, layout=layout, first=first)
    for kind, size in ((FLOAT, 96), (HALF, 64))
    for layout in (contiguous, transposed, interleaved, roomy, odd, shared)
    for first in (0, 1, 8)
]
SHARING = [Prefill(FLOAT, 64, 5, 18, 2, 6, sharing) for sharing in (1, 2, 6)]
LOUD = [Prefill(kind, 64, 33, 40, causal=True, loud=8000) for kind in TYPES]
SCALES = [Prefill(FLOAT, 64, 9, 20, causal=True, scale=scale) for scale in (0.0, 0.5, -0.25)]


@pytest.fixture(scope="module")
def library() -> Any:
    return compile_shader(source("attention_prefill"))


@pytest.mark.parametrize(
    "case", [*TYPES_AND_SIZES, *LONG, *MASKS, *STRIDES, *SHARING, *LOUD, *SCALES], ids=str
)
def test_the_result_is_right(library: Any, case: Prefill) -> None:
    check(library, case)


@pytest.mark.parametrize("mask", [BOOLEAN, ADDITIVE])
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
def test_what_attends_to_nothing_is_zero(library: Any, kind: NumberType, mask: int) -> None:
    case = Prefill(kind, queries=20, keys=50, mask=mask)
    hidden = np.zeros((1, 1, 1, case.keys), bool)
    made = boolean(hidden) if mask == BOOLEAN else additive(np.where(hidden, 0.0, -np.inf), kind)
    given = replace(drawn(case), mask=made)
    launch(library, case, given)
    assert not given.out.stored.any()


def test_queries_before_the_first_key_are_zero(library: Any) -> None:
    """As causal has it where there are more queries than keys."""
    case = Prefill(FLOAT, queries=45, keys=5, causal=True)
    given = drawn(case)
    check(library, case, given)
    assert not given.out.stored[:, :, :40].any()
    assert given.out.stored[:, :, 40:].any()


def test_what_no_query_may_see_later_can_be_anything(library: Any) -> None:
    """With one query a tile has more keys than there are; what is past them is not read."""
    case = Prefill(HALF, queries=1, keys=3, layout=roomy)
    check(library, case)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
def test_a_mask_of_the_lowest_numbers_hides_what_others_outweigh(library: Any, kind: NumberType) -> None:
    lowest = {"float": np.finfo(np.float32).min, "half": -65504.0, "bfloat": -3.3895313892515355e38}[
        kind.name
    ]
    case = Prefill(kind, queries=9, keys=36, mask=ADDITIVE)
    added = np.full((1, 2, 9, 36), lowest)
    added[..., 30:] = 0.0
    check(library, case, replace(drawn(case), mask=additive(added, kind)))


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_stays_in_its_query(library: Any, strange: float) -> None:
    for kind in (FLOAT, HALF):
        check_strange(library, Prefill(kind, queries=12, keys=100), strange)
