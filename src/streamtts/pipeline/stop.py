"""The wish that a thread ends, wherever it waits: on a descriptor, or for time to pass."""

import os
import select
from threading import Event

from streamtts.environment import Clock


class Stop(Event):
    """An Event that can also be waited for beside a descriptor."""

    def __init__(self) -> None:
        super().__init__()
        self._wake_end, self._set_end = os.pipe()

    def set(self) -> None:
        """May be called by any thread, any number of times."""
        if not self.is_set():
            super().set()
            os.write(self._set_end, b"!")

    def readable(self, fd: int) -> bool:
        """Waits until `fd` has something to read, or its end; False once the stop is set."""
        ready, _, _ = select.select([fd, self._wake_end], [], [])
        return self._wake_end not in ready

    def close(self) -> None:
        os.close(self._wake_end)
        os.close(self._set_end)


class StoppableClock:
    """A clock whose sleeps end early when the stop is set."""

    def __init__(self, clock: Clock, stop: Stop) -> None:
        self._stop = stop
        self.now = clock.now

    def sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)
