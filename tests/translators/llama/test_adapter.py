"""What a model has learnt besides is loaded with it, for the languages that it was learnt for."""

from pathlib import Path

import pytest

from streamtts.engine import EngineError
from streamtts.translators.gguf import adapters, header
from streamtts.translators.llama import engine
from translators.llama import models, tiny_gguf

OURS = sorted(Path(adapters.__file__).parent.glob("*.gguf"))


def _text(key: str, value: str) -> bytes:
    said = value.encode()
    return key.encode() + (8).to_bytes(4, "little") + len(said).to_bytes(8, "little") + said


def _model(folder: Path, base: str, size: str) -> Path:
    file = folder / "any name.gguf"
    file.write_bytes(b"GGUF" + _text("general.basename", base) + _text("general.size_label", size))
    return file


def test_what_a_file_says_of_itself() -> None:
    begin = b"GGUF" + _text("general.name", "Größe 2") + _text("general.type", "model")
    assert header.text(begin, "general.name") == "Größe 2"
    assert header.text(begin, "general.type") == "model"
    assert header.text(begin, "general.basename") == ""
    assert header.text(begin[:20], "general.name") == ""
    assert header.text(_text("general.name", "x" * 9000)[:4096], "general.name").startswith("xxx")


def test_ours_is_known_by_what_the_model_says_of_itself(tmp_path: Path) -> None:
    model = _model(tmp_path, "Qwen2.5-Coder", "1.5B")
    assert adapters.adapter("auto", model, "en", "ja") in OURS
    assert adapters.adapter("off", model, "en", "ja") is None
    assert adapters.adapter("auto", model, "en", "fr") is None
    assert adapters.adapter("auto", model, "ja", "en") is None
    for base, size in (("Qwen2.5-Coder", "7B"), ("../Qwen2.5-Coder", "1.5B"), ("", ""), ("*", "*")):
        assert adapters.adapter("auto", _model(tmp_path, base, size), "en", "ja") is None
    assert adapters.adapter("auto", tmp_path / "nothing", "en", "ja") is None


def test_ours_say_what_they_are() -> None:
    assert OURS
    for file in OURS:
        begin = header.beginning(file)
        assert header.text(begin, "general.type") == "adapter"
        assert header.text(begin, "general.license") == "apache-2.0"
        assert "streamtts" in header.text(begin, "general.description")


def test_a_file_that_is_no_adapter_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "none", _model(tmp_path, "Qwen2.5-Coder", "1.5B")):
        with pytest.raises(EngineError, match=r"translators\.llama\.adapter is .*: give auto, off"):
            adapters.adapter(str(file), file, "en", "ja")


def test_the_users_adapter_changes_what_is_said(tiny: Path) -> None:
    learnt = tiny_gguf.write_adapter(tiny.with_name("learnt.gguf"))
    sentences = ("Done.", "The tests pass.", "I added a flag.")
    with models.loaded(tiny) as plain, models.loaded(tiny, adapter=str(learnt)) as tuned:
        assert [models.said(tuned, each) for each in sentences] != [
            models.said(plain, each) for each in sentences
        ]


def test_a_damaged_adapter_is_told(tiny: Path) -> None:
    learnt = tiny_gguf.write_adapter(tiny.with_name("learnt.gguf"))
    learnt.write_bytes(learnt.read_bytes()[:-100])
    with pytest.raises(EngineError, match=r"tiny.gguf cannot be loaded with the adapter learnt.gguf: it is"):
        engine.create(models.options(tiny, adapter=str(learnt))).close()


def test_an_adapter_of_another_model_is_told(tiny: Path) -> None:
    with pytest.raises(EngineError, match="cannot be loaded with the adapter"):
        engine.create(models.options(tiny, adapter=str(OURS[0]))).close()
