"""A translation that comes in tokens, in clauses that a voice can begin with."""

import re
from collections.abc import Iterator

# A mark of East Asian writing ends a clause at once, any other one with the space after it; what closes
# a quotation belongs to what it closes, so a full stop waits for the next character.
_END = re.compile(r"[、，；：]|[。！？…](?=[^。！？…」』）”’\"'])|[,;:.!?،؛؟।]['\"”’»)]*\s+")


class ClauseStream:
    """Nothing is lost: the clauses together are what came in, without the space at both its ends."""

    def __init__(self) -> None:
        self._held = ""
        self._begun = False

    def feed(self, piece: str) -> Iterator[str]:
        self._held += piece
        if not self._begun:
            self._held = self._held.lstrip()
        done = 0
        for end in _END.finditer(self._held):
            if end.end() == len(self._held) and end[0][-1:].isspace():
                break  # the space that ends a sentence is none between clauses
            if any(map(str.isalnum, self._held[done : end.end()])):
                yield self._held[done : end.end()]
                done = end.end()
        self._begun = self._begun or bool(self._held)
        self._held = self._held[done:]

    def finish(self) -> Iterator[str]:
        if last := self._held.rstrip():
            yield last
        self._held, self._begun = "", False


def clauses(pieces: Iterator[str]) -> Iterator[str]:
    stream = ClauseStream()
    for piece in pieces:
        yield from stream.feed(piece)
    yield from stream.finish()
