"""The way of each sentence through the stages: when it reached them, and what that cost."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from streamtts.events import (
    Asked,
    Event,
    HeardEnd,
    HeardStart,
    Known,
    Skipped,
    SkipReason,
    Spoken,
    Status,
    Translated,
    TranslatedClause,
    Voiced,
)
from streamtts.types import Sentence

Outcome = Literal["heard", "cut", "skipped", "unheard"]

# What happens to a sentence between its reading and its end.
_OnTheWay = Asked | TranslatedClause | Translated | Voiced | Spoken | HeardStart | HeardEnd | Skipped

_FIGURES_KEPT = 10_000
P99_FROM = 21  # with fewer sentences it would be the slowest one


@dataclass(slots=True)
class Journey:
    """One sentence; times are milliseconds since the start, first ones if the listener went back."""

    index: int
    sentence: Sentence
    voice_free: bool  # nothing else was being heard or waiting for the voice, and nobody paused
    translation: Translated | None = None
    translating_ms: float | None = None  # the translator was asked
    translated_first_ms: float | None = None  # its first clause, or all of it
    translated_ms: float | None = None
    voicing_ms: float | None = None  # the voice was asked
    made_ms: float | None = None  # its first sample was made
    voiced_ms: float | None = None
    engine: str = ""
    heard_start_ms: float | None = None
    heard_end_ms: float | None = None
    device_ms: float | None = None
    audio_ms: float | None = None  # how much sound it is, and how long that took to make
    computing_ms: float | None = None
    gap_ms: float | None = None  # the silence before it, if it had to wait for earlier speech
    outcome: Outcome = "unheard"
    why: SkipReason | None = None

    def stamp(self, event: _OnTheWay) -> None:
        at_ms = _ms(event.at_s)
        match event:
            case Asked() | TranslatedClause() | Translated():
                self._stamp_text(event, at_ms)
            case Voiced(engine=engine, made_s=made_s) if self.voiced_ms is None:
                self.voiced_ms, self.engine = at_ms, engine
                self.made_ms = at_ms if made_s is None else _ms(made_s)
            case Spoken(audio_s=audio_s, computing_s=computing_s) if self.audio_ms is None:
                self.audio_ms, self.computing_ms = _ms(audio_s), _ms(computing_s)
            case HeardStart(device_s=device_s) if self.heard_start_ms is None:
                self.heard_start_ms, self.device_ms = at_ms, _ms(device_s)
            case HeardEnd(cut=cut):
                self.heard_end_ms, self.outcome = at_ms, "cut" if cut else "heard"
            case Skipped(why=why):
                self.outcome, self.why = ("cut" if self.heard_start_ms is not None else "skipped"), why
            case _:
                pass

    def _stamp_text(self, event: Asked | TranslatedClause | Translated, at_ms: float) -> None:
        match event:
            case Asked(worker="translator") if self.translating_ms is None:
                self.translating_ms = at_ms
            case Asked(worker="voice") if self.voicing_ms is None:
                self.voicing_ms = at_ms
            case TranslatedClause() | Translated() if self.translated_first_ms is None:
                self.translated_first_ms = at_ms
            case _:
                pass
        if isinstance(event, Translated):
            self.translation, self.translated_ms = event, at_ms

    def figures(self) -> "Figures":
        is_translated = self.translation is not None and bool(self.translation.by)
        return Figures(
            translated_first=self._cost(self.translated_first_ms) if is_translated else None,
            translated=self._cost(self.translated_ms) if is_translated else None,
            voiced=self._cost(self.voiced_ms),
            heard=self._cost(self.heard_start_ms),
            gap=self.gap_ms,
        )

    def _cost(self, at_ms: float | None) -> float | None:
        return None if at_ms is None else max(0.0, at_ms - self.sentence.t_ms)


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds from the last byte of a sentence to each stage; None for a stage it did not pass."""

    translated: float | None
    voiced: float | None
    heard: float | None
    gap: float | None
    translated_first: float | None = None  # the first clause


class Journeys:
    """Follows every sentence until it is heard or skipped, and forgets it then."""

    def __init__(self) -> None:
        self._under_way: dict[int, Journey] = {}
        self._paused = False
        self._last_end_ms: float | None = None

    def on_event(self, event: Event) -> Journey | None:
        """The journey that this event ends."""
        if isinstance(event, Known):
            self._begin(event)
        elif isinstance(event, Status):
            self._note_pause(paused=event.state == "paused")
        elif isinstance(event, _OnTheWay):
            if journey := self._under_way.get(event.index):
                self._stamp(journey, event)
            if isinstance(event, HeardEnd):
                self._last_end_ms = _ms(event.at_s)
            if isinstance(event, HeardEnd | Skipped):
                return self._under_way.pop(event.index, None)
        return None

    def take_rest(self) -> Iterator[Journey]:
        """Those that the end of the session left on the way."""
        rest, self._under_way = self._under_way, {}
        for journey in rest.values():
            if journey.heard_start_ms is not None:
                journey.outcome = "cut"
            yield journey

    def _begin(self, event: Known) -> None:
        free = not self._under_way and not self._paused
        self._under_way[event.index] = Journey(event.index, event.sentence, voice_free=free)

    def _note_pause(self, *, paused: bool) -> None:
        self._paused = paused
        if paused:
            self._last_end_ms = None  # the silence is the listener's wish
            for journey in self._under_way.values():
                journey.voice_free = False

    def _stamp(self, journey: Journey, event: _OnTheWay) -> None:
        if isinstance(event, HeardStart) and journey.heard_start_ms is None:
            journey.gap_ms = self._gap_ms(journey, _ms(event.at_s))
        journey.stamp(event)

    def _gap_ms(self, journey: Journey, start_ms: float) -> float | None:
        if journey.voice_free or self._last_end_ms is None:
            return None
        return max(0.0, start_ms - max(self._last_end_ms, journey.sentence.t_ms))


class Tally:
    """The figures of the sentences that were heard: of all of them in a session of some hours."""

    def __init__(self) -> None:
        self._figures: deque[Figures] = deque(maxlen=_FIGURES_KEPT)
        self.count = 0

    def add(self, figures: Figures) -> None:
        self._figures.append(figures)
        self.count += 1

    def medians(self) -> Figures:
        return self._each(median)

    def p99(self) -> Figures | None:
        return self._each(_p99) if self.count >= P99_FROM else None

    def _each(self, measure: Callable[[Sequence[float]], float]) -> Figures:
        def of(values: list[float | None]) -> float | None:
            known = [value for value in values if value is not None]
            return measure(known) if known else None

        return Figures(
            of([figures.translated for figures in self._figures]),
            of([figures.voiced for figures in self._figures]),
            of([figures.heard for figures in self._figures]),
            of([figures.gap for figures in self._figures]),
            of([figures.translated_first for figures in self._figures]),
        )


def _p99(values: Sequence[float]) -> float:
    """The nearest rank: one of the values."""
    return sorted(values)[-(-len(values) * 99 // 100) - 1]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
