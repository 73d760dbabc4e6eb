"""PulseAudio end to end, to the sample: what a private server's sink plays is what the output was given."""

import signal
import subprocess
from collections.abc import Iterator
from itertools import pairwise

import pytest

from audio import probe
from audio.pulse_rig import RATE, SINK, PulseRig, missing_tools, wait_until
from audio.signal_check import Heard, read_ramp

MINUTE = 60 * RATE
TRIES = 4


@pytest.fixture
def rig() -> Iterator[PulseRig]:
    if reason := missing_tools():
        pytest.skip(reason)
    with PulseRig() as rig:
        yield rig


def play(rig: PulseRig, output: str, *steps: str) -> tuple[probe.Report, Heard]:
    """Every sample arrives once and in order, whatever this machine is busy with."""
    with rig.record() as recording:
        report = probe.run(output, *steps, environment=rig.environment)
    heard = read_ramp(recording.frames())
    assert report.status == 0, report
    return report, heard


def play_undisturbed(rig: PulseRig, output: str, *steps: str) -> Heard:
    """Tries again when the server says that this machine was too busy to keep it supplied."""
    for _ in range(TRIES):
        report, heard = play(rig, output, *steps)
        assert (heard.jumps, heard.foreign) == ([], 0)
        if report.value("overloads") == "0":
            return heard
    pytest.skip("this machine is too busy to play without a gap")


def whole(frames: int) -> Heard:
    return Heard(places=frames, first=1, last=frames, gaps=[], jumps=[], foreign=0)


def test_a_minute_is_sample_exact(rig: PulseRig) -> None:
    steps = (f"frames:{MINUTE}", "open", "start", "wait-rendered", "stop", "drain", "close")
    assert play_undisturbed(rig, "default", *steps) == whole(MINUTE)


@pytest.mark.parametrize("frames", [1, 100, 241, 5000])
def test_a_short_sound_is_heard_to_its_last_sample(rig: PulseRig, frames: int) -> None:
    steps = (f"frames:{frames}", "open", "start", "wait-rendered")
    assert play_undisturbed(rig, "default", *steps, "drain", "close") == whole(frames)
    assert play_undisturbed(rig, "default", *steps, "stop", "drain", "close") == whole(frames)


def test_stop_and_start_lose_nothing(rig: PulseRig) -> None:
    pauses = [step for _ in range(5) for step in ("sleep:150", "stop", "sleep:120", "start")]
    report, heard = play(
        rig, "default", "frames:96000", "open", "start", *pauses, "wait-rendered", "drain", "close"
    )
    assert (heard.places, heard.first, heard.last) == (96_000, 1, 96_000), report
    assert (heard.jumps, heard.foreign) == ([], 0)


def test_a_flush_fades_out_what_is_queued(rig: PulseRig) -> None:
    """No step in the signal but the fade's own; what comes after it is heard from its first sample."""
    steps = (
        "frames:4800000",
        "open",
        "start",
        "sleep:700",
        "flush",
        "sleep:50",
        "frames:4800",
        "wait-rendered",
    )
    with rig.record() as recording:
        report = probe.run(SINK, *steps, "drain", "close", environment=rig.environment)
    frames = recording.frames()
    assert report.value("dropped") == "1"
    if report.value("overloads") != "0":
        pytest.skip("this machine is too busy to play without a gap")
    first = next(index for index, value in enumerate(frames) if value)
    silent = next(index for index in range(first, len(frames)) if frames[index] == 0.0)
    fade = frames[silent - 240 : silent + 1]
    peak = max(fade)
    assert max(abs(before - after) for before, after in pairwise(fade)) < peak / 150
    later = read_ramp(frames[silent:])
    assert (later.places, later.gaps, later.jumps) == (4800, [], [])
    assert later.first == 4_800_001


def test_the_last_device_that_vanishes_is_reported(rig: PulseRig) -> None:
    process = probe.start(
        "default", "frames:4800000", "open", "start", "wait-lost", "close", environment=rig.environment
    )
    wait_until("it plays", lambda: playing_on(rig) == [SINK])
    rig.pactl("unload-module", "module-null-sink")
    report = probe.finish(process)
    assert report.status == 0
    assert report.value("lost") == "vanished the sound device is gone"


def test_a_stream_that_the_server_rescues_plays_on(rig: PulseRig) -> None:
    module = rig.add_sink("doomed")
    process = probe.start(
        "doomed", "frames:144000", "open", "start", "wait-rendered", "close", environment=rig.environment
    )
    wait_until("it plays", lambda: playing_on(rig) == ["doomed"])
    rig.pactl("unload-module", module)
    report = probe.finish(process)
    assert report.status == 0
    assert report.values("lost") == []


def test_a_server_that_dies_is_reported_and_another_is_played_on(rig: PulseRig) -> None:
    steps = (
        "frames:48000000",
        "open",
        "start",
        "wait-lost",
        "close",
        "sleep:1500",
        "open",
        "start",
        "sleep:200",
    )
    process = probe.start("default", *steps, "close", environment=rig.environment)
    wait_until("it plays", lambda: bool(playing_on(rig)))
    rig.kill_server()
    rig.start_server()
    report = probe.finish(process)
    assert report.status == 0, report
    assert report.value("lost") == "vanished the sound server ended"
    assert report.values("rate") == ["48000", "48000"]


def test_a_server_that_hangs_is_given_up(rig: PulseRig) -> None:
    rig.signal_server(signal.SIGSTOP)
    report = probe.run("pulse:", "open", environment=rig.environment)
    rig.signal_server(signal.SIGCONT)
    assert report.status == 2
    assert report.value("rate error") == "no PulseAudio or PipeWire sound server answers"


def test_a_server_that_hangs_in_the_middle_does_not_hang_us(rig: PulseRig) -> None:
    steps = ("frames:4800000", "open", "start", "sleep:3000", "flush", "drain", "stop", "drain", "close")
    process = probe.start("default", *steps, environment=rig.environment)
    wait_until("it plays", lambda: bool(playing_on(rig)))
    rig.signal_server(signal.SIGSTOP)
    report = probe.finish(process)
    rig.signal_server(signal.SIGCONT)
    assert report.status == 0


def test_the_default_device_is_followed(rig: PulseRig) -> None:
    """Whether the server moves the stream or leaves it behind, and then we are told."""
    rig.add_sink("other")
    steps = ("frames:9600000", "open", "start", "sleep:4000", "close")
    process = probe.start("default", *steps, environment=rig.environment)
    wait_until("it plays", lambda: bool(playing_on(rig)))
    rig.pactl("set-default-sink", "other")
    wait_until(
        "the stream moved or we heard of it", lambda: process.poll() is not None or "other" in playing_on(rig)
    )
    moved = process.poll() is None
    report = probe.finish(process)
    assert moved != ("default-changed" in report.lines)


def test_devices_are_listed_and_a_wrong_name_says_which_are_right(rig: PulseRig) -> None:
    done = subprocess.run(
        [probe.program(), "list"], capture_output=True, env=rig.environment, check=True, text=True
    )
    assert done.stderr.splitlines() == [f"default {SINK}\tNull Output"]
    report = probe.run("streamtts_tset", environment=rig.environment)
    assert report.status == 2
    assert f'did you mean "{SINK}"?' in report.value("error")


def playing_on(rig: PulseRig) -> list[str]:
    """The sinks of the streams that play."""
    names = dict(line.split("\t")[:2] for line in rig.pactl("list", "short", "sinks").splitlines())
    return [
        names.get(line.split("\t")[1], "") for line in rig.pactl("list", "short", "sink-inputs").splitlines()
    ]
