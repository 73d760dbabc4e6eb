"""A terminal of its own for a program: keys are typed at it, its screen and its modes are looked at."""

import os
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

PATIENCE_S = 60.0
LFLAG = 3
COOKED = termios.ICANON | termios.ECHO

# Becomes the leading process of the terminal, then the program. Jobs in the background are deaf to signals.
_LEAD = """
import fcntl, os, signal, sys, termios
for number in (signal.SIGINT, signal.SIGQUIT):
    signal.signal(number, signal.SIG_DFL)
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def wait_until(what: str, done: Callable[[], bool]) -> None:
    """Returns as soon as `done()` holds; fails, naming `what`, when all patience is spent."""
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.005)


class PtyRig:
    """Runs `command` as the leader of a terminal's session, until the `with` block ends.

    Its standard error is the terminal. So is its standard output, unless `stdout` is a file. Its standard
    input is a pipe, `stdin`, to be written and closed; or the terminal with `types_to_stdin`.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        types_to_stdin: bool = False,
        stdout: IO[bytes] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self._master, self._slave = os.openpty()
        self.tty = Path(os.ttyname(self._slave))
        self.modes_before = termios.tcgetattr(self._slave)
        self._screen = bytearray()
        self._changed = threading.Condition()
        self._end_read, self._end_write = os.pipe()
        self._reader = threading.Thread(target=self._watch, name="screen", daemon=True)
        self._reader.start()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LEAD, *map(str, command)],
            stdin=self._slave if types_to_stdin else subprocess.PIPE,
            stdout=stdout or self._slave,
            stderr=self._slave,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.hang_up()
        os.close(self._end_read)
        os.close(self._end_write)

    @property
    def stdin(self) -> IO[bytes]:
        """The pipe that the program reads."""
        assert self.process.stdin is not None
        return self.process.stdin

    def press(self, keys: str | bytes) -> None:
        """Type; `b"\\x03"` is Ctrl-C, `b"\\x1a"` Ctrl-Z."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def screen(self) -> str:
        """Everything that was ever written to the terminal, escape sequences included."""
        with self._changed:
            return self._screen.decode("utf-8", "replace")

    def wait_for(self, text: str, *, times: int = 1) -> str:
        """Until `text` was written as often; returns the whole screen."""
        found = lambda: self._screen.decode("utf-8", "replace").count(text) >= times  # noqa: E731
        with self._changed:
            if not self._changed.wait_for(found, PATIENCE_S):
                raise TimeoutError(f"{text!r} is not on the screen: {bytes(self._screen)!r}")
        return self.screen()

    def wait(self) -> int:
        """The program's end; its status, negative for a signal."""
        return self.process.wait(PATIENCE_S)

    def modes(self) -> list[Any]:
        return termios.tcgetattr(self._slave)

    def is_cooked(self) -> bool:
        """Lines are edited and echoed, as a shell leaves it to a program."""
        return bool(self.modes()[LFLAG] & COOKED == COOKED)

    def is_quiet(self) -> bool:
        """Keys come one by one and unseen, but Ctrl-C still is a signal."""
        return bool(self.modes()[LFLAG] & (COOKED | termios.ISIG) == termios.ISIG)

    def foreground_group(self) -> int:
        """The process group of the job that the shell has put in front."""
        return os.tcgetpgrp(self._master)

    def set_modes(self, modes: list[Any]) -> None:
        """As another program of the same terminal would."""
        termios.tcsetattr(self._slave, termios.TCSANOW, modes)

    def hang_up(self) -> None:
        """Close the window."""
        if self._reader.is_alive():
            os.write(self._end_write, b"\0")
            self._reader.join(PATIENCE_S)
        if self._master >= 0:
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def _watch(self) -> None:
        while self._end_read not in (ready := select.select([self._master, self._end_read], [], [])[0]):
            if self._master in ready:
                with self._changed:
                    self._screen += os.read(self._master, 65536)
                    self._changed.notify_all()
