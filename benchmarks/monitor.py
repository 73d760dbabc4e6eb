"""What a sound server's monitor gives, with the moments when it gave it.

The rig's null sink renders a block of 5 ms, and the recorder gets that block within 0.2 ms. So the first
frame of a piece is at the ear as it arrives, the others as much later as they lie behind it, and nothing has
to be subtracted for the recorder.
"""

import os
import subprocess
import threading
import time
from array import array
from bisect import bisect_right
from types import TracebackType
from typing import Self

from audio.pulse_rig import RATE, SINK, PulseRig, put_ahead, stop

AUDIBLE = 1e-6  # of full scale: the first sample that is no silence
_COMMAND = ("parec", "--raw", "--format=float32le", f"--rate={RATE}", "--channels=1", "--latency-msec=20")
_SETTLED_S = 1.5


class Monitor:
    """Records within the `with` block."""

    def __init__(self, rig: PulseRig) -> None:
        self._environment = rig.environment
        self._begins: list[int] = []  # frames
        self._arrived_s: list[float] = []
        self._frames = array("f")

    def __enter__(self) -> Self:
        command = [*_COMMAND, f"--device={SINK}.monitor"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env=self._environment)
        put_ahead(self._process)
        self._reading = threading.Thread(target=self._read)
        self._reading.start()
        time.sleep(_SETTLED_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop(self._process)
        self._reading.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def sounds_s(self, pause_s: float) -> list[tuple[float, float]]:
        """When each stretch of sound began and ended at the ear; told apart by so much silence."""
        found: list[tuple[int, int]] = []
        for at, value in enumerate(self._frames):
            if abs(value) < AUDIBLE:
                continue
            if found and at - found[-1][1] < pause_s * RATE:
                found[-1] = found[-1][0], at + 1
            else:
                found.append((at, at + 1))
        return [(self._at_ear_s(begin), self._at_ear_s(end)) for begin, end in found]

    def _at_ear_s(self, frame: int) -> float:
        piece = bisect_right(self._begins, frame) - 1
        return self._arrived_s[piece] + (frame - self._begins[piece]) / RATE

    def _read(self) -> None:
        assert self._process.stdout is not None
        rest = b""
        while data := os.read(self._process.stdout.fileno(), 1 << 16):
            now_s = time.monotonic()
            whole = len(rest + data) // 4 * 4
            self._begins.append(len(self._frames))
            self._arrived_s.append(now_s)
            self._frames.frombytes((rest + data)[:whole])
            rest = (rest + data)[whole:]
