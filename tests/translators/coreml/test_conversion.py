"""What the converter makes: its operations, shapes and number types. Only a Mac can run it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ct = pytest.importorskip("coremltools", reason="coremltools is not installed: make test-coreml")

from streamtts.engine import EngineError  # noqa: E402
from streamtts.translators.with_coreml.conversion import (  # noqa: E402
    ABOUT,
    MOST_TOKENS,
    READER,
    WRITER,
    convert,
)
from translators import tiny_models  # noqa: E402

LAYERS, HEADS, EACH = 2, 4, 16
HALF = 65552  # FLOAT16 of ArrayFeatureType
WHOLE = 131104  # INT32


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tiny_models.nllb(tmp_path_factory.mktemp("source"), d_model=HEADS * EACH, encoder_ffn_dim=128)
    target = tmp_path_factory.mktemp("target")
    said: list[str] = []
    convert(source, target, said.append)
    assert said == ["what reads a sentence is made"]
    return target


def description(package: Path) -> Any:
    return ct.utils.load_spec(str(package)).description


def operations(package: Path) -> Counter[str]:
    functions = ct.utils.load_spec(str(package)).mlProgram.functions.values()
    blocks = (block for each in functions for block in each.block_specializations.values())
    return Counter(operation.type for block in blocks for operation in block.operations)


def test_the_reader_takes_a_sentence_of_any_length(made: Path) -> None:
    (tokens,) = description(made / READER).input
    (heard,) = description(made / READER).output
    assert (tokens.name, tokens.type.multiArrayType.dataType) == ("tokens", WHOLE)
    bounds = [(each.lowerBound, each.upperBound) for each in tokens.type.multiArrayType.shapeRange.sizeRanges]
    assert bounds == [(1, 1), (1, MOST_TOKENS)]
    assert (heard.name, heard.type.multiArrayType.dataType) == ("heard", HALF)


def test_the_writer_keeps_what_it_has_written_as_a_state(made: Path) -> None:
    told = description(made / WRITER)
    inputs = {each.name: each.type.multiArrayType for each in told.input}
    assert {name: list(each.shape)[:1] for name, each in inputs.items() if name != "heard"} == {
        "token": [1],
        "place": [1],
    }
    heard = [(each.lowerBound, each.upperBound) for each in inputs["heard"].shapeRange.sizeRanges]
    assert heard == [(2 * LAYERS,) * 2, (HEADS, HEADS), (1, MOST_TOKENS), (EACH, EACH)]
    states = {each.name: each.type.stateType.arrayType for each in told.state}
    size = [LAYERS, HEADS, MOST_TOKENS, EACH]
    assert {name: list(each.shape) for name, each in states.items()} == {"keys": size, "values": size}
    assert {each.dataType for each in states.values()} == {HALF}
    (scores,) = told.output
    assert (scores.name, scores.type.multiArrayType.dataType) == ("scores", HALF)


def test_attention_is_one_operation_and_states_are_updated_in_place(made: Path) -> None:
    reads, writes = operations(made / READER), operations(made / WRITER)
    assert reads["scaled_dot_product_attention"] == LAYERS
    assert writes["scaled_dot_product_attention"] == 2 * LAYERS
    assert writes["slice_update"] == writes["write_state"] == 2 * LAYERS
    assert writes["read_state"] >= 2
    assert "softmax" not in reads + writes
    assert "while_loop" not in reads + writes


def test_large_weights_are_of_eight_bits(made: Path) -> None:
    """The table of words alone would be larger in 16."""
    rows = description(made / WRITER).output[0].type.multiArrayType.shape[-1]
    for package in (READER, WRITER):
        assert operations(made / package)["constexpr_blockwise_shift_scale"] >= 2 * LAYERS
        (weights,) = (made / package).rglob("weight.bin")
        assert rows * HEADS * EACH < weights.stat().st_size < 4 * rows * HEADS * EACH


def test_what_runs_it_is_told_where_a_translation_begins_and_ends(made: Path) -> None:
    about = json.loads((made / ABOUT).read_text(encoding="utf-8"))
    assert about == {"start": 2, "end": 2, "padding": 1, "most_tokens": MOST_TOKENS}


def test_nothing_of_the_converters_talk_is_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source, target = tiny_models.marian(tmp_path / "source"), tmp_path / "target"
    target.mkdir()
    capfd.readouterr()
    convert(source, target, lambda _: None)
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


def test_a_model_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}', encoding="utf-8")
    with pytest.raises(EngineError, match="of the kind gpt2: choose another"):
        convert(tmp_path, tmp_path / "target", lambda _: None)
