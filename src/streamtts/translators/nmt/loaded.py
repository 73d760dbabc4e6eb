"""A model for one direction, ready to be asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from streamtts.engine import Ticket
from streamtts.translation.shortlist import Shortlist
from streamtts.translators.nmt.sentences import Sentences
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.nmt.tokens import Tokens


class Search(Protocol):
    """Tokens are rows of the network's head here."""

    def steps(
        self, sources: list[list[int]], limits: Sequence[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        """After each step the sentences that go on, by their places, and the token of each."""


@dataclass(frozen=True, slots=True)
class Loaded:
    tokens: Tokens
    search: Search
    shape: Shape
    listed: Shortlist | None

    @property
    def sentences(self) -> Sentences:
        """Two positions go to what frames a sentence, or begins a translation."""
        return Sentences(self.tokens, self.shape.most_positions - 2, self._steps)

    def _steps(
        self, sources: list[list[int]], limits: list[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        for step in self.search.steps(sources, limits, ticket):
            yield [(place, self.token(row)) for place, row in step]

    def token(self, row: int) -> int:
        """What a row of the network's head stands for."""
        return self.listed.to_full[row] if self.listed else row
