"""What the engine says of itself, without MLX, a model or a Mac."""

import platform
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from streamtts.engine import EngineError, VoiceOptions
from streamtts.models.catalogue import catalogue
from streamtts.synthesizers import packages
from streamtts.synthesizers.kokoro_mlx import engine, names


@pytest.mark.parametrize(
    ("system", "told"),
    [
        ("darwin", "needs mlx_audio, which is not installed: pip install 'streamtts[mlx-audio]'"),
        (
            "linux",
            "is for a Mac with Apple silicon: choose another voice here; only to test it,"
            " pip install 'streamtts[mlx-audio]'",
        ),
    ],
)
def test_what_is_missing_is_told_with_the_command(
    monkeypatch: pytest.MonkeyPatch, system: str, told: str
) -> None:
    def without_mlx_audio(name: str) -> object:
        return None if name == "mlx_audio" else find_spec("json")

    monkeypatch.setattr(packages, "find_spec", without_mlx_audio)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert engine.missing() == f"kokoro-mlx {told}"
    with pytest.raises(EngineError, match="pip install"):
        engine.create(VoiceOptions())


def test_a_mac_with_another_processor_is_told_to_take_another_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert engine.missing() == "kokoro-mlx needs a Mac with Apple silicon: choose another voice on this one"


def test_a_model_that_is_not_here_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    assert "streamtts models pull kokoro-82m" in (engine.lacks({}) or "")
    assert "there is no model" in (engine.lacks({"model": str(tmp_path / "nothing")}) or "")
    (tmp_path / "file").touch()
    assert "is no folder" in (engine.lacks({"model": str(tmp_path / "file")}) or "")
    assert engine.lacks({"model": str(tmp_path)}) is None


def test_each_language_has_one_voice_that_is_its_own() -> None:
    defaults = {voice.language: voice.name for voice in engine.voices() if voice.default}
    assert set(defaults) == set(engine.languages) == set(catalogue()["kokoro-82m"].targets)
    assert len(defaults) == sum(voice.default for voice in engine.voices())
    for language, name in defaults.items():
        assert names.chosen(VoiceOptions(language=language))[0] == name


@pytest.mark.parametrize(
    ("voice", "language", "chosen"),
    [
        ("", "", ("af_heart", "en-us")),
        ("", "en-GB", ("bf_emma", "en-gb")),
        ("", "en_US", ("af_heart", "en-us")),
        ("", "pt-PT", ("pf_dora", "pt")),
        ("bm_lewis", "en", ("bm_lewis", "en-gb")),
        ("bm_lewis", "", ("bm_lewis", "en-gb")),
        ("jf_alpha", "en", ("jf_alpha", "en-us")),
        ("af_heart", "fr", ("af_heart", "fr")),
        ("ff_siwis", "", ("ff_siwis", "fr")),
        ("af_mine", "en", ("af_mine", "en-us")),
    ],
)
def test_a_voice_and_a_language_say_what_is_read(voice: str, language: str, chosen: tuple[str, str]) -> None:
    assert names.chosen(VoiceOptions(voice, language)) == chosen


@pytest.mark.parametrize("language", ["de", "zh", "ko", "xx", "e\nn"])
def test_other_languages_are_refused_in_one_sentence(language: str) -> None:
    with pytest.raises(EngineError, match="only en, es, fr, hi, it, ja, pt: choose another voice") as refused:
        names.chosen(VoiceOptions(language=language))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("voice", ["heart", "af_hart", "../af_heart", "af_../x", "zf_xiaobei", "af_", "a"])
def test_what_is_called_like_no_voice_is_refused(voice: str) -> None:
    told = engine.refuses(voice)
    if voice == "af_hart":  # may lie in the folder of a model
        assert told is None
    else:
        assert told is not None
        assert "\n" not in told
