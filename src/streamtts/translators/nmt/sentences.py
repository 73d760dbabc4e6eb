"""Sentences of any length for a network that decides token by token: in pieces, clauses and batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from streamtts.engine import Ticket
from streamtts.translation.clause_stream import ClauseStream
from streamtts.translators.nmt.tokens import Growing, Tokens

_MOST_SOURCE_TOKENS = 400  # of a piece: it learned from sentences, and what is longer gets lost
_SPARE_TOKENS, _TOKENS_EACH = 24, 3  # how long a translation may get, by the length of its source
_MOST_AT_ONCE, _MOST_COLUMNS = 32, 2048  # sentences, and tokens of them with their padding
_BETWEEN_PIECES = " "

# Of framed sources and how long each translation may get: for each step the sentences that go on, by place,
# and their tokens.
Steps = Callable[[list[list[int]], list[int], Ticket], Iterator[list[tuple[int, int]]]]
# The same, as whole translations.
Wholes = Callable[[list[list[int]], list[int], Ticket], list[list[int]]]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Asks a network, which has positions for so many tokens besides those that frame a sentence."""

    tokens: Tokens
    most: int
    steps: Steps
    wholes: Wholes | None = None  # for a search that knows a translation only at its end

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        stream = ClauseStream()
        for number, piece in enumerate(self.pieces(text)):
            if number:
                yield from stream.feed(_BETWEEN_PIECES)
            for words in self._said(piece, ticket):
                yield from stream.feed(words)
        ticket.check()
        yield from stream.finish()

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        ticket.check()
        pieces = [(place, piece) for place, text in enumerate(texts) for piece in self.pieces(text)]
        parts: list[list[str]] = [[] for _ in texts]
        said: dict[int, str] = {}
        for group in groups([len(piece) for _, piece in pieces]):
            said.update(zip(group, self._found([pieces[at][1] for at in group], ticket), strict=True))
        for at, (place, _) in enumerate(pieces):
            parts[place].append(said[at])
        return ["".join(_clauses(_BETWEEN_PIECES.join(each))) for each in parts]

    def pieces(self, text: str) -> list[list[int]]:
        if not text.strip():
            return []
        words = self.tokens.encode(text)
        most = min(_MOST_SOURCE_TOKENS, self.most)
        return [words[at : at + most] for at in range(0, len(words), most)]

    def limits(self, pieces: Sequence[Sequence[int]]) -> list[int]:
        return [min(_SPARE_TOKENS + _TOKENS_EACH * len(piece), self.most) for piece in pieces]

    def _said(self, piece: list[int], ticket: Ticket) -> Iterator[str]:
        """The words of a translation as they are decided."""
        if self.wholes:
            yield from self._found([piece], ticket)
            return
        growing = Growing(self.tokens)
        for step in self.steps([self.tokens.framed(piece)], self.limits([piece]), ticket):
            yield growing.feed(step[0][1])
        yield growing.finish()

    def _found(self, pieces: list[list[int]], ticket: Ticket) -> list[str]:
        framed, limits = [self.tokens.framed(piece) for piece in pieces], self.limits(pieces)
        if self.wholes:
            return [self.tokens.decode(each) for each in self.wholes(framed, limits, ticket)]
        said: list[list[int]] = [[] for _ in pieces]
        for step in self.steps(framed, limits, ticket):
            for place, token in step:
                said[place].append(token)
        return [self.tokens.decode(each) for each in said]


def groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """What is translated at once: pieces of like length, and never more than memory has room for."""
    group: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: lengths[at]):
        if group and (len(group) == _MOST_AT_ONCE or (len(group) + 1) * lengths[at] > _MOST_COLUMNS):
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _clauses(text: str) -> Iterator[str]:
    """As they would be streamed, so that a batch is what one by one would be."""
    stream = ClauseStream()
    yield from stream.feed(text)
    yield from stream.finish()
