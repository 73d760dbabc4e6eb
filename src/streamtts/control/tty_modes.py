"""The terminal's modes while keys are read from it: taken, given back, and never against the shell."""

import errno
import os
import signal
import termios
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

Modes: TypeAlias = list[Any]  # as termios gives them

READ_BYTES = 4096
LFLAG, CC = 3, 6
COOKED = termios.ICANON | termios.ECHO


class TerminalGone(Exception):  # noqa: N818 - not an error: its window was closed
    """There is nothing more to read or to restore."""


class Terminal:
    """A terminal that gives its keys at once and unseen, while it is ours.

    It is ours while we are in its foreground: a background job that touches the modes would be stopped, or
    spoil what the foreground does. Any thread and any signal handler may call.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.RLock()  # a signal handler may come while its own thread holds it
        self._before: Modes | None = None
        self._resting = False

    @classmethod
    def opened(cls, path: Path) -> "Terminal | None":
        """None where there is no terminal: under cron, in a build, in a container."""
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return None
        if os.isatty(fd):
            return cls(fd)
        os.close(fd)
        return None

    def fileno(self) -> int:
        return self._fd

    def take(self) -> bool:
        """True if the keys are ours to read now. Raises TerminalGone."""
        with self._lock:
            if self._resting or not self._in_foreground():
                return False
            modes = self._modes()
            shown = modes[LFLAG] & COOKED
            if shown and (self._before is None or shown == COOKED):
                self._before = modes
            if shown:
                self._set(_quiet(modes))
            return True

    def release(self) -> None:
        """Give back the modes that were there before."""
        with self._lock, suppress(TerminalGone):
            if self._before is not None and self._in_foreground():
                self._set(self._before)
            self._before = None

    def rest(self) -> None:
        """Give back the modes, and do not take them again before `rested`."""
        with self._lock:
            self._resting = True
            self.release()

    def rested(self) -> None:
        self._resting = False

    def read(self) -> bytes:
        """What was typed; nothing if another reader was faster. Raises TerminalGone."""
        try:
            typed = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            if self._in_foreground():
                raise TerminalGone from error
            return b""
        # Ctrl-D in modes that somebody else has set reads like the end.
        if not typed and not self._modes()[LFLAG] & termios.ICANON:
            raise TerminalGone
        return typed

    def close(self) -> None:
        os.close(self._fd)

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._fd) == os.getpgrp()
        except OSError as error:
            if error.errno == errno.ENOTTY:  # it controls other jobs, if any
                return True
            raise TerminalGone from error

    def _modes(self) -> Modes:
        try:
            return termios.tcgetattr(self._fd)
        except termios.error as error:
            raise TerminalGone from error

    def _set(self, modes: Modes) -> None:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        try:
            termios.tcsetattr(self._fd, termios.TCSANOW, modes)
        except termios.error as error:
            raise TerminalGone from error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _quiet(modes: Modes) -> Modes:
    """Every key at once and without echo; Ctrl-C and Ctrl-Z stay signals."""
    quiet = [*modes[:CC], [*modes[CC]]]
    quiet[LFLAG] &= ~COOKED
    quiet[CC][termios.VMIN] = 1
    quiet[CC][termios.VTIME] = 0
    return quiet
