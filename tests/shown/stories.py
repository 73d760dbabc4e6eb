"""Sessions as the pipeline would tell them, with a clock that the story moves."""

from collections.abc import Sequence

from streamtts.events import (
    Event,
    HeardEnd,
    HeardStart,
    Known,
    Notice,
    Observer,
    Skipped,
    SkipReason,
    State,
    Status,
    Translated,
    TranslatedClause,
    Voiced,
)
from streamtts.types import Sentence

HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\n\x00\u2028\u202ebad --> & <b> \ud800 end"


def sentence(text: str, *, seq: int = 0, t_ms: float = 0.0) -> Sentence:
    return Sentence(turn=1, seq=seq, text=text, end="stop", protected=(), t_ms=t_ms)


class Story:
    """Tells its observers what happens; sound and clock pass together unless told otherwise."""

    def __init__(self, *observers: Observer) -> None:
        self.observers = observers
        self.now_s = 0.0
        self.media_s = 0.0
        self._known = 0

    def known(self, text: str, translation: str = "", *, by: str = "nllb") -> int:
        """A sentence is read, and its translation is there at once."""
        index = self.read(text)
        if translation:
            self.tell(Translated(self.now_s, index, translation, "ja", by))
        else:
            self.tell(Translated(self.now_s, index, text, "en"))
        return index

    def read(self, text: str) -> int:
        index = self._known
        self._known += 1
        self.tell(Known(self.now_s, index, sentence(text, seq=index, t_ms=self.now_s * 1000)))
        return index

    def clause(self, index: int, so_far: str) -> None:
        """The beginning of a translation."""
        self.tell(TranslatedClause(self.now_s, index, so_far, "ja", "llama"))

    def begins(self, index: int) -> None:
        self.tell(Voiced(self.now_s, index, "tone"), HeardStart(self.now_s, self.media_s, index))

    def ends(self, index: int, *, cut: bool = False) -> None:
        self.tell(HeardEnd(self.now_s, self.media_s, index, cut))

    def heard(self, index: int, duration_s: float = 1.0) -> None:
        self.begins(index)
        self.passes(duration_s)
        self.ends(index)

    def skipped(self, index: int, why: SkipReason = "lag") -> None:
        self.tell(Skipped(self.now_s, index, why))

    def notice(self, text: str) -> None:
        self.tell(Notice(self.now_s, text))

    def status(
        self, state: State = "speaking", *, lag_s: float = 0.0, speed: float = 1.0, muted: bool = False
    ) -> None:
        self.tell(Status(self.now_s, state, lag_s, speed, muted, "tone"))

    def passes(self, seconds: float, *, silently: bool = False) -> None:
        self.now_s += seconds
        self.media_s += 0.0 if silently else seconds

    def tell(self, *events: Event) -> None:
        for event in events:
            for observer in self.observers:
                observer.on_event(event)

    def over(self) -> None:
        for observer in self.observers:
            observer.close()


def texts(count: int) -> Sequence[str]:
    return [f"Sentence number {number}." for number in range(1, count + 1)]
