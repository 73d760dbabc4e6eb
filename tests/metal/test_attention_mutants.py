"""What wrong edits of the attention kernels do is noticed; so are missing barriers."""

from typing import Any

import numpy as np
import pytest

from metal import decode_cases, prefill_cases
from metal.attention_masks import ADDITIVE, BOOLEAN
from metal.attention_mutants import BLOCKS, DECODE, PREFILL
from metal.decode_cases import Decode
from metal.mutants import is_noticed
from metal.number_types import FLOAT
from metal.prefill_cases import Prefill
from metal.simulator import compile_shader
from metal.tensors import odd, roomy, transposed
from streamtts.metal.sources import source

ONE_DISPATCH = ["attention_decode_float_64"]
TWO_DISPATCHES = ["attention_decode_blocks_float_64", "attention_decode_merge_float_64"]
TILES = ["attention_prefill_float_64"]


def try_one_dispatch(library: Any) -> None:
    decode_cases.check(library, Decode(FLOAT, 64, 41, 2, 4, 2, True, BOOLEAN, layout=odd, values=transposed))
    decode_cases.check(
        library, Decode(FLOAT, 64, 70, 2, 2, 1, False, ADDITIVE, layout=roomy, values=transposed)
    )
    decode_cases.check(library, Decode(FLOAT, 64, 5, scale=0.25))
    decode_cases.check_hidden(library, Decode(FLOAT, 64, 20, mask=ADDITIVE, padding=True))


def try_two_dispatches(library: Any) -> None:
    decode_cases.check(library, Decode(FLOAT, 64, 41, 2, 2, 1, True, BOOLEAN, blocks=3))


def try_tiles(library: Any) -> None:
    prefill_cases.check(
        library, Prefill(FLOAT, 64, 35, 37, 2, 2, 2, True, BOOLEAN, layout=odd, values=transposed)
    )
    prefill_cases.check(library, Prefill(FLOAT, 64, 10, 33, 1, 2, 1, False, ADDITIVE, layout=transposed))
    prefill_cases.check(library, Prefill(FLOAT, 64, 5, 5, scale=0.25))
    for strange in (np.nan, np.inf):
        prefill_cases.check_strange(library, Prefill(FLOAT, queries=7, keys=40, heads=1), strange)


@pytest.mark.parametrize("name", DECODE)
def test_a_wrong_edit_of_decoding_is_noticed(name: str) -> None:
    assert is_noticed("attention_decode", ONE_DISPATCH, DECODE[name], try_one_dispatch)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_wrong_edit_of_blocks_is_noticed(name: str) -> None:
    assert is_noticed("attention_decode", TWO_DISPATCHES, BLOCKS[name], try_two_dispatches)


@pytest.mark.parametrize("name", PREFILL)
def test_a_wrong_edit_of_tiles_is_noticed(name: str) -> None:
    assert is_noticed("attention_prefill", TILES, PREFILL[name], try_tiles)


def test_the_right_kernels_pass_what_wrong_edits_do_not() -> None:
    try_one_dispatch(compile_shader(source("attention_decode", ONE_DISPATCH)))
    try_two_dispatches(compile_shader(source("attention_decode", TWO_DISPATCHES)))
    try_tiles(compile_shader(source("attention_prefill", TILES)))
