"""Each installed voice says the same sentences: what Whisper understands, and what the sound is like."""

import os
import statistics
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from random import Random
from typing import Any, Protocol

from engines.said_sentences import ENGLISH, FRENCH, GERMAN, JAPANESE, kana
from engines.sounds import spoken
from engines.whisper_ear import distance, words
from sound_level import Level, level
from streamtts.engine import ANY_LANGUAGE, SynthesizerEngine, VoiceOptions
from streamtts.registry import synthesizers
from streamtts.speech.lexicon import Lexicon

SAID: Mapping[str, Sequence[str]] = {"en": ENGLISH, "ja": JAPANESE, "de": GERMAN, "fr": FRENCH}
UNITS: Mapping[str, Callable[[str], Sequence[str]]] = {"ja": kana}  # else words
TEST_VOICES = ("tone",)
NOTHING_S = (0.5, 3.0)

Row = dict[str, Any]


class Ear(Protocol):
    def hear(self, sound: "array[float]", rate_hz: int, language: str) -> str: ...


def subjects() -> Iterator[tuple[SynthesizerEngine, str]]:
    """Every voice that is installed here, in each of our languages that it has."""
    for engine in synthesizers():
        if engine.cloud or engine.missing() or engine.name in TEST_VOICES:
            continue
        known = set(engine.languages)
        if ANY_LANGUAGE in known:
            known = {voice.language for voice in engine.voices()}
        yield from ((engine, language) for language in SAID if language in known)


def check(ear: Ear) -> None:
    """Who hears words where there are none cannot say what a voice said."""
    random, rate_hz = Random(0), 16_000
    for language in SAID:
        for seconds in NOTHING_S:
            frames = round(seconds * rate_hz)
            for loud in (0.0, 0.01):
                sound = array("f", (random.uniform(-loud, loud) for _ in range(frames)))
                heard = ear.hear(sound, rate_hz, language)
                assert not words(heard), f"it hears {heard!r} in silence ({language})"


def measured(engine: SynthesizerEngine, language: str, ear: Ear, threads: int = 1) -> Row:
    lexicon, began_s = Lexicon(), cpu_s()
    with closing(engine.create(VoiceOptions(language=language, threads=threads))) as voice:
        loaded_s = cpu_s()
        sounds = [spoken(voice, lexicon.spoken(text, language)) for text in SAID[language]]
        said_s, rate_hz = cpu_s(), voice.rate_hz
    heard = [ear.hear(sound, rate_hz, language) for sound in sounds]
    lasts_s = sum(map(len, sounds)) / rate_hz
    return {
        "voice": engine.name,
        "language": language,
        **understood(SAID[language], heard, UNITS.get(language, words)),
        **together([level(sound, rate_hz) for sound in sounds]),
        "load_cpu_s": round(loaded_s - began_s, 3),
        "cpu_of_real_time": round((said_s - loaded_s) / lasts_s, 4),
    }


def understood(said: Sequence[str], heard: Sequence[str], units: Callable[[str], Sequence[str]]) -> Row:
    """The share of words, or of kana, that have to be changed, added or dropped."""
    wrong = [distance(units(text), units(got)) for text, got in zip(said, heard, strict=True)]
    whole = sum(len(units(text)) for text in said)
    others = sum(
        distance(units(text), units(got)) for text, got in zip(said, [*heard[1:], heard[0]], strict=True)
    )
    assert others > whole / 2, "whoever hears other sentences must be told apart"
    return {
        "error_rate": sum(wrong) / whole,
        "units": whole,
        "misheard": [
            {"said": text, "heard": got}
            for text, got, missed in zip(said, heard, wrong, strict=True)
            if missed
        ],
    }


def together(levels: Sequence[Level]) -> Row:
    """The usual loudness, and of everything else the worst."""
    return {
        "loudness_lufs": round(statistics.median(each.loudness_lufs for each in levels), 1),
        "peak_dbfs": round(max(each.peak_dbfs for each in levels), 1),
        "cut_off": sum(each.cut_off for each in levels),
        "silence_before_ms": round(max(each.silence_before_ms for each in levels)),
        "silence_after_ms": round(max(each.silence_after_ms for each in levels)),
        "levels": [{name: round(value, 2) for name, value in asdict(each).items()} for each in levels],
    }


def cpu_s() -> float:
    """Of this process and of programs that it has run."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
