"""`streamtts --text`: what would be heard, or what was kept, as lines for standard output."""

from collections.abc import Iterable
from typing import Protocol

from streamtts._core import Event, Extractor, ExtractorStats
from streamtts.input.source import SentenceSource
from streamtts.shown.terminal import json_text
from streamtts.types import Sentence


class Lines(Protocol):
    """An agent's bytes to finished lines of output, in batches."""

    def feed(self, chunk: bytes) -> Iterable[list[str]]: ...

    def finish(self) -> Iterable[list[str]]: ...

    def take_notices(self) -> list[str]: ...

    def stats(self) -> ExtractorStats: ...


class SentenceLines:
    """A line, or a JSON object, for each sentence."""

    def __init__(self, source: SentenceSource, *, as_json: bool) -> None:
        self._source = source
        self._format = _json_line if as_json else _plain_line
        self.take_notices = source.take_notices
        self.stats = source.stats

    def feed(self, chunk: bytes) -> Iterable[list[str]]:
        return map(self._lines, self._source.feed(chunk))

    def finish(self) -> Iterable[list[str]]:
        return map(self._lines, self._source.finish())

    def _lines(self, batch: list[Sentence]) -> list[str]:
        return [self._format(sentence) for sentence in batch if sentence.end != "turn"]


class ProseLines:
    """A JSON string for each continuous block of the agent's words, before cleaning."""

    def __init__(self) -> None:
        self._extractor = Extractor()
        self._block: list[str] = []
        self._notices: list[str] = []
        self.stats = self._extractor.stats

    def feed(self, chunk: bytes) -> Iterable[list[str]]:
        yield self._lines(self._extractor.feed(chunk))

    def finish(self) -> Iterable[list[str]]:
        yield [*self._lines(self._extractor.finish()), *self._end_block()]

    def take_notices(self) -> list[str]:
        notices, self._notices = self._notices, []
        return notices

    def _lines(self, events: Iterable[Event]) -> list[str]:
        lines: list[str] = []
        for event in events:
            if event.kind == "text":
                self._block.append(event.text)
            elif event.kind == "notice":
                self._notices.append(event.text)
            else:
                lines += self._end_block()
        return lines

    def _end_block(self) -> list[str]:
        block = "".join(self._block)
        self._block.clear()
        return [f"{json_text(block)}\n"] if block else []


def _plain_line(sentence: Sentence) -> str:
    return f"{sentence.text}\n"


def _json_line(sentence: Sentence) -> str:
    return f"{json_text(sentence.told())}\n"
