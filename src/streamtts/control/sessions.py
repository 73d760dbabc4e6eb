"""The sessions that run, found by their sockets."""

import os
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from streamtts.errors import StreamttsError

_NAME = re.compile(r"(\d{1,10})(?:-\d{1,2})?\.sock")


@dataclass(frozen=True, slots=True)
class Session:
    """A session's process, its socket, and since when it is there."""

    pid: int
    path: Path
    since_ns: int


def free_name(folder: Path) -> Path:
    """A name for this process's socket; a second session of the process gets another."""
    names = [f"{os.getpid()}.sock", *(f"{os.getpid()}-{count}.sock" for count in range(2, 100))]
    for name in names:
        if not os.path.lexists(folder / name):
            return folder / name
    raise StreamttsError(f"no control socket: {folder} is full, so end some sessions")


def remove_stale(folder: Path, *, mine: bool = True) -> None:
    """Sockets that nobody listens to: of processes that are no more or, `mine`, that had this number."""
    for session in _listed(folder):
        had_my_number = mine and session.pid == os.getpid()
        if (had_my_number or not _lives(session.pid)) and not listens(session.path):
            with suppress(OSError):
                session.path.unlink()


def running(folders: Iterable[Path]) -> list[Session]:
    """Newest first."""
    found = {session.path: session for folder in folders for session in _listed(folder)}
    live = [session for session in found.values() if listens(session.path)]
    return sorted(live, key=lambda session: session.since_ns, reverse=True)


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(os.fspath(path))
        except BlockingIOError:  # its queue is full, so it is there
            return True
        except OSError:
            return False
    return True


def _listed(folder: Path) -> Iterator[Session]:
    with suppress(OSError):
        for path in folder.iterdir():
            if (match := _NAME.fullmatch(path.name)) and path.is_socket():
                yield Session(int(match[1]), path, path.lstat().st_mtime_ns)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
