"""The voices that the package brings, through the whole command: from an agent's words to a sound file."""

import json
import subprocess
import wave
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.support import assistant
from session.running import COMMAND, private_environment
from session.test_sound import read_wav, stretches

if TYPE_CHECKING:
    from array import array

ENGLISH = ["The tests pass now.", "The bug was in parser.rs, where the index is off by one."]
JAPANESE = ["テストが通りました。", "parser.rs の添字が一つずれていました。"]


def speak(
    folder: Path, *flags: str, messages: list[str]
) -> tuple[list[dict[str, object]], "array[float]", str]:
    """The sentences of the trace, the sound, and what was shown."""
    wav, trace = folder / "out.wav", folder / "trace.jsonl"
    done = subprocess.run(
        [*COMMAND, *flags, "--output", f"wav:{wav}", "--trace", trace],
        input=b"".join(assistant(message, uuid=message) for message in messages),
        env=private_environment(folder),
        capture_output=True,
        check=False,
    )
    shown = done.stderr.decode()
    assert done.returncode == 0, shown
    told = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    return [line for line in told if line["event"] == "sentence"], read_wav(wav), shown


@pytest.mark.parametrize(
    ("flags", "messages", "engine"),
    [
        ((), ENGLISH, "hibari"),
        (("--to", "ja"), JAPANESE, "openjtalk"),
        (("--isolate", "always"), ENGLISH, "hibari"),
        (("--from", "de"), ["Alle Tests sind grün.", "Der Fehler lag im Parser."], "nanotts"),
    ],
)
def test_the_default_voices_say_every_sentence(
    tmp_path: Path, flags: tuple[str, ...], messages: list[str], engine: str
) -> None:
    sentences, sound, shown = speak(tmp_path, *flags, messages=messages)
    assert [sentence["text"] for sentence in sentences] == messages
    assert {sentence["engine"] for sentence in sentences} == {engine}
    assert {sentence["outcome"] for sentence in sentences} == {"heard"}
    assert shown.splitlines()[: len(messages)] == messages
    for sentence in sentences:
        begin, end = sentence["heard_start_ms"], sentence["heard_end_ms"]
        assert isinstance(begin, float)
        assert isinstance(end, float)
    assert sum(end - begin for begin, end in stretches(sound, 48_000)) > 48_000
    assert max(map(abs, sound)) < 1.0


def test_each_sentence_is_spoken_by_the_voice_of_its_language(tmp_path: Path) -> None:
    sentences, _, shown = speak(tmp_path, messages=[ENGLISH[0], JAPANESE[0], ENGLISH[1]])
    assert [sentence["engine"] for sentence in sentences] == ["hibari", "openjtalk", "hibari"]
    assert "HTS Voice" in shown


def test_what_no_voice_can_pronounce_is_told_and_the_rest_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    wav = tmp_path / "out.wav"
    done = subprocess.run(
        [*COMMAND, "--output", f"wav:{wav}"],
        input=assistant("One.", uuid="1")
        + assistant("Это по-русски.", uuid="2")
        + assistant("Two.", uuid="3"),
        env={**private_environment(tmp_path), "PATH": str(tmp_path / "empty")},
        capture_output=True,
        check=False,
    )
    shown = done.stderr.decode()
    assert done.returncode == 0
    assert "Russian" in shown
    assert "espeak" in shown
    assert "[skipped: failed] Это по-русски." in shown
    with wave.open(str(wav)) as file:
        assert file.getnframes() > 24_000
