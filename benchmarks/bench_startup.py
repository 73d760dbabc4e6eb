"""What the command costs before it hears a word, against a Python that does nothing."""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

CPU_S_HELP = 0.1


def cpu_s(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def bench_help() -> None:
    streamtts = str(Path(sys.executable).with_name("streamtts"))
    ours = statistics.median(cpu_s(streamtts, "--help") for _ in range(15))
    bare = statistics.median(cpu_s(sys.executable, "-c", "pass") for _ in range(15))
    print(f"\nstreamtts --help: {ours:.3f} s of CPU (bar {CPU_S_HELP}), {ours / bare:.1f}x an empty Python")
    assert ours <= CPU_S_HELP
