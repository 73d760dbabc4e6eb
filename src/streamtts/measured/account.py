"""Where the milliseconds of the sentences went that were heard in a session."""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping

from streamtts.events import Event, Finished
from streamtts.shown.journeys import Journey, Journeys


def _between(start_ms: float | None, end_ms: float | None) -> float | None:
    return None if start_ms is None or end_ms is None else max(0.0, end_ms - start_ms)


def _ready_ms(journey: Journey) -> float | None:
    """When the voice could begin: if the translator had it, not before there was a clause, or it gave up."""
    is_translated = journey.translation is not None and bool(journey.translation.by)
    was_asked = is_translated or journey.translating_ms is not None
    return journey.translated_first_ms if was_asked else journey.sentence.t_ms


def _in_the_ring(journey: Journey) -> float | None:
    waited = _between(journey.made_ms, journey.heard_start_ms)
    return None if waited is None or journey.device_ms is None else max(0.0, waited - journey.device_ms)


# In the order in which a sentence meets them: from its last byte on.
STAGES: Mapping[str, Callable[[Journey], float | None]] = {
    "wait to be translated": lambda made: _between(made.sentence.t_ms, made.translating_ms),
    "translate: first clause": lambda made: _between(made.translating_ms, made.translated_first_ms),
    "translate: all of it": lambda made: _between(made.translating_ms, made.translated_ms),
    "wait for the voice": lambda made: _between(_ready_ms(made), made.voicing_ms),
    "first audio": lambda made: _between(made.voicing_ms, made.made_ms),
    "ring": _in_the_ring,
    "device": lambda made: made.device_ms,
}


class Account:
    """Follows a session; its figures are milliseconds. Only where the output keeps time are there gaps."""

    def __init__(self, *, keeps_time: bool = True) -> None:
        self._keeps_time = keeps_time
        self.stages = {name: array("d") for name in STAGES}
        self.to_the_ear = array("d")  # where the voice was free
        self.gaps = array("d")
        self.outcomes: Counter[str] = Counter()
        self.underruns = 0
        self.audio_ms = self.computing_ms = 0.0
        self.voices: Counter[str] = Counter()
        self.translators: Counter[str] = Counter()
        self._journeys = Journeys()

    def on_event(self, event: Event) -> None:
        if isinstance(event, Finished):
            self.underruns = event.underruns
        if journey := self._journeys.on_event(event):
            self._add(journey)

    def close(self) -> None:
        for journey in self._journeys.take_rest():
            self._add(journey)

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of computing for a second of sound."""
        return self.computing_ms / self.audio_ms if self.audio_ms else None

    def _add(self, journey: Journey) -> None:
        self.outcomes[journey.outcome] += 1
        if journey.audio_ms is not None and journey.computing_ms is not None:
            self.audio_ms += journey.audio_ms
            self.computing_ms += journey.computing_ms
        if journey.heard_start_ms is None:
            return
        self.voices[journey.engine] += 1
        if journey.translation and journey.translation.by:
            self.translators[journey.translation.by] += 1
        for name, of in STAGES.items():
            if (value := of(journey)) is not None:
                self.stages[name].append(value)
        if journey.voice_free:
            self.to_the_ear.append(journey.heard_start_ms - journey.sentence.t_ms)
        elif journey.gap_ms is not None and self._keeps_time:
            self.gaps.append(journey.gap_ms)
