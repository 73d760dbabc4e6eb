"""How long a round of a stage waits, which neither CPU time nor a count of instructions would tell."""

import os
import subprocess
import sys
from pathlib import Path

from gate import watcher
from suite.figures import Work

_THREADS = Path("/proc/self/task")


def missing() -> str | None:
    """Why no waiting can be seen here."""
    return None if _THREADS.exists() else "only Linux shows the states of threads"


def waits_ms(work: Work, rounds: int) -> float:
    """The mean of the rounds, as another process sees it: what else the machine does is none of it."""
    work()  # what is set up once is none of it
    with subprocess.Popen(
        [sys.executable, "-S", watcher.__file__, str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        try:
            for _ in range(rounds):
                work()
        finally:
            process.stdin.close()
        told = process.stdout.read()
    return float(told) / rounds * 1e3
