"""Runs the command as a user's shell would, or in-process with a world of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from streamtts.cli import main
from streamtts.environment import Environment

DATA = Path(__file__).resolve().parent.parent / "data"
LOG = DATA / "agent-logs" / "tool.v21.full.jsonl"


@dataclass
class FakeClock:
    """Time passes only when somebody sleeps."""

    time_s: float = 0.0
    sleeps: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time_s

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time_s += seconds


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


# A world without settings, whatever the user who runs the tests has set.
PLAIN = {"STREAMTTS_CONFIG": os.devnull}


def run(
    *argv: str | Path,
    stdin: bytes = b"",
    clock: FakeClock | None = None,
    environ: Mapping[str, str] = PLAIN,
) -> Outcome:
    """The command in this process, with `stdin` on a descriptor of its own."""
    stdout, stderr = io.StringIO(), io.StringIO()
    read_end, write_end = os.pipe()
    try:
        if len(stdin) > 60_000:
            raise ValueError("more than a pipe holds: use run_process")
        os.write(write_end, stdin)
        os.close(write_end)
        env = Environment(read_end, stdout, stderr, clock or FakeClock(), environ)
        status = main([str(word) for word in argv], env)
    finally:
        os.close(read_end)
    return Outcome(int(status), stdout.getvalue(), stderr.getvalue())


def process_environ(**more: str) -> dict[str, str]:
    """For a process: the variables of this one, without settings of streamtts."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("STREAMTTS_")}
    return {**others, **PLAIN, **more}


def run_process(*argv: str | Path, stdin: bytes = b"") -> Outcome:
    """The command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "streamtts", *map(str, argv)],
        input=stdin,
        capture_output=True,
        env=process_environ(),
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8"))


def assistant(text: str, **more: object) -> bytes:
    """A line of Claude's stream-json that says `text`."""
    import json

    message = {"id": "m", "role": "assistant", "content": [{"type": "text", "text": text}]}
    return json.dumps({"type": "assistant", "message": message, **more}).encode() + b"\n"
