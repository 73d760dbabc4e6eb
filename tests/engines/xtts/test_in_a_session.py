"""The whole program with XTTS: standard input is the agent's, and what fails makes way for another voice."""

import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from cli.support import assistant
from voices.recordings import speech, wav

SENTENCES = ("The build passed.", "Three tests failed.", "Have a look at the log.")
LOG = assistant(" ".join(SENTENCES))
HANG_S = 600


def session(folder: Path, home: Path, wav: Path, *flags: str) -> tuple[str, float]:
    """What is written to standard error, and how many seconds are heard, of a log on standard input."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / "config.toml"
    config.write_text(f'[engines.xtts]\nmodel = "{folder}"\nseed = 1\ndevice = "cpu"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "streamtts", "--output", f"wav:{wav}", *flags],
        input=LOG,
        capture_output=True,
        check=True,
        timeout=HANG_S,
        env={**os.environ, "STREAMTTS_CONFIG": str(config)},
    )
    with wave.open(str(wav), "rb") as file:
        return done.stderr.decode(), file.getnframes() / file.getframerate()


def said(told: str) -> bool:
    return all(sentence in told for sentence in SENTENCES)


@pytest.mark.parametrize("isolate", ["always", "never"])
def test_every_line_of_the_agent_is_spoken(tiny: Path, agreed: Path, tmp_path: Path, isolate: str) -> None:
    told, seconds = session(tiny, agreed, tmp_path / "out.wav", "--voice", "xtts", "--isolate", isolate)
    assert said(told)
    assert "instead" not in told
    assert seconds > 0.5


@pytest.mark.parametrize("isolate", ["always", "never"])
def test_terms_that_were_not_accepted_eat_no_line(
    tiny: Path, home: Path, tmp_path: Path, isolate: str
) -> None:
    flags = ("--voice", "xtts", "--voice", "tone", "--isolate", isolate)
    told, seconds = session(tiny, home, tmp_path / "out.wav", *flags)
    assert told.count("streamtts models pull xtts-v2 --accept-license") == 1
    assert said(told)
    assert seconds > 1


def test_a_corrupt_model_makes_way_for_another_voice(tiny: Path, agreed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in tiny.iterdir():
        (broken / file.name).write_bytes(file.read_bytes()[:5000])
    told, seconds = session(broken, agreed, tmp_path / "out.wav", "--voice", "xtts", "--voice", "tone")
    assert told.count("is damaged") == 1
    assert said(told)
    assert seconds > 1


def test_an_unknown_speaker_makes_way_for_another_voice(tiny: Path, agreed: Path, tmp_path: Path) -> None:
    flags = ("--voice", "xtts:Nobody", "--voice", "tone")
    told, seconds = session(tiny, agreed, tmp_path / "out.wav", *flags)
    assert told.count("xtts has no voice 'Nobody'") == 1
    assert said(told)
    assert seconds > 1


def voices(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "streamtts", "voices", *map(str, words)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=HANG_S)


def test_a_voice_is_added_speaks_and_is_removed(tiny: Path, agreed: Path, tmp_path: Path) -> None:
    flags = ("--voice", "xtts:anna", "--voice", "tone")
    sample = wav(tmp_path / "anna.wav", speech(6.0))
    assert voices("add", "anna", sample, "--i-have-consent").returncode == 0
    told, seconds = session(tiny, agreed, tmp_path / "hers.wav", *flags)
    assert said(told)
    assert "instead" not in told
    assert seconds > 0.5
    (made,) = agreed.rglob("xtts-*.pth")
    assert voices("rm", "anna").returncode == 0
    assert not made.exists()
    told, _ = session(tiny, agreed, tmp_path / "other.wav", *flags)
    assert told.count("xtts has no voice 'anna'") == 1
    assert said(told)


def test_a_text_that_is_called_a_recording_adds_no_voice(tiny: Path, agreed: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("this is no sound", encoding="utf-8")
    refused = voices("add", "anna", text, "--i-have-consent")
    assert refused.returncode == 1
    assert refused.stderr.startswith("streamtts: ")
    assert refused.stderr.count("\n") == 1
    told, _ = session(tiny, agreed, tmp_path / "out.wav", "--voice", "xtts:anna", "--voice", "tone")
    assert told.count("xtts has no voice 'anna'") == 1
    assert said(told)
