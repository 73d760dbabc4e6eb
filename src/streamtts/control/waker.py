"""A pipe that wakes a thread out of select."""

import os
import threading
from contextlib import suppress


class Waker:
    """Any thread and any signal handler wakes; one thread waits for it to become readable."""

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        self._lock = threading.RLock()  # a signal handler may come while its own thread holds it
        self._open = True

    def fileno(self) -> int:
        return self._read_end

    def wake(self) -> None:
        with self._lock, suppress(BlockingIOError):  # full: it is awake already
            if self._open:
                os.write(self._write_end, b"\0")

    def drain(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._read_end, 4096)

    def close(self) -> None:
        with self._lock:
            self._open = False
            os.close(self._read_end)
            os.close(self._write_end)
