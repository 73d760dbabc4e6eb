"""A session as its trace tells it, and what a reader of the report wants to know of each sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Span = tuple[float, float]  # milliseconds since the start


@dataclass(frozen=True, slots=True)
class Words:
    """A text from a log: its beginning, harmless and in one line, and how long all of it is."""

    text: str
    characters: int


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and when it reached each stage; None for one that it did not reach."""

    index: int
    turn: int
    outcome: str
    why: str
    words: Words
    spoken: Words | None
    language: str
    by: str  # the translator; empty for a sentence that is spoken as it was written
    engine: str
    known_ms: float
    translating_ms: float | None
    translated_first_ms: float | None
    translated_ms: float | None
    voicing_ms: float | None
    made_ms: float | None
    voiced_ms: float | None
    heard_start_ms: float | None
    heard_end_ms: float | None
    voice_free: bool
    gap_ms: float | None

    @property
    def ready_ms(self) -> float | None:
        """When the voice could begin."""
        return self.translated_first_ms if self.was_asked else self.known_ms

    @property
    def was_asked(self) -> bool:
        """The translator had it, also where nothing came of that."""
        return bool(self.by) or self.translating_ms is not None

    @property
    def translator_begun_ms(self) -> float:
        """When it did; in traces that do not tell, when it could."""
        return self.known_ms if self.translating_ms is None else self.translating_ms

    @property
    def first_sound_ms(self) -> float | None:
        """When it was made; in traces that do not tell, when it was in the ring."""
        return self.voiced_ms if self.made_ms is None else self.made_ms

    @property
    def voice_begun_ms(self) -> float | None:
        """When it did; in traces that do not tell, when it could."""
        return self.ready_ms if self.voicing_ms is None else self.voicing_ms

    @property
    def to_translator_ms(self) -> float | None:
        return _between(self.known_ms, self.translating_ms)

    @property
    def to_clause_ms(self) -> float | None:
        return _between(self.translator_begun_ms, self.translated_first_ms) if self.by else None

    @property
    def to_translation_ms(self) -> float | None:
        return _between(self.translator_begun_ms, self.translated_ms) if self.by else None

    @property
    def given_up_ms(self) -> float | None:
        """What the translator took for nothing: the sentence is spoken as it was written."""
        return None if self.by else _between(self.translating_ms, self.translated_ms)

    @property
    def to_sound_ms(self) -> float | None:
        return _between(self.voice_begun_ms, self.first_sound_ms)

    @property
    def to_ear_ms(self) -> float | None:
        return _between(self.first_sound_ms, self.heard_start_ms)

    @property
    def whole_ms(self) -> float | None:
        """From its last byte to the ear, behind earlier speech or not."""
        return _between(self.known_ms, self.heard_start_ms)

    @property
    def delay_ms(self) -> float | None:
        """The silence that was heard because of it."""
        return self.whole_ms if self.voice_free else self.gap_ms

    @property
    def end_ms(self) -> float:
        times = (self.translated_ms, self.voiced_ms, self.heard_start_ms, self.heard_end_ms)
        return max([self.known_ms, *(at for at in times if at is not None)])


@dataclass(frozen=True, slots=True)
class Standing:
    """How much speech was still to come, and how fast it was spoken, from a moment on."""

    at_ms: float
    lag_ms: float
    speed: float


@dataclass(frozen=True, slots=True)
class Said:
    """A notice."""

    at_ms: float
    words: Words


@dataclass(slots=True)
class Run:
    """One session."""

    name: str  # of the file
    sentences: list[Told] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    notices: list[Said] = field(default_factory=list)
    notices_left_out: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)
    began_unix_ms: float | None = None
    end_ms: float = 0.0
    flaws: Sequence[str] = ()  # what is missing of the trace, a sentence each

    @property
    def span_ms(self) -> float:
        return max([self.end_ms, 1.0, *(sentence.end_ms for sentence in self.sentences)])

    @property
    def is_translated(self) -> bool:
        return any(sentence.was_asked for sentence in self.sentences)

    def count(self, outcome: str) -> int:
        return sum(sentence.outcome == outcome for sentence in self.sentences)


def _between(start_ms: float | None, end_ms: float | None) -> float | None:
    return None if start_ms is None or end_ms is None else max(0.0, end_ms - start_ms)
