"""ALSA through its PulseAudio plugin: no sample is lost, and what fails is told."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio import probe
from audio.pulse_rig import PulseRig, missing_tools, wait_until
from audio.signal_check import read_ramp


@pytest.fixture
def rig() -> Iterator[PulseRig]:
    if reason := missing_tools():
        pytest.skip(reason)
    with PulseRig() as rig:
        tried = probe.run("alsa:pulse", "open", environment=rig.environment)
        if tried.status != 0:
            pytest.skip(f"no ALSA plugin for PulseAudio here: {tried.lines}")
        yield rig


def test_every_sample_is_heard_in_order(rig: PulseRig) -> None:
    """The plugin's own threads wait for a busy machine, so that gaps are no fault of ours."""
    with rig.record() as recording:
        report = probe.run(
            "alsa:pulse",
            *("frames:144000", "open", "start", "wait-rendered", "drain", "close"),
            environment=rig.environment,
        )
    heard = read_ramp(recording.frames())
    assert report.status == 0
    assert (heard.places, heard.first, heard.last) == (144_000, 1, 144_000)
    assert (heard.jumps, heard.foreign) == ([], 0)


def test_stop_and_start_lose_nothing(rig: PulseRig) -> None:
    pauses = [step for _ in range(3) for step in ("sleep:150", "stop", "sleep:120", "start")]
    steps = ("frames:48000", "open", "start", *pauses, "wait-rendered", "stop", "drain", "close")
    with rig.record() as recording:
        report = probe.run("alsa:pulse", *steps, environment=rig.environment)
    heard = read_ramp(recording.frames())
    assert report.status == 0
    assert (heard.places, heard.last, heard.jumps) == (48_000, 48_000, [])


def test_a_device_that_fails_is_reported(rig: PulseRig) -> None:
    steps = ("frames:48000000", "open", "start", "wait-lost", "close")
    process = probe.start("alsa:pulse", *steps, environment=rig.environment)
    wait_until("it plays", lambda: rig.pactl("list", "short", "sink-inputs") != "")
    rig.kill_server()
    report = probe.finish(process)
    assert report.status == 0
    assert report.value("lost") == "vanished the sound device is gone"


def test_default_is_alsa_where_no_server_answers(rig: PulseRig, tmp_path: Path) -> None:
    configuration = tmp_path / "asound.conf"
    configuration.write_text("pcm.!default { type null }\n")
    environment = {
        **rig.environment,
        "PULSE_SERVER": f"unix:{tmp_path / 'none'}",
        "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{configuration}",
    }
    report = probe.run(
        "default", "frames:4800", "open", "start", "wait-rendered", "close", environment=environment
    )
    assert report.status == 0
    assert report.value("rate") == "48000"


def test_a_device_that_does_not_exist_is_refused_quietly(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        [probe.program(), "alsa:nonsense", "open"],
        capture_output=True,
        env=environment,
        check=False,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(
        ("rate error ALSA does not play on nonsense: ", "error the library libasound")
    )
    assert "ALSA lib" not in done.stderr
