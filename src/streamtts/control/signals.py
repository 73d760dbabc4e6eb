"""Signal handlers for the length of a block, where the program has none of its own."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

Handler: TypeAlias = Callable[[int, FrameType | None], None]

DEADLY = (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT)


@contextmanager
def handling(handlers: Mapping[signal.Signals, Handler]) -> Iterator[None]:
    """Handle what the program leaves to the system. Off the main thread nobody may: then nothing changes."""
    installed: dict[signal.Signals, Handler] = {}
    if threading.current_thread() is threading.main_thread():
        installed = {n: handler for n, handler in handlers.items() if signal.getsignal(n) is signal.SIG_DFL}
    for number, handler in installed.items():
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in installed.items():
            if signal.getsignal(number) == handler:
                signal.signal(number, signal.SIG_DFL)


class _LastWish:
    """What is still done when a signal ends the program, after it the wish that was there before."""

    def __init__(self, clean_up: Callable[[], None], before: "_LastWish | None") -> None:
        self.before = before
        self._clean_up = clean_up

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._clean_up()
        if self.before is not None:
            self.before(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)


@contextmanager
def before_dying(clean_up: Callable[[], None]) -> Iterator[None]:
    """Within the block a deadly signal that the program does not handle first cleans up, then kills."""
    wishes: dict[signal.Signals, _LastWish] = {}
    if threading.current_thread() is threading.main_thread():
        for number in DEADLY:
            before = signal.getsignal(number)
            if before is signal.SIG_DFL:
                wishes[number] = _LastWish(clean_up, None)
            elif isinstance(before, _LastWish):
                wishes[number] = _LastWish(clean_up, before)
    for number, wish in wishes.items():
        signal.signal(number, wish)
    try:
        yield
    finally:
        for number, wish in wishes.items():
            still_there = signal.getsignal(number) is wish
            if still_there:
                signal.signal(number, wish.before or signal.SIG_DFL)
