"""Asked again while a server cannot answer, as often and as late as makes sense."""

from collections.abc import Callable, Iterator, Sequence
from threading import Event
from typing import TypeVar

from streamtts.engine import EngineError, Ticket

PAUSES_S = (0.5, 1.0, 2.0)  # before the second, third and fourth attempt
_LONGEST_PAUSE_S = 30.0

_T = TypeVar("_T")


class NotNow(EngineError):  # noqa: N818 - it is what the server says
    """It may go better in `pause_s`."""

    def __init__(self, message: str, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.pause_s = pause_s


def attempts(attempt: Callable[[], Iterator[_T]], pauses_s: Sequence[float], ticket: Ticket) -> Iterator[_T]:
    """What an attempt brings; the next one is made only while nothing has come of any."""
    for pause_s in (*pauses_s, None):
        begun = False
        try:
            for each in attempt():
                begun = True
                yield each
        except NotNow as problem:
            if begun or pause_s is None or problem.pause_s > _LONGEST_PAUSE_S:
                raise
            _wait(max(pause_s, problem.pause_s), ticket)
        else:
            return


def _wait(seconds: float, ticket: Ticket) -> None:
    woken = Event()
    with ticket.cancelling(woken.set):
        woken.wait(seconds)
    ticket.check()
