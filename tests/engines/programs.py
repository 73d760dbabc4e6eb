"""Fake programs on a PATH of their own, and what became of them."""

import os
import sys
import textwrap
from pathlib import Path
from time import monotonic, sleep

from streamtts.engine import Ticket

HANG_S = 20.0


class FakePrograms:
    """A folder to be all of PATH; each program is Python that may use `told(name, text)` to leave a note."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes = folder / "notes"
        self.notes.mkdir(parents=True)

    def add(self, name: str, body: str) -> Path:
        path = self.folder / name
        path.write_text(
            f"#!{sys.executable} -ISs\n"
            "import os, sys, time\n"
            f"def told(name, text):\n    open(os.path.join({str(self.notes)!r}, name), 'a').write(text)\n"
            "told('pids', f'{os.getpid()}\\n')\n" + textwrap.dedent(body),
            encoding="utf-8",
        )
        path.chmod(0o755)
        return path

    def note(self, name: str) -> str:
        """Waits for it: the program may be about to write it."""
        path = self.notes / name
        deadline = monotonic() + HANG_S
        while not path.exists() and monotonic() < deadline:
            sleep(0.005)
        return path.read_text(encoding="utf-8")

    def cancel_once_ready(self, ticket: Ticket) -> None:
        """Once the program has left the note `ready`, from another thread."""
        self.note("ready")
        ticket.cancel()

    def pids(self) -> list[int]:
        return [int(pid) for pid in self.note("pids").split()]


def is_gone(pid: int) -> bool:
    """Dead and buried; waits a little for the burial."""
    deadline = monotonic() + HANG_S
    while monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        sleep(0.005)
    return False
