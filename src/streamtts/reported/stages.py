"""The stages of a sentence: when it was in each, and what is measured of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streamtts.reported.run import Run, Span, Told


@dataclass(frozen=True, slots=True)
class Stage:
    """`key` is its colour in the style sheet; it is pale where more than the stage itself took the time."""

    key: str
    label: str
    explained: str
    span: Callable[[Told], Span | None]
    is_pale: Callable[[Told], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Measure:
    """A latency that is looked at by itself."""

    key: str  # the stage whose colour it has
    label: str
    explained: str
    of: Callable[[Told], float | None]

    def values(self, run: Run) -> Sequence[float]:
        found = (self.of(sentence) for sentence in run.sentences)
        return sorted(value for value in found if value is not None)


def _span(start_ms: float | None, end_ms: float | None) -> Span | None:
    if start_ms is None or end_ms is None or end_ms < start_ms:
        return None
    return start_ms, end_ms


TRANSLATE = Stage(
    "translate",
    "Translate",
    "from the moment the translator takes a sentence until all of it is translated; pale where it gives up",
    lambda told: _span(told.translator_begun_ms, told.translated_ms) if told.was_asked else None,
    lambda told: not told.by,
)
VOICE = Stage(
    "voice",
    "Voice",
    "from the moment the voice takes it to its first sound; pale where it may have waited before that",
    lambda told: _span(told.voice_begun_ms, told.first_sound_ms),
    lambda told: told.voicing_ms is None and not told.voice_free,
)
QUEUE = Stage(
    "queue",
    "Ready",
    "its first sound waits behind earlier speech, and for the device",
    lambda told: _span(told.first_sound_ms, told.heard_start_ms),
)
HEARD = Stage(
    "heard", "Heard", "it is at the ear", lambda told: _span(told.heard_start_ms, told.heard_end_ms)
)
STAGES = (TRANSLATE, VOICE, QUEUE, HEARD)


def stages_of(runs: Sequence[Run]) -> Sequence[Stage]:
    """Without the translator where nothing was translated."""
    return [stage for stage in STAGES if stage is not TRANSLATE or any(run.is_translated for run in runs)]


def _free(of: Callable[[Told], float | None]) -> Callable[[Told], float | None]:
    """Only where nothing else was being spoken: else it is how long the speech before it was."""
    return lambda told: of(told) if told.voice_free else None


def _gap(told: Told) -> float | None:
    return None if told.voice_free else told.gap_ms


ANSWER = Measure(
    "heard",
    "Last byte to the ear",
    "the latency of the whole, where the voice was free",
    _free(lambda told: told.whole_ms),
)
GAP = Measure(
    "queue",
    "Gap between sentences",
    "the silence before one that had to wait for another; up to 0.35 s is a breath that is meant",
    _gap,
)
WAITING = Measure(
    "text",
    "Wait to be translated",
    "from the last byte until the translator took it: it works only so far ahead of the voice",
    lambda told: told.to_translator_ms,
)
FIRST_CLAUSE = Measure(
    "translate",
    "Translate: first clause",
    "from the moment the translator took it until the voice could begin",
    lambda told: told.to_clause_ms,
)
TRANSLATION = Measure(
    "translate",
    "Translate: all of it",
    "from the same moment to the whole translation; of several together, to that of all",
    lambda told: told.to_translation_ms,
)
FIRST_SOUND = Measure(
    "voice",
    "Voice: first sound",
    "from the moment the voice took it to its first sound",
    lambda told: told.to_sound_ms if told.voicing_ms is not None or told.voice_free else None,
)
TO_EAR = Measure(
    "queue",
    "Ready to heard",
    "from the first sound to the ear, where nothing was before it",
    _free(lambda told: told.to_ear_ms),
)
MEASURES = (ANSWER, GAP, WAITING, FIRST_CLAUSE, TRANSLATION, FIRST_SOUND, TO_EAR)
