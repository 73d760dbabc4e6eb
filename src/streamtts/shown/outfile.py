"""A text file that is written while people listen: refused at once, or complained of at the end."""

import os
import stat
from pathlib import Path

from streamtts.errors import StreamttsError, UsageError


class OutFile:
    """Opened before the session begins; what stood in it is replaced by the first thing written.

    A disk that fills up must not end the speech: writing stops, and `close` says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fault: OSError | None = None
        self._untouched = True
        try:
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise UsageError(
                f"cannot write {path}: {error.strerror}; name a file in a folder that you may write to"
            ) from error
        about = os.fstat(self._fd)
        self._truncatable = stat.S_ISREG(about.st_mode)
        self.is_empty = about.st_size == 0

    def write(self, text: str) -> None:
        """All of it is in the file when this returns."""
        if self._fault is not None:
            return
        try:
            if self._untouched and self._truncatable:
                os.ftruncate(self._fd, 0)
            self._untouched = False
            rest = text.encode("utf-8", "replace")
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            self._fault = error

    def close(self) -> None:
        if self._fd < 0:
            return
        os.close(self._fd)
        self._fd = -1
        if self._fault is not None:
            raise StreamttsError(
                f"{self._path} is not complete: {self._fault.strerror}; make room and run again"
            )
