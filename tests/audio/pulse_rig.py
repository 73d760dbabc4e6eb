"""A private PulseAudio with a sink that nobody hears, and a recorder of what it plays.

It needs no sound hardware, installs nothing and touches no other server. Three things make it sample-exact:
the sink never rewinds (`norewinds=1`), it has the rate and format of what is played, and the recorder runs
for a while before anything plays.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

RATE = 48_000
FRAME_BYTES = 4
SETTLED_FRAMES = RATE * 3 // 2
PATIENCE_S = 60.0
SINK = "streamtts_test"
SERVER = [
    "pulseaudio",
    "-n",
    "-F",
    "/dev/null",
    "--daemonize=no",
    "--use-pid-file=no",
    "--exit-idle-time=-1",
    "--realtime=yes",
    "--high-priority=no",
    "--log-level=error",
]


def missing_tools() -> str:
    """Why the rig cannot run here; empty if it can."""
    missing = [tool for tool in ("pulseaudio", "pactl", "parec") if shutil.which(tool) is None]
    return f"no {', '.join(missing)} here: tools/install_test_tools.sh installs them" if missing else ""


def wait_until(what: str, done: Callable[[], bool]) -> None:
    """Returns as soon as `done()` holds; fails, naming `what`, when all patience is spent."""
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.01)


def put_ahead(process: subprocess.Popen[bytes]) -> None:
    """Where it is allowed: other work on this machine is no fault of what is tested."""
    with contextlib.suppress(PermissionError):
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            os.sched_setscheduler(int(task.name), os.SCHED_RR, os.sched_param(10))


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(PATIENCE_S)


class Recording:
    """What a sink plays, from before the `with` block's first line to after its last."""

    def __init__(self, rig: "PulseRig", sink: str) -> None:
        self._command = [
            *("parec", "--raw", "--format=float32le", f"--rate={RATE}", "--channels=1", "--latency-msec=20"),
            f"--device={sink}.monitor",
        ]
        self._environment = rig.environment
        self._path = rig.folder / f"{sink}-{time.monotonic_ns()}.f32"

    def __enter__(self) -> Self:
        with self._path.open("wb") as file:
            self._process = subprocess.Popen(self._command, stdout=file, env=self._environment)
        put_ahead(self._process)
        self.wait_for(SETTLED_FRAMES)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.wait_for(RATE // 2)
        stop(self._process)

    def wait_for(self, frames: int) -> None:
        """Until as many more frames were recorded."""
        wanted = self._path.stat().st_size + frames * FRAME_BYTES
        wait_until("the recorder records", lambda: self._path.stat().st_size >= wanted)

    def frames(self) -> "array[float]":
        data = self._path.read_bytes()
        return array("f", data[: len(data) // FRAME_BYTES * FRAME_BYTES])


class PulseRig:
    """A server of its own for a `with` block; `environment` makes programs use it."""

    def __init__(self) -> None:
        # Not under pytest's folders: a socket's path has a short limit.
        self.folder = Path(tempfile.mkdtemp(prefix="streamtts-"))
        self.socket = self.folder / "socket"
        home = self.folder / "home"
        home.mkdir(mode=0o700)
        private = {"XDG_RUNTIME_DIR": str(home), "HOME": str(home), "PULSE_STATE_PATH": str(home)}
        self._server_environment = {**os.environ, **private, "PULSE_RUNTIME_PATH": str(home)}
        self._server_environment.pop("PULSE_SERVER", None)
        self.environment = {**os.environ, **private, "PULSE_SERVER": f"unix:{self.socket}"}

    def __enter__(self) -> Self:
        self.start_server()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill_server()
        shutil.rmtree(self.folder)

    def start_server(self) -> None:
        modules = [
            f"module-native-protocol-unix auth-anonymous=1 socket={self.socket}",
            self.sink_module(SINK),
        ]
        loads = [word for module in modules for word in ("-L", module)]
        self._server = subprocess.Popen([*SERVER, *loads], env=self._server_environment)
        wait_until("the sound server answers", self._answers)
        put_ahead(self._server)  # now, because it resets its own priority when it starts

    def _answers(self) -> bool:
        asked = subprocess.run(["pactl", "info"], env=self.environment, capture_output=True, check=False)
        return asked.returncode == 0

    def kill_server(self) -> None:
        self._server.kill()
        self._server.wait(PATIENCE_S)
        self.socket.unlink(missing_ok=True)

    def signal_server(self, number: signal.Signals) -> None:
        self._server.send_signal(number)

    def pactl(self, *words: str) -> str:
        asked = subprocess.run(
            ["pactl", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        return asked.stdout.strip()

    @staticmethod
    def sink_module(sink: str) -> str:
        return (
            f"module-null-sink sink_name={sink} rate={RATE} channels=1 channel_map=mono"
            " format=float32le norewinds=1"
        )

    def add_sink(self, sink: str) -> str:
        """Returns the module to unload when the sink is to vanish."""
        return self.pactl("load-module", *self.sink_module(sink).split())

    def record(self, sink: str = SINK) -> Recording:
        return Recording(self, sink)
