"""What really comes out: the voice's own samples, in order, where captions and trace say they are."""

import re
import subprocess
import wave
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from audio.pulse_rig import RATE, PulseRig, missing_tools
from cli.support import assistant
from session.running import COMMAND, Running, private_environment
from streamtts.synthesizers.tone import RATE_HZ, pitch_frames

SENTENCES = ["The tests pass now.", "The bug was in the parser.", "Shall I commit it?"]
LEAST = 0.02  # of full scale; below it is silence


def stretches(samples: "array[float]", rate_hz: int, pause_s: float = 0.05) -> list[tuple[int, int]]:
    """(begin, end) of each stretch of sound, told apart by at least `pause_s` of silence."""
    found: list[tuple[int, int]] = []
    for at, value in enumerate(samples):
        if abs(value) < LEAST:
            continue
        if found and at - found[-1][1] < pause_s * rate_hz:
            found[-1] = found[-1][0], at
        else:
            found.append((at, at))
    return found


def pitch_hz(samples: "array[float]", begin: int, end: int, rate_hz: int) -> float:
    middle = samples[begin + (end - begin) // 4 : end - (end - begin) // 4]
    rising = sum(1 for one, two in pairwise(middle) if one < 0 <= two)
    return rising * rate_hz / len(middle)


def expected_hz(text: str) -> float:
    return RATE_HZ / pitch_frames(text)


def read_wav(path: Path) -> "array[float]":
    with wave.open(str(path)) as wav:
        assert wav.getsampwidth() == 2
        return array("f", (value / 32768 for value in array("h", wav.readframes(wav.getnframes()))))


def seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_a_wav_holds_each_sentence_in_order_and_the_subtitles_fit_it(tmp_path: Path) -> None:
    wav, srt = tmp_path / "out.wav", tmp_path / "out.srt"
    with Running(tmp_path, "--output", f"wav:{wav}", "--captions", srt) as running:
        running.say(*SENTENCES)
        assert running.finish() == 0, running.err
    samples = read_wav(wav)
    found = stretches(samples, 48_000)
    assert len(found) == len(SENTENCES)
    cues = re.findall(r"(\S+) --> (\S+)\n(.+)", srt.read_text(encoding="utf-8"))
    assert [text for _, _, text in cues] == SENTENCES
    for (begin, end), text, (cue_begin, cue_end, _) in zip(found, SENTENCES, cues, strict=True):
        assert pitch_hz(samples, begin, end, 48_000) == pytest.approx(expected_hz(text), rel=0.03)
        assert seconds(cue_begin) == pytest.approx(begin / 48_000, abs=0.03)
        assert seconds(cue_end) == pytest.approx(end / 48_000, abs=0.03)


@pytest.mark.skipif(bool(missing_tools()), reason=missing_tools() or "all tools are here")
def test_from_the_agents_bytes_to_the_sound_servers_samples(tmp_path: Path) -> None:
    with PulseRig() as rig:
        with rig.record() as recording:
            done = subprocess.run(
                [*COMMAND, "--voice", "tone", "--output", "pulse:streamtts_test", "--no-keys"],
                input=b"".join(map(assistant, SENTENCES)),
                env={**private_environment(tmp_path), **rig.environment},
                capture_output=True,
                check=False,
            )
        assert done.returncode == 0, done.stderr.decode()
        samples = recording.frames()
    found = stretches(samples, RATE)
    assert len(found) == len(SENTENCES)
    for (begin, end), text in zip(found, SENTENCES, strict=True):
        assert pitch_hz(samples, begin, end, RATE) == pytest.approx(expected_hz(text), rel=0.03)
        assert (end - begin) / RATE == pytest.approx(len(text) / 15, abs=0.05)
    for (_, end), (begin, _) in pairwise(found):
        assert (begin - end) / RATE == pytest.approx(0.15, abs=0.25)
