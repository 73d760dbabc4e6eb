"""How well a translator does on a set of sentences with references: chrF, stumbles, refusals, time.

    python benchmarks/score_translation.py llama [--to ja] [--data FILE] [--bare] [--show]

`--bare` asks the engine alone, without names protected, output checked or a second try. In place of an
engine, `plain` is the packaged model as anyone would ask it (plain_call.py).
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from chrf import chrf
from plain_call import PlainCall
from streamtts import _core, registry
from streamtts.engine import EngineError, Ticket, TranslatorOptions
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.checks import Candidate, flaw
from streamtts.translation.placeholders import WORDS
from streamtts.translation.protect import protect
from streamtts.translation.translators import Translators
from streamtts.types import Sentence

DATA = Path(__file__).parent.parent / "tests/data/translation"


@dataclass(frozen=True, slots=True)
class Pair:
    source: str
    reference: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one sentence; where it was refused, the text is the original."""

    text: str
    refused: str
    first_s: float  # to the first clause
    all_s: float


def load(target: str, file: Path | None = None) -> list[Pair]:
    path = file or DATA / f"dev_en_{target}.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    return [Pair(each["source"], each["reference"]) for each in found["sentences"]]


def stumble(text: str, original: str, target: str, source: str = "en") -> str | None:
    """What a listener would trip over, as the checks see it; names of the original are none."""
    sent = protect(original, _core.protected_spans(original), WORDS)
    restored = sent.restore(text)
    if why := flaw(Candidate(restored.masked, original, sent.bare, source, target)):
        return why
    return f"“{restored.lost[0]}” got lost" if restored.lost else None


def translated(
    engine: str, target: str, texts: Sequence[str], threads: int, *, bare: bool
) -> Iterator[Outcome]:
    if engine == "plain":
        with closing(PlainCall(threads)) as plain:
            for text in texts:
                yield _timed(text, plain.ask(text))
        return
    if bare:
        yield from _bare(engine, target, texts, threads)
        return
    name, _, _ = engine.partition(":")
    pool = Translators(
        [engine] if name else [],
        threads=threads,
        isolate="never",
        settings={},
        notice=lambda text: print(text, file=sys.stderr),
        lexicon=Lexicon.load(),
    )
    with closing(pool):
        careful = pool.translator("en", target).careful
        for text in texts:
            sentence = Sentence(1, 1, text, "stop", tuple(_core.protected_spans(text)), 0.0)
            yield _timed(text, careful.translate(sentence, Ticket()))


def _bare(engine: str, target: str, texts: Sequence[str], threads: int) -> Iterator[Outcome]:
    name, _, model = engine.partition(":")
    options = TranslatorOptions("en", target, model, threads)
    with closing(registry.translator(name).create(options)) as translator:
        for text in texts:
            yield _timed(text, translator.translate(text, Ticket()))


def _timed(text: str, clauses: Iterator[str]) -> Outcome:
    began_s = time.perf_counter()
    said: list[str] = []
    times: list[float] = []
    refused = ""
    try:
        for clause in clauses:
            said.append(clause)
            times.append(time.perf_counter() - began_s)
    except EngineError as error:
        refused = str(error)
    all_s = time.perf_counter() - began_s
    return Outcome("".join(said) or text, refused, times[0] if times else all_s, all_s)


def main() -> None:
    parser = argparse.ArgumentParser(description="How well a translator does, with all care or bare.")
    parser.add_argument("engine", help="ENGINE, ENGINE:MODEL or plain")
    parser.add_argument("--to", default="ja")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    pairs = load(asked.to, asked.data)
    texts = [pair.source for pair in pairs]
    outcomes = list(translated(asked.engine, asked.to, texts, asked.threads, bare=asked.bare))
    stumbles = 0
    for pair, outcome in zip(pairs, outcomes, strict=True):
        why = stumble(outcome.text, pair.source, asked.to)
        stumbles += why is not None
        if asked.show or why:
            print(f"{pair.source}\n  {outcome.text}\n  {pair.reference}")
            print(*(f"  ! {line}" for line in (why, outcome.refused) if line), sep="\n")
    score = chrf((each.text, pair.reference) for pair, each in zip(pairs, outcomes, strict=True))
    refusals = sum(bool(each.refused) for each in outcomes)
    print(
        f"{asked.engine}: chrF {score:.1f}, {stumbles} stumbles and {refusals} refusals in {len(pairs)} "
        "sentences; median first clause "
        f"{statistics.median(each.first_s for each in outcomes):.3f} s, "
        f"sentence {statistics.median(each.all_s for each in outcomes):.3f} s"
    )


if __name__ == "__main__":
    main()
