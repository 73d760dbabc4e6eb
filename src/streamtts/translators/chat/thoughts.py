"""What a model thinks before it answers: written between marks, and not to be spoken."""

import re

_PAIRS = (
    *((f"<{name}>", f"</{name}>") for name in ("think", "thinking", "thought", "reasoning", "reflection")),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
)
_LONGEST_MARK = max(len(mark) for pair in _PAIRS for mark in pair)


class Thoughts:
    """Takes an answer as it comes and gives back what is no thought.

    Some servers send the mark that ends a thought, but not the one that begins it: `unopened` says that what
    was given back before was a thought. Who knows that beforehand, says `begun`.
    """

    def __init__(self, source: str, *, begun: bool = False) -> None:
        folded = source.casefold()
        self._pairs = [pair for pair in _PAIRS if not any(mark in folded for mark in pair)]
        self._opening = _any_of([opening for opening, _ in self._pairs])
        self._closing = _any_of([closing for _, closing in self._pairs])
        self._either = _any_of([mark for pair in self._pairs for mark in pair])
        self._held = ""
        self._waits = begun
        self._thinks = False
        self._begins = False  # a thought has ended, and nothing has been said since
        self.any = False
        self.unopened = False

    def feed(self, text: str) -> str:
        self._held += text
        said = ""
        while True:
            if self._begins and not self._thinks:
                self._held = self._held.lstrip()
                self._begins = not self._held
            mark = (self._closing if self._thinks or self._waits else self._either).search(self._held)
            if mark is None:
                break
            self.any = True
            before, self._held = self._held[: mark.start()], self._held[mark.end() :]
            if self._opening.fullmatch(mark[0]):
                said, self._thinks = said + before, True
                continue
            if not (self._thinks or self._waits):
                self.unopened, said = True, ""
            self._thinks = self._waits = False
            self._begins = True
        if self._waits:
            return said
        split = self._split()
        open_end, self._held = self._held[:split], self._held[split:]
        return said if self._thinks else said + open_end

    def finish(self) -> str:
        """What was held back, because it might have been the beginning of a mark, or a thought."""
        self._waits = False
        said = self.feed("")
        held, self._held = self._held, ""
        return said if self._thinks else said + held

    def _split(self) -> int:
        """Where a mark may have begun that is not complete."""
        marks = [mark for pair in self._pairs for mark in pair]
        for start in range(max(0, len(self._held) - _LONGEST_MARK), len(self._held)):
            end = self._held[start:].lower()
            if any(mark.startswith(end) for mark in marks):
                return start
        return len(self._held)


def _any_of(marks: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, marks)) or "(?!)", re.IGNORECASE)
