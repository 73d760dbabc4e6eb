"""A second reader of the log: each text stage by itself, so that each can be timed."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from typing import TypeVar

from streamtts._core import Cleaner, Event, Extractor, Splitter
from streamtts.configuration.config import Config
from streamtts.environment import Clock

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class Reader:
    """Reads along with a session; all its figures are milliseconds.

    A line through `scan`, `clean` and `split`, and for each sentence how long it took to `arrive`: from its
    first words until its last, which is up to the agent.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        self.arrive, self.scan, self.clean, self.split = (array("d") for _ in range(4))
        self._clock = clock
        self._extractor = Extractor()
        self._cleaner = Cleaner(config.code, config.tables)
        self._splitter = Splitter(config.eager)
        self._begun_s: float | None = None  # the sentence that is arriving

    def overhear(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines; each has been read here when it is handed on."""
        for line in lines:
            self._read(timed(self.scan, self._extractor.feed, line))
            yield line
        self._read(self._extractor.finish())

    def _read(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.kind == "text":
                self._split(timed(self.clean, self._cleaner.feed, event.text))
            elif event.kind in ("flush", "turn"):
                self._split(self._cleaner.finish())
                self._released(self._splitter.finish())

    def _split(self, speakable: str) -> None:
        if self._begun_s is None and speakable.strip():
            self._begun_s = self._clock.now()
        self._released(timed(self.split, self._splitter.feed, speakable))

    def _released(self, sentences: Sequence[str]) -> None:
        now_s = self._clock.now()
        for _ in sentences:
            begun_s = now_s if self._begun_s is None else self._begun_s
            self.arrive.append((now_s - begun_s) * 1000)
            self._begun_s = None
        if sentences and self._splitter.arriving():
            self._begun_s = now_s


def timed(into: "array[float]", work: Callable[[_Given], _Made], given: _Given) -> _Made:
    """What the work makes of what it is given; how long that took goes into the figures."""
    start_s = perf_counter()
    made = work(given)
    into.append((perf_counter() - start_s) * 1000)
    return made
