"""Files and pipes as outputs: playable however the program ends, and quiet about a reader that leaves."""

import os
import pty
import signal
import subprocess
import sys
import wave
from array import array
from pathlib import Path

import pytest

from audio import probe
from audio.pulse_rig import wait_until

PLAY = ("open", "start", "wait-rendered", "drain", "close")


def samples(path: Path) -> "array[int]":
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        return array("h", file.readframes(file.getnframes()))


def ramp(frames: int) -> "array[int]":
    """As the probe's floats come out in 16 bits."""
    return array("h", (round((place + 1) / 512) for place in range(frames)))


def test_wav_holds_every_frame_and_no_silence(tmp_path: Path) -> None:
    file = tmp_path / "speech.wav"
    report = probe.run(f"wav:{file}", "frames:100000", *PLAY)
    assert report.status == 0
    assert samples(file) == ramp(100_000)
    assert file.stat().st_size == 80 + 2 * 100_000


def test_wav_is_written_faster_than_it_plays(tmp_path: Path) -> None:
    """Ten minutes, well within the patience of this test."""
    report = probe.run(f"wav:{tmp_path / 'long.wav'}", "frames:28800000", *PLAY)
    assert report.value("rendered") == "28800000"


def test_a_wav_without_a_frame_is_a_wav(tmp_path: Path) -> None:
    probe.run(f"wav:{tmp_path / 'empty.wav'}", "open", "start", "close")
    assert samples(tmp_path / "empty.wav") == array("h")


def test_idle_wav_is_whole_when_killed(tmp_path: Path) -> None:
    file = tmp_path / "killed.wav"
    report = probe.run(f"wav:{file}", "frames:70001", "open", "start", "wait-rendered", "drain", "kill")
    assert report.status == -signal.SIGKILL
    assert samples(file) == ramp(70_001)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_busy_wav_is_playable_when_killed(tmp_path: Path, end: signal.Signals) -> None:
    file = tmp_path / "killed.wav"
    process = probe.start(f"wav:{file}", "frames:4000000000", "open", "start", "wait-rendered")
    wait_until("some seconds are written", lambda: file.exists() and file.stat().st_size > 1_000_000)
    process.send_signal(end)
    assert probe.finish(process).status == -end
    heard, on_disk = len(samples(file)), (file.stat().st_size - 80) // 2
    assert on_disk - 48_000 < heard <= on_disk


def test_full_disk_is_told_and_the_file_so_far_plays(tmp_path: Path) -> None:
    file = tmp_path / "full.wav"
    limited = 'trap "" XFSZ; ulimit -f 200; exec "$@"'
    steps = ["frames:1000000", "open", "start", "wait-lost", "close"]
    done = subprocess.run(
        ["bash", "-c", limited, "bash", probe.program(), f"wav:{file}", *steps],
        capture_output=True,
        check=False,
        timeout=probe.PATIENCE_S,
    )
    report = probe.report(done.returncode, done.stdout, done.stderr)
    assert report.status == 0
    assert report.value("lost") == f"broken cannot write sound to {file}: File too large"
    heard = samples(file)
    assert len(heard) == (200 * 1024 - 80) // 2
    assert heard == ramp(len(heard))


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("/dev/full", "No space left on device"),
        ("/", "Is a directory"),
        ("/no/such/file", "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(target: str, why: str) -> None:
    for kind in ("wav", "raw"):
        report = probe.run(f"{kind}:{target}", "frames:1000", "open", "start", "wait-lost", "close")
        assert any(why in line and target in line for line in report.lines), report
        assert report.status in {0, 2}


def test_wav_through_a_pipe_tells_no_length() -> None:
    report = probe.run("wav:/dev/stdout", "frames:1000", *PLAY)
    assert report.out[:8] == b"RIFF\xff\xff\xff\xff"
    assert array("h", report.out[80:]) == ramp(1000)


def test_raw_is_16_bits_at_48000_unless_told_otherwise() -> None:
    report = probe.run("raw:-", "frames:10000", *PLAY)
    assert report.value("rate") == "48000"
    assert array("h", report.out) == ramp(10_000)


def test_raw_floats_at_a_rate_of_choice() -> None:
    report = probe.run("raw:-,format=f32,rate=22050", "frames:10000", *PLAY)
    assert report.value("rate") == "22050"
    assert array("f", report.out) == array("f", ((place + 1) / 2**24 for place in range(10_000)))


def test_raw_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a,b"
    report = probe.run(f"raw:{tmp_path / 'speech.raw'}", "frames:5000", *PLAY)
    assert report.status == 0
    assert array("h", (tmp_path / "speech.raw").read_bytes()) == ramp(5000)
    assert probe.run(f"raw:{file}", *PLAY).value("error").startswith("raw: knows no option")


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    process = probe.start("raw:-", "frames:1000000", "open", "start", "wait-lost", "close")
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    process.stdout = None
    report = probe.finish(process)
    assert report.status == 0
    assert report.value("lost").startswith("closed ")


def test_a_reader_that_reads_nothing_does_not_keep_us() -> None:
    process = probe.start("raw:-", "frames:1000000", "open", "start", "sleep:300", "drop", "close")
    assert process.wait(probe.PATIENCE_S) == 0
    report = probe.finish(process)
    assert int(report.value("rendered")) < 1_000_000
    assert array("h", report.out) == ramp(len(report.out) // 2)


def test_a_slow_reader_gets_everything() -> None:
    slow = "import os, time\nwhile data := os.read(0, 999): time.sleep(0.0005); os.write(1, data)"
    with probe.start("raw:-", "frames:200000", *PLAY) as process:
        reader = subprocess.run(
            [sys.executable, "-c", slow], stdin=process.stdout, capture_output=True, check=True, timeout=60
        )
    assert array("h", reader.stdout) == ramp(200_000)


def test_sound_is_not_written_to_a_terminal() -> None:
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [probe.program(), "raw:-", "open"], stdout=slave, stderr=subprocess.PIPE, check=False, timeout=60
        )
    finally:
        os.close(slave)
        os.close(master)
    assert b"terminal" in done.stderr
    assert done.returncode == 2


def test_without_a_sound_system_default_says_so(tmp_path: Path) -> None:
    environment = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path / 'none'}", "ALSA_CONFIG_PATH": os.devnull}
    report = probe.run("default", "open", environment=environment)
    assert report.status == 2
    assert report.value("rate error").startswith("there is no device to play on: ")
