"""A request may take only so long: what stands behind the listener's ticket is cancelled in time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from streamtts.engine import Cancelled, EngineError, Ticket


class Deadline:
    """A number of seconds, on a clock."""

    def __init__(self, seconds: float, engine: str, now_s: Callable[[], float]) -> None:
        self._seconds = seconds
        self._engine = engine
        self._now_s = now_s
        self._ends_s = now_s() + seconds

    @contextmanager
    def watching(self, ticket: Ticket) -> Iterator[Ticket]:
        """A ticket that is cancelled with `ticket`, or when the time is over: that is an EngineError."""
        watched = Ticket()
        alarm = Timer(self._seconds, watched.cancel)
        alarm.daemon = True
        with ticket.cancelling(watched.cancel):
            alarm.start()
            try:
                yield watched
            except (Cancelled, EngineError) as stop:
                ticket.check()
                if isinstance(stop, EngineError) and not watched.cancelled:
                    raise
                raise self._over() from None  # whatever an engine says that was stopped
            finally:
                alarm.cancel()

    def check(self) -> None:
        """For an engine that does not look at its ticket."""
        if self._now_s() > self._ends_s:
            raise self._over()

    def _over(self) -> EngineError:
        return EngineError(
            f"{self._engine} had no translation of a sentence after {self._seconds:g} s: "
            "choose a smaller model or a faster translator"
        )
