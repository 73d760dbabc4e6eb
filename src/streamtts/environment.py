"""The outside world as one value, so that tests hand in their own and never patch anything."""

import errno
import io
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO, cast


class Clock(Protocol):
    """Time that only goes forward, in seconds."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Environment:
    """Where the input comes from, where words go, and the variables that were set."""

    stdin_fd: int
    stdout: TextIO
    stderr: TextIO
    clock: Clock
    environ: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_process(cls) -> "Environment":
        _occupy_standard_descriptors()
        return cls(
            stdin_fd=0,
            stdout=_or_closed(sys.stdout),
            stderr=cast("TextIO", _Fading(_unfailing(sys.stderr))),
            clock=SystemClock(),
            environ=dict(os.environ),
        )


def _occupy_standard_descriptors() -> None:
    """Where the caller has closed one (`<&-`), the next file or pipe that is opened would take its place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


class _Closed(io.TextIOBase):
    """Standard output that the caller has closed (`>&-`): who prints a result hears that it is lost."""

    def write(self, text: str) -> int:
        if text:
            raise OSError(errno.EBADF, "standard output is closed")
        return 0


class _Fading(io.TextIOBase):
    """Standard error, until it takes no more: words that nobody can read must not end the speech."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._faded = False

    def write(self, text: str) -> int:
        if not self._faded:
            try:
                self._stream.write(text)
            except OSError:
                self._faded = True
        return len(text)

    def flush(self) -> None:
        if not self._faded:
            try:
                self._stream.flush()
            except OSError:
                self._faded = True

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()


def _or_closed(stream: TextIO | None) -> TextIO:
    return cast("TextIO", _Closed()) if stream is None else _unfailing(stream)


def _unfailing(stream: TextIO | None) -> TextIO:
    """A closed stream (`2>&-`) is None; a terminal that lacks a character must not end the session."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream
