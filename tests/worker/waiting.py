"""Waiting for what must happen, however busy the machine is; and looking at processes."""

import os
import time
from collections.abc import Callable
from pathlib import Path

GUARD_S = 60.0  # only against hanging for ever


def eventually(condition: Callable[[], bool], *, within_s: float = GUARD_S) -> None:
    give_up_at = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < give_up_at, "it did not come to pass"
        time.sleep(0.005)


def open_descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def runs(pid: int) -> bool:
    """A zombie whose parent does not look counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    try:
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
