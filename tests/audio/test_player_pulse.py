"""The whole sound path: what is written to the player is what a private PulseAudio's sink plays."""

import json
import math
import subprocess
import sys
from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from audio.pulse_rig import RATE, PulseRig, missing_tools, wait_until
from audio.signal_check import Heard, read_ramp

SCRIPT = Path(__file__).with_name("play_ramp.py")
FADE = RATE * 5 // 1000
TRIES = 4


@pytest.fixture(scope="module")
def rig() -> Iterator[PulseRig]:
    if reason := missing_tools():
        pytest.skip(reason)
    with PulseRig() as rig:
        yield rig


def without_fades(frames: "array[float]") -> "array[float]":
    """A faded sample may happen to lie on the ramp, but not its neighbours with it: it becomes NaN."""
    places = [round(value * 2**24) for value in frames]
    steady = [after == before + 1 for before, after in pairwise(places)]
    runs = zip(frames, [False, *steady], [*steady, False], strict=True)
    return array("f", (value if value == 0 or before or after else math.nan for value, before, after in runs))


def start(rig: PulseRig, *steps: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), "default", *steps]
    return subprocess.Popen(command, env=rig.environment, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    counters: dict[str, Any] = json.loads(out)
    return counters


def play(rig: PulseRig, *steps: str) -> tuple[dict[str, Any], "array[float]", Heard]:
    """Tries again when the server says that this machine was too busy to keep it supplied."""
    for _ in range(TRIES):
        with rig.record() as recording:
            counters = finish(start(rig, *steps))
        frames = recording.frames()
        assert (counters["output"], counters["warning"]) == ("default", "")
        if counters["overloads"] == 0:
            return counters, frames, read_ramp(without_fades(frames))
    pytest.skip("this machine is too busy to play without a gap")


def faded_in(heard: Heard) -> list[int]:
    """The places after which speech came back with a fade and nothing else missing."""
    return [before for before, after in heard.jumps if abs(after - before - FADE) <= 1]


def test_a_minute_in_sentences_is_sample_exact(rig: PulseRig) -> None:
    sentences = [f"end:{RATE * 2}"] * 30
    counters, _, heard = play(rig, *sentences, "drain")
    minute = 60 * RATE
    assert (heard.places, heard.first, heard.last) == (minute, 1, minute)
    assert (heard.gaps, heard.jumps) == ([], [])
    assert heard.foreign < FADE  # the last sample's way down to silence
    assert (counters["written_frames"], counters["played_frames"]) == (minute, minute)
    assert (counters["underruns"], counters["padded_frames"]) == (0, 0)


def test_a_stall_is_exactly_one_episode(rig: PulseRig) -> None:
    stall = RATE * 3 // 10
    counters, _, heard = play(rig, f"write:{RATE}", f"padded:{stall}", f"end:{RATE}", "drain")
    assert counters["underruns"] == 1
    assert counters["padded_frames"] >= stall
    assert faded_in(heard) == [RATE]
    assert len(heard.jumps) == 1
    assert heard.last == 2 * RATE
    (gap,) = heard.gaps
    assert abs(gap - counters["padded_frames"]) < FADE


def test_a_pause_loses_no_sample(rig: PulseRig) -> None:
    steps = [
        f"end:{3 * RATE}",
        *(step for n in (1, 2) for step in (f"played:{n * RATE}", "pause", "sleep:200", "resume")),
    ]
    counters, _, heard = play(rig, *steps, "drain")
    assert len(faded_in(heard)) == len(heard.jumps) == 2
    assert (heard.first, heard.last) == (1, 3 * RATE)
    assert counters["underruns"] == 0


def test_a_flush_discards_and_the_next_sentence_is_whole(rig: PulseRig) -> None:
    steps = (f"write:{3 * RATE}", f"played:{RATE}", "flush", "sleep:100", f"end:{RATE}", "drain")
    counters, frames, heard = play(rig, *steps)
    assert counters["flushed_frames"] > RATE
    assert heard.last == 4 * RATE
    (jump,) = heard.jumps
    assert jump[0] < 3 * RATE
    assert jump[1] == 3 * RATE + 1
    silent = frames.index(0.0, frames.index(jump[0] / 2**24))
    assert max(frames[silent - 20 : silent]) < max(frames[silent - FADE : silent]) / 3


def test_a_rest_between_sentences_costs_no_sample(rig: PulseRig) -> None:
    rest = "sleep:2500"  # longer than a device plays silence
    steps = (rest, f"end:{RATE}", "heard:2", rest, f"end:{RATE}", "heard:2", rest, f"end:{RATE}", "drain")
    counters, _, heard = play(rig, *steps)
    assert (heard.places, heard.first, heard.last) == (3 * RATE, 1, 3 * RATE)
    assert heard.jumps == []
    assert (counters["underruns"], counters["padded_frames"]) == (0, 0)
    _, media_s, heard_s = zip(*counters["heard"], strict=True)
    assert media_s[2] - media_s[0] == pytest.approx(heard_s[2] - heard_s[0], abs=0.1)


def test_boundaries_are_at_the_ear_when_their_frames_are(rig: PulseRig) -> None:
    counters, _, _ = play(rig, *[f"end:{RATE}"] * 3, "heard:6", "drain")
    begins, media_s, heard_s = zip(*counters["heard"], strict=True)
    assert begins == (True, False) * 3
    frames = [round((place - media_s[0]) * RATE) for place in media_s]
    assert frames == [0, RATE, RATE, 2 * RATE, 2 * RATE, 3 * RATE]
    assert heard_s[5] - heard_s[0] == pytest.approx(3.0, abs=0.3)


def test_a_flush_leaves_no_boundary_of_what_was_not_heard(rig: PulseRig) -> None:
    steps = (f"end:{RATE}", f"end:{RATE}", "heard:1", "flush", f"end:{RATE}", "heard:2", "drain")
    counters, _, _ = play(rig, *steps)
    assert [begins for begins, _, _ in counters["heard"]] == [True, True, False]
    assert counters["flushed_frames"] > RATE


def test_a_device_that_vanishes_is_replaced_and_nothing_queued_is_lost() -> None:
    if reason := missing_tools():
        pytest.skip(reason)
    with PulseRig() as rig:
        process = start(rig, f"end:{RATE * 3}", "heard:2", "drain")
        wait_until("it plays", lambda: bool(rig.pactl("list", "short", "sink-inputs")))
        rig.kill_server()
        rig.start_server()
        counters = finish(process)
    assert counters["reopened"] >= 1
    assert counters["played_frames"] == counters["written_frames"] == 3 * RATE
    assert counters["underruns"] == 0
    assert [begins for begins, _, _ in counters["heard"]] == [True, False]
