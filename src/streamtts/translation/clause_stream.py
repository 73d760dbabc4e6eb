"""A translation that comes in tokens, in clauses that a voice can begin with."""

import re
from collections.abc import Iterator

# A mark of East Asian writing ends a clause at once, any other one with the space after it; what closes
# a quotation belongs to what it closes, so a full stop waits for the next character.
_END = re.compile(r"[、，；：]|[。！？…](?=[^。！？…」』）”’\"'])|[,;:.!?،؛؟।]['\"”’»)]*\s+")

# The topic of a Japanese sentence, where speakers pause; behind hiragana, は may be part of a word.
_TOPIC = re.compile(r"(?<=[\u4e00-\u9fff\u30a1-\u30fcA-Za-z0-9_」』])は")


class ClauseStream:
    """Nothing is lost: the clauses together are what came in, without the space at both its ends.

    The first one ends as early as it can, since a listener waits for it.
    """

    def __init__(self) -> None:
        self._held = ""
        self._begun = False
        self._waited_for = True

    def feed(self, piece: str) -> Iterator[str]:
        self._held += piece
        if not self._begun:
            self._held = self._held.lstrip()
        done = 0
        if self._waited_for and (topic := self._topic()):
            self._waited_for = False
            yield topic
            done = len(topic)
        for end in _END.finditer(self._held, done):
            if end.end() == len(self._held) and end[0][-1:].isspace():
                break  # the space that ends a sentence is none between clauses
            if any(map(str.isalnum, self._held[done : end.end()])):
                self._waited_for = False
                yield self._held[done : end.end()]
                done = end.end()
        self._begun = self._begun or bool(self._held)
        self._held = self._held[done:]

    def _topic(self) -> str:
        """What comes before any other end of a clause; no half of a quotation."""
        found = _TOPIC.search(self._held)
        topic = self._held[: found.end()] if found else ""
        return "" if _END.search(topic) or topic.count("「") > topic.count("」") else topic

    def finish(self) -> Iterator[str]:
        if last := self._held.rstrip():
            yield last
        self._held, self._begun, self._waited_for = "", False, True


def clauses(pieces: Iterator[str]) -> Iterator[str]:
    stream = ClauseStream()
    for piece in pieces:
        yield from stream.feed(piece)
    yield from stream.finish()
