"""The reader's stage: the agent's bytes to sentences in the pipeline, without ever waiting for the voice."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event

from streamtts.hints import agent_notice, closing_hint
from streamtts.input.source import SentenceSource
from streamtts.types import Sentence


class Reading:
    """Reads inputs one after the other; each is a stream of chunks."""

    def __init__(
        self,
        inputs: Iterator[Iterable[bytes]],
        source: SentenceSource,
        stop: Event,
        *,
        push: Callable[[Sentence], None],
        notice: Callable[[str], None],
        arriving: Callable[[str], None],
        end: Callable[[], None],
        live: bool,
    ) -> None:
        self._inputs = inputs
        self._source = source
        self._stop = stop
        self._push = push
        self._notice = notice
        self._arriving = arriving  # is told how the next sentence begins
        self._end = end
        self._live = live
        self.done = False  # all of the input was read

    def run(self) -> None:
        for chunks in self._inputs:
            for chunk in chunks:
                self._pass(self._source.feed(chunk))
                self._arriving(self._source.arriving())
            if self._stop.is_set():
                return
            self._pass(self._source.finish())
        self.done = True
        self._end()

    def hint(self) -> str | None:
        """What to tell the user once everything was read."""
        return closing_hint(self._source.stats(), live=self._live) if self.done else None

    def _pass(self, batches: Iterator[list[Sentence]]) -> None:
        for batch in batches:
            for sentence in batch:
                self._push(sentence)
        for notice in self._source.take_notices():
            self._notice(agent_notice(notice))
