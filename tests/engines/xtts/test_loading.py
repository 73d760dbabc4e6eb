"""A model comes from its folder whole, as numbers alone, or one sentence says what is wrong with it."""

import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.xtts import tiny_folder
from streamtts.engine import EngineError
from streamtts.synthesizers.xtts import engine


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    """The model, to be damaged; what is not damaged is linked."""
    place = tmp_path / "copy"
    shutil.copytree(tiny, place, copy_function=os.link)
    return place


def refusal(folder: Path, voice: str = "") -> str:
    with pytest.raises(EngineError) as refused:
        engine.create(tiny_folder.options(folder, voice))
    told = str(refused.value)
    assert "\n" not in told
    return told


def replaced(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


class Evil:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch /tmp/evil",)


def evil(place: Path) -> None:
    """An archive as torch writes them, whose pickle calls a function."""
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"model": Evil()}))
        archive.writestr("archive/version", "3\n")


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("name", ["config.json", "model.pth", "vocab.json"])
def test_a_file_that_is_missing_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert f"there is no {name} in {copy}" in refusal(copy)


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("name", ["config.json", "model.pth", "vocab.json", "speakers_xtts.pth"])
@pytest.mark.parametrize("content", [b"", b"no such thing", b"{}", b"[1, 2]", b"\x80\x04\x95", b"PK\x03\x04"])
def test_a_file_that_is_something_else_is_named(copy: Path, name: str, content: bytes) -> None:
    replaced(copy / name, content)
    assert str(copy / name) in refusal(copy)


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_weights_that_are_cut_short_are_damaged(copy: Path, share: float) -> None:
    content = (copy / "model.pth").read_bytes()
    replaced(copy / "model.pth", content[: int(share * len(content))])
    assert "model.pth is damaged" in refusal(copy)


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("name", ["model.pth", "speakers_xtts.pth"])
def test_code_in_a_file_is_not_run(copy: Path, name: str) -> None:
    (copy / name).unlink()
    evil(copy / name)
    assert "holds more than numbers, which is refused" in refusal(copy)
    assert not Path("/tmp/evil").exists()  # noqa: S108 - what the code would have made


@pytest.mark.usefixtures("agreed")
def test_weights_of_another_shape_are_refused(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_bytes())
    config["model_args"]["gpt_layers"] = 3
    replaced(copy / "config.json", json.dumps(config).encode())
    assert f"{copy / 'model.pth'} does not belong to config.json" in refusal(copy)


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize(
    "change", [{"gpt_n_heads": 0}, {"gpt_n_heads": 5}, {"gpt_layers": "two"}, {"no_such": 1}]
)
def test_a_configuration_that_makes_no_sense_is_refused(copy: Path, change: dict[str, object]) -> None:
    config = json.loads((copy / "config.json").read_bytes())
    config["model_args"].update(change)
    replaced(copy / "config.json", json.dumps(config).encode())
    if change == {"no_such": 1}:  # newer models may say more
        engine.create(tiny_folder.options(copy)).close()
    else:
        assert str(copy) in refusal(copy)


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("name", ["gpt_layers", "gpt_n_model_channels", "gpt_max_audio_tokens"])
def test_a_network_that_is_larger_than_its_weights_is_never_made(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from TTS.tts.models.xtts import Xtts

    config = json.loads((copy / "config.json").read_bytes())
    config["model_args"][name] = 10**9
    replaced(copy / "config.json", json.dumps(config).encode())
    monkeypatch.setattr(Xtts, "init_models", lambda _: pytest.fail("it was made, and fills the memory"))
    assert f"{copy / 'model.pth'} does not belong to config.json" in refusal(copy)


@pytest.mark.usefixtures("agreed")
def test_a_vocoder_that_makes_no_numbers_is_refused(copy: Path) -> None:
    """Else all would be silence, and the captions would say that it was heard."""
    import torch

    kept = torch.load(copy / "model.pth", weights_only=True)
    for key, value in kept["model"].items():
        if "waveform_decoder" in key and value.is_floating_point():
            value.fill_(torch.nan)
    (copy / "model.pth").unlink()
    torch.save(kept, copy / "model.pth")
    assert "computes what is no sound" in refusal(copy)


@pytest.mark.usefixtures("agreed")
def test_another_model_is_not_taken_for_xtts(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_bytes())
    replaced(copy / "config.json", json.dumps({**config, "model": "vits"}).encode())
    assert "is of a 'vits', not of XTTS" in refusal(copy)


@pytest.mark.usefixtures("agreed")
def test_a_vocabulary_of_something_else_is_refused(copy: Path) -> None:
    vocabulary = json.loads((copy / "vocab.json").read_bytes())
    vocabulary["model"]["vocab"] = {"a": 0, "[UNK]": 1}
    vocabulary["model"]["merges"] = []
    vocabulary["added_tokens"] = []
    replaced(copy / "vocab.json", json.dumps(vocabulary).encode())
    assert "vocab.json does not belong to XTTS v2" in refusal(copy)


@pytest.mark.usefixtures("agreed")
def test_what_is_no_folder_or_no_model_is_told(tiny: Path, tmp_path: Path) -> None:
    assert "is no folder" in refusal(tiny / "model.pth")
    assert "there is no model" in refusal(tmp_path / "nothing")


@pytest.mark.usefixtures("agreed")
def test_loading_changes_no_file_and_asks_no_network(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    before = {file.name: (file.stat().st_mtime_ns, file.stat().st_size) for file in tiny.iterdir()}
    monkeypatch.setattr(socket.socket, "connect", refuse)
    engine.create(tiny_folder.options(tiny)).close()
    assert {file.name: (file.stat().st_mtime_ns, file.stat().st_size) for file in tiny.iterdir()} == before


@pytest.mark.usefixtures("agreed")
def test_old_checkpoints_hold_more_than_is_needed(copy: Path) -> None:
    """Weights under a second name, parts for training, and a configuration as an object."""
    from streamtts.synthesizers.xtts.upstream import upstream

    coqui = upstream()
    torch = coqui.torch
    known = torch.load(copy / "model.pth", weights_only=True)["model"]
    more = {
        "gpt.gpt.wte.weight": known["gpt.mel_embedding.weight"],
        "gpt.gpt_inference.lm_head.1.bias": known["gpt.mel_head.bias"],
        "dvae.codebook": torch.zeros(3),
    }
    (copy / "model.pth").unlink()
    whole = {f"xtts.{name}": value for name, value in {**known, **more}.items()}
    torch.save({"model": whole, "config": coqui.config()}, copy / "model.pth")
    engine.create(tiny_folder.options(copy)).close()


def test_a_torchaudio_that_is_broken_is_not_in_the_way(tiny: Path, tmp_path: Path) -> None:
    """On Linux PyPI has it for CUDA alone, and its import fails; torchcodec is not there at all."""
    assert tiny
    broken = tmp_path / "torchaudio"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise OSError('libcudart.so.13: cannot open shared object file')")
    script = (
        "import sys; from streamtts.synthesizers.xtts.upstream import upstream; upstream();"
        "print(*sorted({'torchaudio', 'torchcodec'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""


def test_no_empty_folder_is_left_behind(tiny: Path, tmp_path: Path) -> None:
    """What transformers has torch make for programs that nobody compiles."""
    assert tiny
    script = "from streamtts.synthesizers.xtts.upstream import upstream; upstream()"
    environ = {name: value for name, value in os.environ.items() if name != "TORCHINDUCTOR_CACHE_DIR"}
    subprocess.run([sys.executable, "-c", script], env={**environ, "TMPDIR": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []
