"""Sentences that are skipped by the hundred in one moment: the first few are named, the others counted."""

from streamtts.events import Asked, Event, Known, Skipped, Spoken, Translated, TranslatedClause, Voiced

_NAMED = 3
_MOMENT_S = 0.1

# They come in between, from other threads, and say nothing to whoever reads the captions.
_Silent = Known | Asked | Voiced | Spoken | TranslatedClause | Translated


class Skips:
    """What to show of them; to be asked with every event, before that is shown."""

    def __init__(self) -> None:
        self._why = ""
        self._last_s = 0.0
        self._named = 0
        self._counted = 0
        self._latest = ""  # of those: one alone is better named

    def before(self, event: Event) -> list[str]:
        """What is due when this event comes: how many more there were."""
        if isinstance(event, _Silent) or (isinstance(event, Skipped) and self._goes_on(event)):
            return []
        return self.rest()

    def lines(self, event: Skipped, words: str) -> list[str]:
        """A sentence that was skipped: named now, or counted."""
        if not self._goes_on(event):
            self._named = 0
        self._why, self._last_s = event.why, event.at_s
        line = f"{self._mark()} {words}"
        if self._named < _NAMED:
            self._named += 1
            return [line]
        self._counted, self._latest = self._counted + 1, line
        return []

    def rest(self) -> list[str]:
        counted, self._counted = self._counted, 0
        if counted == 0:
            return []
        return [self._latest if counted == 1 else f"{self._mark()} and {counted} more"]

    def _goes_on(self, event: Skipped) -> bool:
        return event.why == self._why and event.at_s - self._last_s <= _MOMENT_S

    def _mark(self) -> str:
        return "[skipped]" if self._why == "skipped" else f"[skipped: {self._why}]"
