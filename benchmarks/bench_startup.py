"""What the command costs before it hears a word, against a Python that does nothing."""

import resource
import subprocess
import sys
import time

from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

CPU_S_HELP = 0.1


def take(samples: Samples, *command: str) -> bytes:
    """Runs it; what it printed."""
    start_s, before_s = time.perf_counter(), children_s()
    done = subprocess.run(command, check=True, capture_output=True)
    samples.wall_s.append(time.perf_counter() - start_s)
    samples.cpu_s.append(children_s() - before_s)
    return done.stdout


def children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def bench_help(run: Recorder) -> None:
    ours, bare = Samples(), Samples()
    for _ in range(run.rounds(15)):
        assert b"--voice" in take(ours, sys.executable, "-m", "streamtts", "--help")
        take(bare, sys.executable, "-c", "pass")
    run.add(
        figure(
            "session",
            "`streamtts --help`",
            ours,
            {"an empty Python": bare},
            by="CPU",
            bar=Bar("cpu", CPU_S_HELP * 1e3),
            right="it names the flags",
        )
    )
