"""python watcher.py PID: for how many seconds, until its input ends, no thread of that process wanted to run.

It looks a thousand times a second at the states that Linux gives the threads. Who is ready but has no
processor counts as running: that is how waiting is told from what a busy machine does to the clock.
"""

import select
import sys
import time
from pathlib import Path

_LOOK_EVERY_S = 0.001


def main(pid: str) -> None:
    tasks, asleep_s = Path("/proc", pid, "task"), 0.0
    print("watching", flush=True)
    before_s = time.perf_counter()
    while not select.select([sys.stdin], [], [], _LOOK_EVERY_S)[0]:
        asleep, now_s = not any(map(_runs, tasks.iterdir())), time.perf_counter()
        asleep_s += asleep * (now_s - before_s)
        before_s = now_s
    print(asleep_s)


def _runs(task: Path) -> bool:
    try:
        stat = (task / "stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):  # it has ended since
        return False
    return stat.rpartition(b") ")[2].startswith(b"R")  # a name may hold anything, brackets too


if __name__ == "__main__":
    main(sys.argv[1])
