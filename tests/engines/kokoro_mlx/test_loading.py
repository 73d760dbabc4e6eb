"""A model is read from its folder, whole or not at all, without the network, and nothing in it is run."""

import json
import os
import pickle
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engines.kokoro_mlx import tiny_folder
from engines.kokoro_mlx.tiny_folder import WEIGHTS, options
from engines.sounds import spoken
from streamtts.engine import EngineError
from streamtts.synthesizers.kokoro_mlx import engine

HEART = "voices/af_heart.safetensors"


def refusal(folder: Path, voice: str = "") -> str:
    with pytest.raises(EngineError) as refused:
        engine.create(options(folder, voice))
    told = str(refused.value)
    assert "\n" not in told
    return told


def replaced(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def changed(file: Path, change: Callable[[Any, dict[str, Any]], None]) -> None:
    """A file of arrays, with others."""
    import mlx.core as mx

    arrays = dict(mx.load(str(file)))
    mx.eval(arrays)
    change(mx, arrays)
    file.unlink()
    mx.save_safetensors(str(file), arrays)


class Evil:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch evil",)


@pytest.mark.parametrize("name", ["config.json", WEIGHTS, "voices"])
def test_what_is_missing_is_named(copy: Path, name: str) -> None:
    (copy / name).rename(copy.parent / "elsewhere")
    told = {
        "config.json": "there is no config.json",
        WEIGHTS: "no file *.safetensors",
        "voices": "there is no voice",
    }
    assert told[name] in refusal(copy)
    assert "streamtts models pull kokoro-82m" in refusal(copy)


@pytest.mark.parametrize("name", [WEIGHTS, HEART])
@pytest.mark.parametrize("content", [b"", b"{}", b"\x02\0\0\0\0\0\0\0{}", b"PK\x03\x04", b"\xff" * 64])
def test_a_file_that_is_something_else_is_named(copy: Path, name: str, content: bytes) -> None:
    replaced(copy / name, content)
    assert str(copy) in refusal(copy)


@pytest.mark.parametrize("name", [WEIGHTS, HEART])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_file_that_is_cut_short_is_damaged(copy: Path, name: str, share: float) -> None:
    content = (copy / name).read_bytes()
    replaced(copy / name, content[: int(share * len(content))])
    assert f"{copy / name} is damaged" in refusal(copy)


def test_arrays_that_lie_upon_each_other_do_not_fill_the_memory(copy: Path) -> None:
    entry = {"dtype": "F32", "shape": [1 << 20], "data_offsets": [0, 4 << 20]}
    header = json.dumps({f"bert.{number}": entry for number in range(10_000)}).encode()
    replaced(copy / WEIGHTS, len(header).to_bytes(8, "little") + header + bytes(4 << 20))
    assert "its arrays lie upon each other" in refusal(copy)


def test_weights_in_a_pickle_are_refused_unread(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy)
    (copy / WEIGHTS).unlink()
    (copy / "kokoro-v1_0.pth").write_bytes(pickle.dumps(Evil()))
    assert "are a pickle, which may hold code and is refused" in refusal(copy)
    assert not (copy / "evil").exists()


def test_a_voice_in_a_pickle_is_refused_unread(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy)
    (copy / "voices/af_old.pt").write_bytes(pickle.dumps(Evil()))
    assert "the voice af_old in" in refusal(copy, "af_old")
    assert "is a pickle, which may hold code and is refused" in refusal(copy, "af_old")
    assert not (copy / "evil").exists()


def test_a_voice_that_does_not_lie_there_names_the_nearest(tiny: Path) -> None:
    assert "did you mean af_heart?" in refusal(tiny, "af_hart")


@pytest.mark.parametrize(
    "change",
    [
        lambda _mx, arrays: arrays.pop("bert.pooler.weight"),
        lambda mx, arrays: arrays.update({"bert.pooler.weight": mx.zeros((3, 3))}),
        lambda mx, arrays: arrays.update({"bert.pooler.weight": mx.zeros((32, 32), mx.int32)}),
        lambda mx, arrays: arrays.update({"decoder.decode.0.conv1.weight_v": mx.zeros((3,))}),
    ],
)
def test_weights_that_do_not_belong_to_the_configuration_are_refused(
    copy: Path, change: Callable[[Any, dict[str, Any]], None]
) -> None:
    changed(copy / WEIGHTS, change)
    assert f"weights in {copy}" in refusal(copy) or f"bert.pooler.weight in {copy}" in refusal(copy)


@pytest.mark.parametrize("change", [{"n_layer": 2}, {"max_dur": 60}, {"hidden_dim": 4096, "n_layer": 64}])
def test_a_network_that_is_larger_than_its_weights_is_never_computed(
    copy: Path, change: dict[str, int]
) -> None:
    replaced(copy / "config.json", json.dumps({**tiny_folder.config(), **change}).encode())
    assert str(copy) in refusal(copy)


def test_parts_that_do_not_fit_together_are_told_when_it_is_loaded(tiny: Path, tmp_path: Path) -> None:
    assert tiny
    told = refusal(tiny_folder.make(tmp_path / "narrow", hidden_dim=256))
    assert "kokoro-mlx cannot compute its model (" in told


@pytest.mark.parametrize("shape", [(0,), (510,), (510, 1, 128), (510, 2, 256), (1, 510, 1, 256)])
def test_a_voice_of_another_shape_is_refused(copy: Path, shape: tuple[int, ...]) -> None:
    changed(copy / HEART, lambda mx, arrays: arrays.update(voice=mx.zeros(shape)))
    assert str(copy / HEART) in refusal(copy)


def test_a_short_voice_and_one_in_two_axes_are_spoken_with(copy: Path) -> None:
    changed(copy / HEART, lambda _mx, arrays: arrays.update(voice=arrays["voice"][:3, 0]))
    voice = engine.create(options(copy))
    assert len(spoken(voice, "All tests pass.")) > 0
    voice.close()


@pytest.mark.parametrize("name", [WEIGHTS, HEART])
def test_what_computes_no_numbers_is_refused(copy: Path, name: str) -> None:
    """Else all would be silence, and the captions would say that it was heard."""

    def spoilt(mx: Any, arrays: dict[str, Any]) -> None:
        spoiled = "voice" if name == HEART else "decoder.generator.conv_post.bias"
        arrays[spoiled] = mx.full(arrays[spoiled].shape, mx.nan)

    changed(copy / name, spoilt)
    assert "computes what is no sound" in refusal(copy)


def test_a_model_that_never_ends_a_sound_is_refused(copy: Path) -> None:
    def slowed(mx: Any, arrays: dict[str, Any]) -> None:
        bias = "predictor.duration_proj.linear_layer.bias"
        arrays[bias] = mx.full(arrays[bias].shape, 9.0)

    changed(copy / WEIGHTS, slowed)
    assert "would speak far too slowly" in refusal(copy)


def test_loading_asks_no_network_and_changes_no_file(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    before = {file: file.stat().st_mtime_ns for file in tiny.rglob("*")}
    monkeypatch.setattr(socket.socket, "connect", refuse)
    engine.create(options(tiny)).close()
    assert {file: file.stat().st_mtime_ns for file in tiny.rglob("*")} == before
