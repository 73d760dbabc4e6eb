"""The whole command as a process of its own: an agent's words go in, its trace tells what came of them."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cli.support import assistant
from streamtts.control.runtime_folder import VARIABLE

PATIENCE_S = 90.0  # only so that a hang ends the test
COMMAND = (sys.executable, "-m", "streamtts")

# Not under pytest's folder: a socket's path is short.
_RUNTIME_FOLDERS = tempfile.TemporaryDirectory(prefix="streamtts-", dir="/tmp")
atexit.register(_RUNTIME_FOLDERS.cleanup)

Line = dict[str, Any]


def wait_until(what: str, done: Callable[[], bool]) -> None:
    """Returns as soon as `done()` holds; fails, naming `what`, when all patience is spent."""
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.005)


def private_environment(folder: Path, config: str = "") -> dict[str, str]:
    """Nothing of whoever runs the tests: no settings, no sessions, no home."""
    file = folder / "config.toml"
    file.write_text(config, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMTTS_")}
    runtime = Path(tempfile.mkdtemp(dir=_RUNTIME_FOLDERS.name))
    sessions = {"XDG_RUNTIME_DIR": str(runtime), VARIABLE: str(runtime / "streamtts")}
    return {**kept, **sessions, "HOME": str(folder), "STREAMTTS_CONFIG": str(file)}


class Running:
    """`streamtts` with the test voice and a fast null clock, unless `flags` say otherwise."""

    def __init__(
        self,
        folder: Path,
        *flags: str | Path,
        voice: str = "tone",
        config: str = "",
        environment: Mapping[str, str] | None = None,
        **popen: Any,
    ) -> None:
        self.trace = folder / "trace.jsonl"
        usual = ("--voice", voice, "--output", "null:20", "--trace", self.trace, "--no-keys")
        self.environment = {**private_environment(folder, config), **(environment or {})}
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, (*usual, *flags))],
            stdin=subprocess.PIPE,
            stdout=popen.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            env=self.environment,
            **popen,
        )
        self.out, self.err = b"", ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=PATIENCE_S)

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def say(self, *messages: str) -> None:
        for message in messages:
            self.write(assistant(message, uuid=message))

    def finish(self) -> int:
        """The end of the input; until the command has ended."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        self.out, self.err = out or b"", err.decode()
        return self.process.returncode

    def lines(self, event: str) -> list[Line]:
        """The trace's lines of this kind, so far."""
        if not self.trace.exists():
            return []
        whole = self.trace.read_text(encoding="utf-8").rpartition("\n")[0]
        told = [json.loads(line) for line in whole.splitlines()]
        return [line for line in told if line["event"] == event]

    def wait_for(self, event: str, count: int = 1) -> Line:
        """Until the trace has so many lines of this kind; the last of them."""
        wait_until(f"{count} times {event}", lambda: len(self.lines(event)) >= count or self.ended())
        lines = self.lines(event)
        assert len(lines) >= count, (event, self.process.poll())
        return lines[count - 1]

    def ended(self) -> bool:
        return self.process.poll() is not None

    def heard_texts(self) -> list[str]:
        known = {line["index"]: line["text"] for line in self.lines("known")}
        return [known[line["index"]] for line in self.lines("heard_start")]

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def children(self) -> list[int]:
        paths = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(word) for path in paths for word in path.read_text(encoding="ascii").split()]
