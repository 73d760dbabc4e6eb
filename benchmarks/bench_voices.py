"""Each installed voice: time to the first sound, speed and memory, in a process of its own.

Where `make test-engines` has put its voices, those are measured; one that is not installed says why. Voices
that send text to a server are left out.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streamtts.engine import ANY_LANGUAGE
from streamtts.registry import synthesizers
from suite.arithmetic import NAME
from suite.engines import answer
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

WORKER = str(Path(__file__).parent / "voice_worker.py")
ROUNDS = 6
TEXTS = {
    "en": (
        "All eight tests of the parser pass now.",
        "I renamed the function, updated every place where it is called, and the whole suite passes again.",
    ),
    "ja": (
        "パーサのテストはすべて通りました。",
        "関数の名前を変更して、呼び出している箇所もすべて直したので、テストはまた全部通るようになりました。",
    ),
    "de": (
        "Alle acht Tests des Parsers sind jetzt bestanden.",
        "Ich habe die Funktion umbenannt, jeden Aufruf angepasst, und alle Tests sind wieder bestanden.",
    ),
}
OTHER_THREADS = {"kokoro-ja": 2}  # measured with as many, too
FIRST_MS = {"hibari": 35, "openjtalk": 65}  # to the first piece of the short sentence
MIB = {"hibari": 260}


@dataclass(frozen=True)
class Said:
    """A sentence, to its first piece and all of it, a figure a round."""

    first: Samples
    whole: Samples
    audio_s: float

    @classmethod
    def of(cls, rounds: list[list[float]]) -> "Said":
        first_s, first_cpu_s, all_s, cpu_s, audio_s = (list(each) for each in zip(*rounds, strict=True))
        return cls(Samples(first_s, first_cpu_s), Samples(all_s, cpu_s), audio_s[0])


def subjects() -> Iterator[tuple[str, str, int]]:
    """Each voice in the languages that it has; in English if it has any."""
    for engine in synthesizers():
        if engine.cloud:
            continue
        any_language = ANY_LANGUAGE in engine.languages
        for language in ["en"] if any_language else sorted(TEXTS.keys() & set(engine.languages)):
            yield engine.name, language, 1
            if threads := OTHER_THREADS.get(engine.name):
                yield engine.name, language, threads


@pytest.mark.parametrize(("name", "language", "threads"), list(subjects()))
def bench_voice(run: Recorder, name: str, language: str, threads: int) -> None:
    asked = {"name": name, "language": language, "threads": threads, "texts": TEXTS[language]}
    found: dict[str, Any] = answer(WORKER, json.dumps({**asked, "rounds": run.rounds(ROUNDS)}))
    if reason := found.get("missing"):
        pytest.skip(reason)
    short, long = map(Said.of, found["sentences"])
    assert 1 < short.audio_s < long.audio_s < 12
    title = f"{name}, {language}" + (f", {threads} threads" if threads > 1 else "")
    product = {NAME: Samples(**found["product"])}
    for told in (
        figure(
            "voices",
            f"{title}: the first sound of a short sentence",
            short.first,
            product,
            bar=Bar("least", FIRST_MS[name]) if name in FIRST_MS else None,
            right=f"{short.audio_s:.1f} s of sound",
        ),
        figure(
            "voices",
            f"{title}: a long sentence",
            long.whole,
            product,
            unit="of real time",
            times=1 / long.audio_s,
            by="CPU",
            right=f"{long.audio_s:.1f} s of sound",
        ),
        figure("voices", f"{title}: to load it", Samples(**found["load"]), product, right="it has spoken"),
        figure(
            "voices",
            f"{title}: the most memory",
            Samples([found["mib"]["after"]]),
            {"the process without it": Samples([found["mib"]["before"]])},
            unit="MiB",
            times=1,
            bar=Bar("p99", MIB[name]) if name in MIB else None,
            right="it has spoken",
        ),
    ):
        run.add(told)
