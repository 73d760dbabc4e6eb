"""What the whole command plays is understood: Whisper hears the sound file of a session."""

import json
import subprocess
import sys
import wave
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engines.said_sentences import ENGLISH, JAPANESE, kana
from engines.whisper_ear import Ear, distance, reason_deaf, words

pytestmark = [
    pytest.mark.skipif(reason_deaf() is not None, reason=str(reason_deaf())),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of packages that only this listener needs
]


def message(sentences: list[str]) -> bytes:
    content = [{"type": "text", "text": "\n\n".join(sentences)}]
    return json.dumps({"type": "assistant", "message": {"role": "assistant", "content": content}}).encode()


@pytest.mark.parametrize(
    ("flags", "language", "sentences", "units"),
    [((), "en", ENGLISH, words), (("--to", "ja"), "ja", JAPANESE, kana)],
)
def test_a_session_is_understood(
    tmp_path: Path,
    flags: tuple[str, ...],
    language: str,
    sentences: list[str],
    units: Callable[[str], Sequence[str]],
) -> None:
    path = tmp_path / "session.wav"
    command = [
        sys.executable,
        "-m",
        "streamtts",
        *flags,
        "--output",
        f"wav:{path}",
        "--trace",
        str(tmp_path / "t"),
    ]
    subprocess.run(command, input=message(sentences), capture_output=True, check=True)
    told = [json.loads(line) for line in (tmp_path / "t").read_text(encoding="utf-8").splitlines()]
    starts = [line["media_ms"] for line in told if line["event"] == "heard_start"]
    ends = [line["media_ms"] for line in told if line["event"] == "heard_end"]
    with wave.open(str(path)) as file:
        rate_hz = file.getframerate()
        sound = array("f", (value / 32768 for value in array("h", file.readframes(file.getnframes()))))
    ear = Ear(tmp_path)
    wrong = said = 0
    for sentence, start_ms, end_ms in zip(sentences, starts, ends, strict=True):
        piece = sound[int(start_ms * rate_hz / 1000) : int(end_ms * rate_hz / 1000)]
        heard = ear.hear(piece, rate_hz, language)
        wrong += distance(units(sentence), units(heard))
        said += len(units(sentence))
    sys.stdout.write(f"{language}: {wrong / said:.3f} of {said} wrong\n")
    assert wrong / said <= 0.10
