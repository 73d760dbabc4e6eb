"""A word to who waits: the first load of a translator can take a minute."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from streamtts.speech.language import name_of

_MOMENT_S = 3.0


@contextmanager
def told_if_slow(tell: Callable[[str], None], target: str, moment_s: float = _MOMENT_S) -> Iterator[None]:
    """Tells, once, that a translator is loading if the block takes more than a moment."""
    text = f"what translates into {name_of(target)} is being loaded; the first time takes longest"
    timer = Timer(moment_s, tell, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
