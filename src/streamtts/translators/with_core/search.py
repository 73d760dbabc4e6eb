"""The most likely next token, again and again, for one sentence or many at once."""

from collections.abc import Iterator, Sequence

from streamtts import _core
from streamtts.engine import Ticket
from streamtts.translators.with_core.source import Source


class Search:
    """Tokens are rows of the network's head here."""

    def __init__(
        self, network: _core.TranslationNetwork, source: Source, *, begin: Sequence[int], end: int
    ) -> None:
        self._network = network
        self._source = source
        self._begin = list(begin)
        self._end = end

    def steps(
        self, sources: list[list[int]], limits: Sequence[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        """After each step the sentences that go on, by their places, and the token of each."""
        words = [word for source in sources for word in source]
        memory = self._network.read(self._source.rows(words), self._source.kind, list(map(len, sources)))
        going = list(range(len(sources)))
        tokens = self._begin * len(going)
        for count in range(1, max(limits) + 1):
            ticket.check()
            found = self._network.write(memory, going, tokens)
            said = [(place, row) for place, row in zip(going, found, strict=True) if row != self._end]
            if said:
                yield said
            said = [(place, row) for place, row in said if count < limits[place]]
            if not said:
                return
            going, tokens = [place for place, _ in said], [row for _, row in said]
