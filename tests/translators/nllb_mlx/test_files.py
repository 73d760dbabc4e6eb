"""Files of models as they are found: read without running them, refused in a sentence. Needs no packages."""

import json
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streamtts.engine import EngineError
from streamtts.models.safetensors import Tensors, safetensors
from streamtts.translators.nmt.torch_file import torch_file
from streamtts.translators.with_mlx import shape as nllb_mlx_shape
from streamtts.translators.with_mlx.arrays import opened

CONFIG = {
    "model_type": "m2m_100", "vocab_size": 20, "d_model": 8, "encoder_layers": 1, "decoder_layers": 1,
    "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16,
    "max_position_embeddings": 32, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2,
}  # fmt: skip


def configured(folder: Path, **changed: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({**CONFIG, **changed}))
    return folder


def tensor_file(file: Path, arrays: dict[str, tuple[int, ...]], **changed: Any) -> Path:
    """A .safetensors file of zeros."""
    header: dict[str, Any] = {}
    at = 0
    for name, shape in arrays.items():
        size = 4
        for each in shape:
            size *= each
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, at + size], **changed}
        at += size
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(at))
    return file


def one_sentence(refused: "pytest.ExceptionInfo[EngineError]") -> str:
    said = str(refused.value)
    assert "\n" not in said
    assert ": " in said  # what is wrong, and what to do
    return said


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"model_type": "marian"}, "of the kind marian"),
        ({"model_type": "t5"}, "of the kind t5"),
        ({"model_type": None}, "of the kind None"),
        ({"encoder_attention_heads": 3}, "8 by 3"),
        ({"activation_function": "quux"}, "quux"),
        ({"d_model": "8"}, "d_model"),
        ({"d_model": 2}, "d_model"),
        ({"encoder_layers": 0}, "encoder_layers"),
        ({"decoder_layers": 1e9}, "decoder_layers"),
        ({"vocab_size": True}, "vocab_size"),
        ({"eos_token_id": 20}, "eos_token_id"),
        ({"pad_token_id": None}, "pad_token_id"),
        ({"max_position_embeddings": 3}, "no whole sentence"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_model_that_cannot_be_run_is_refused(tmp_path: Path, changed: dict[str, Any], about: str) -> None:
    with pytest.raises(EngineError) as refused:
        nllb_mlx_shape.read(configured(tmp_path, **changed))
    assert about in one_sentence(refused)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000], ids=lambda each: repr(each[:3])
)
def test_a_configuration_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(EngineError) as refused:
        nllb_mlx_shape.read(tmp_path)
    assert "pull" in one_sentence(refused)


def test_a_folder_without_a_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as refused:
        nllb_mlx_shape.read(tmp_path)
    assert "no config.json" in one_sentence(refused)


def test_weights_that_lack_something_or_do_not_fit_are_refused(tmp_path: Path) -> None:
    folder = configured(tmp_path)
    shape = nllb_mlx_shape.read(folder)
    weights = folder / "model.safetensors"

    def refused_because() -> str:
        with pytest.raises(EngineError) as refused:
            opened(folder, shape)
        return one_sentence(refused)

    assert "model.safetensors or pytorch_model.bin" in refused_because()
    tensor_file(weights, {"something.else": (2, 2)})
    assert "no model.shared.weight" in refused_because()
    tensor_file(weights, {"model.shared.weight": (19, 8)})
    assert "is 19 x 8 and not 20 x 8" in refused_because()
    tensor_file(weights, {"model.shared.weight": (20, 8)})
    assert "no model.encoder.layer_norm.weight" in refused_because()


def test_a_model_that_writes_with_other_embeddings_is_refused(tmp_path: Path) -> None:
    folder = configured(tmp_path)
    file = tensor_file(
        folder / "model.safetensors", {"model.shared.weight": (20, 8), "lm_head.weight": (20, 8)}
    )
    file.write_bytes(file.read_bytes()[:-1] + b"\x3f")
    with pytest.raises(EngineError) as refused:
        opened(folder, nllb_mlx_shape.read(folder))
    assert "other embeddings" in one_sentence(refused)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-8])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def headless(file: Path) -> None:
    file.write_bytes(b"\xff" * 200)


def no_json(file: Path) -> None:
    file.write_bytes(struct.pack("<Q", 8) + b"not json")


def a_list(file: Path) -> None:
    file.write_bytes(struct.pack("<Q", 2) + b"[]")


def backwards(file: Path) -> None:
    tensor_file(file, {"a": (2, 2)}, data_offsets=[16, 0])


def negative(file: Path) -> None:
    tensor_file(file, {"a": (2, 2)}, data_offsets=[-16, 0])


def oversized(file: Path) -> None:
    tensor_file(file, {"a": (2, 2)}, shape=[1 << 40, 1 << 40])


@pytest.mark.parametrize(
    "harm",
    [cut, emptied, headless, no_json, a_list, backwards, negative, oversized],
    ids=lambda each: each.__name__,
)
def test_a_damaged_file_of_tensors_is_refused(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    file = tensor_file(tmp_path / "model.safetensors", {"a": (2, 2), "b": (3,)})
    harm(file)
    with pytest.raises(EngineError) as refused:
        Tensors(dict(safetensors(file)))
    assert "damaged" in one_sentence(refused)


class Runs:
    """Unpickled, it would write a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.write_text, (self.file, "it ran")


def packed(file: Path, content: object, **how: Any) -> Path:
    with zipfile.ZipFile(file, "w", **how) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(content, protocol=2))
        archive.writestr("archive/data/0", bytes(64))
    return file


def test_what_a_pickle_would_run_is_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    file = packed(tmp_path / "pytorch_model.bin", {"model.shared.weight": Runs(trace)})
    with pytest.raises(EngineError) as refused:
        list(torch_file(file))
    assert "to be run" in one_sentence(refused)
    assert not trace.exists()


@pytest.mark.parametrize(
    "content", [3, [1, 2], {"a": 3}, OrderedDict(a=[1, {"b": (2.5, None, True)}])], ids=repr
)
def test_a_list_of_no_arrays_has_none(tmp_path: Path, content: object) -> None:
    file = packed(tmp_path / "pytorch_model.bin", content)
    if isinstance(content, dict):
        assert list(torch_file(file)) == []
    else:
        with pytest.raises(EngineError):
            list(torch_file(file))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x05\x06" + bytes(18), b"\x80\x02}q\x00.", b"PK\x03\x04" * 20], ids=repr
)
def test_a_damaged_torch_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "pytorch_model.bin"
    file.write_bytes(content)
    with pytest.raises(EngineError) as refused:
        list(torch_file(file))
    assert "damaged" in one_sentence(refused)
