"""The yardstick of what is heard: pacat, the server's own player, handed a sound, or killed in one."""

import random
import subprocess
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from audio.pulse_rig import RATE, SINK, PulseRig
from monitor import Monitor
from session_rig import cpu_s
from suite.figures import Samples

SOONER, STOPPED = "pacat, handed a sound", "pacat, killed while it plays"
_COMMAND = ("pacat", "--raw", "--format=float32le", f"--rate={RATE}", "--channels=1", "--latency-msec=20")
_SOUND_S, _APART_S = 0.1, 0.5


def heard_after(rig: PulseRig, rounds: int) -> Samples:
    """From the write of a short sound to its first sample at the monitor."""
    chance, written = random.Random(1), list[float]()
    with Monitor(rig) as monitor, _playing(rig, subprocess.PIPE) as player:
        for _ in range(1 + rounds):  # the first connects
            written.append(time.monotonic())
            assert player.stdin is not None
            player.stdin.write(_sound(_SOUND_S))
            player.stdin.flush()
            time.sleep(_APART_S + chance.random() * 0.1)  # the device's requests are at no fixed place
        spent_s = cpu_s(player.pid) / (1 + rounds)
    begins = [begin_s for begin_s, _ in monitor.sounds_s(_APART_S / 2)]
    assert len(begins) == len(written)
    after = [begin_s - at_s for begin_s, at_s in zip(begins, written, strict=True)]
    return Samples(after[1:], [spent_s])


def silent_after(rig: PulseRig, folder: Path, rounds: int) -> Samples:
    """From the kill to the last sample at the monitor."""
    chance, killed = random.Random(1), list[float]()
    file = folder / "sound.f32"
    file.write_bytes(_sound(3))
    with Monitor(rig) as monitor:
        for _ in range(rounds):
            with file.open("rb") as sound, _playing(rig, sound) as player:
                time.sleep(_APART_S + chance.random() * 0.1)
                killed.append(time.monotonic())
                player.kill()
                time.sleep(_APART_S / 2)
    ends = [end_s for _, end_s in monitor.sounds_s(_APART_S / 5)]
    assert len(ends) == len(killed)
    return Samples([end_s - at_s for end_s, at_s in zip(ends, killed, strict=True)])


def percent_of_a_core(rig: PulseRig, folder: Path, seconds: int) -> float:
    """What it takes to play a sound."""
    file = folder / "long.f32"
    file.write_bytes(_sound(seconds))
    with file.open("rb") as sound, _playing(rig, sound) as player:
        begun = time.monotonic()
        time.sleep(seconds - 0.5)
        return 100 * cpu_s(player.pid) / (time.monotonic() - begun)


@contextmanager
def _playing(rig: PulseRig, stdin: int | IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    command = [*_COMMAND, f"--device={SINK}"]
    with subprocess.Popen(command, stdin=stdin, env=rig.environment) as player:
        try:
            yield player
        finally:
            player.kill()


def _sound(seconds: float) -> bytes:
    return (array("f", [0.1]) * int(seconds * RATE)).tobytes()
