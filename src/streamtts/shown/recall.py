"""What the recent sentences said, so that an event that names one can be shown; flat in memory."""

from collections import deque
from dataclasses import dataclass

from streamtts.events import Event, HeardEnd, Known, Skipped, Translated, TranslatedClause
from streamtts.shown.terminal import printable

_TEXT_CHARACTERS = 4000  # enough for every sentence; a monster's beginning
_PAST_SENTENCES = 500  # how far back a listener can go and still see words


@dataclass(slots=True)
class Wording:
    """One sentence as it was written and, if it was translated, as it is spoken."""

    original: str
    translation: str = ""
    translated: bool = False  # or known to be spoken as it was written
    settled: bool = False  # heard, at least in part, or skipped

    @property
    def complete(self) -> bool:
        return self.translated or self.settled

    @property
    def spoken(self) -> str:
        return self.translation or self.original


class Recall:
    """Sentences still to come, however many, and a number of those that are over."""

    def __init__(self) -> None:
        self._wordings: dict[int, Wording] = {}
        self._past: deque[int] = deque()

    def on_event(self, event: Event) -> None:
        """To be told of every event, after it was shown."""
        match event:
            case Known(index=index, sentence=sentence):
                self._wordings[index] = Wording(_shown(sentence.text))
            case TranslatedClause(index=index, text=text) if index in self._wordings:
                self._wordings[index].translation = _shown(text)
            case Translated(index=index, text=text, by=by) if index in self._wordings:
                wording, spoken = self._wordings[index], _shown(text) if by else ""
                wording.translation = spoken if spoken != wording.original else ""
                wording.translated = True
            case HeardEnd(index=index) | Skipped(index=index):
                self._settle(index)
            case _:
                pass

    def wording(self, index: int) -> Wording:
        return self._wordings.get(index) or Wording(f"(sentence {index + 1})", settled=True)

    def _settle(self, index: int) -> None:
        wording = self.wording(index)
        if wording.settled:
            return
        wording.settled = True
        self._past.append(index)
        if len(self._past) > _PAST_SENTENCES:
            del self._wordings[self._past.popleft()]


def _shown(text: str) -> str:
    shown = printable(text[: _TEXT_CHARACTERS + 1])
    return shown if len(text) <= _TEXT_CHARACTERS else f"{shown[:_TEXT_CHARACTERS]}..."
