"""Plays a recorded log back at the pace it was written, for demos and benchmarks."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from streamtts._core import Extractor
from streamtts.environment import Clock

CHARACTERS_PER_SECOND = 300.0  # about 75 tokens a second, a fast agent
LONGEST_PAUSE_S = 10.0  # nobody replays the night between two prompts
_LONGEST_LINE = 128 * 1024 * 1024  # the reader of the log keeps no more of one
_LATEST_MS = 1e14  # the year 5138; past it, or NaN, a number is no time stamp


def paced(chunks: Iterable[bytes], clock: Clock, speed: float = 1.0) -> Iterator[bytes]:
    """The same bytes, line by line, each at its recorded time divided by `speed`.

    A line's time is its own time stamp where it has one; else it takes as long as an agent needs to write
    the prose in it, at CHARACTERS_PER_SECOND.
    """
    pace = _Pace()
    start = clock.now()
    for line in _lines(chunks):
        wait_s = start + pace.due_s(line) / speed - clock.now()
        if wait_s > 0:
            clock.sleep(wait_s)
        yield line


class _Pace:
    """When each line is due, in seconds of recorded time since the first."""

    def __init__(self) -> None:
        self._extractor = Extractor()
        self._due_s = 0.0
        self._stamp_s: float | None = None  # the last line that told its time
        self._stamp_due_s = 0.0

    def due_s(self, line: bytes) -> float:
        stamp_s = recorded_time_s(line)
        characters = sum(len(event.text) for event in self._extractor.feed(line) if event.kind == "text")
        if stamp_s is None:
            self._due_s += min(characters / CHARACTERS_PER_SECOND, LONGEST_PAUSE_S)
            return self._due_s
        if self._stamp_s is not None:
            pause_s = min(max(stamp_s - self._stamp_s, 0.0), LONGEST_PAUSE_S)
            self._due_s = max(self._due_s, self._stamp_due_s + pause_s)
        self._stamp_s, self._stamp_due_s = stamp_s, self._due_s
        return self._due_s


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines; one without end comes in pieces."""
    parts: list[bytes] = []
    held = 0
    for chunk in chunks:
        *complete, rest = chunk.split(b"\n")
        for line in complete:
            yield b"".join((*parts, line, b"\n"))
            parts.clear()
            held = 0
        if rest:
            parts.append(rest)
            held += len(rest)
        if held > _LONGEST_LINE:
            yield b"".join(parts)
            parts.clear()
            held = 0
    if parts:
        yield b"".join(parts)


def recorded_time_s(line: bytes) -> float | None:
    """The moment a log line was written, in seconds, if the line tells it."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict):
        return None
    stamp_ms = event.get("timestamp_ms")
    stamp = event.get("timestamp") if stamp_ms is None else stamp_ms
    if isinstance(stamp, str):
        try:
            return datetime.fromisoformat(stamp).timestamp()
        except (ValueError, OverflowError):
            return None
    if isinstance(stamp, int | float) and not isinstance(stamp, bool) and abs(stamp) < _LATEST_MS:
        return stamp / 1000
    return None
