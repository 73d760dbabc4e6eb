"""One translator in a process of its own: to load it, to a sentence's first clause, to all. Answers in JSON.

Each round it translates each sentence once and multiplies two matrices, the yardstick of whatever computes.
"""

import json
import sys
import time
from contextlib import closing
from dataclasses import asdict

from streamtts import _core
from streamtts.engine import EngineError, Ticket, Translator, TranslatorEngine, TranslatorOptions
from streamtts.registry import translator
from suite.arithmetic import product
from suite.figures import Samples

TARGETS = ("ja", "fr", "de", "es", "pt", "en")


def measured(name: str, threads: int, rounds: int, texts: list[str]) -> dict[str, object]:
    _core.return_large_blocks()  # as the program does
    engine = translator(name)
    options, reason = chosen(engine, threads)
    if options is None:
        return {"missing": reason}
    load, clauses, wholes, yardstick = Samples(), Samples(), Samples(), Samples()
    begun, cpu = time.perf_counter(), time.process_time()
    try:
        loaded = engine.create(options)
    except EngineError as error:
        return {"missing": str(error)}
    note(load, begun, cpu)
    with closing(loaded):
        list(loaded.translate(texts[0], Ticket()))
        product()  # as with any, its first time takes longer
        said = [translated(loaded, texts, clauses, wholes, yardstick) for _ in range(rounds)]
    return {
        "target": options.target,
        "said": said,
        **{
            name: asdict(samples)
            for name, samples in (
                ("load", load),
                ("clause", clauses),
                ("whole", wholes),
                ("product", yardstick),
            )
        },
    }


def chosen(engine: TranslatorEngine, threads: int) -> tuple[TranslatorOptions | None, str]:
    """The first language that it can translate into here; or why there is none."""
    if reason := engine.missing():
        return None, reason
    first = ""
    for target in TARGETS:
        if engine.speaks("en", target):
            options = TranslatorOptions("en", target, threads=threads)
            if not (reason := engine.wants(options)):
                return options, ""
            first = first or reason
    return None, first


def translated(
    loaded: Translator, texts: list[str], clauses: Samples, wholes: Samples, yardstick: Samples
) -> list[str]:
    said = []
    for text in texts:
        begun, cpu = time.perf_counter(), time.process_time()
        pieces = loaded.translate(text, Ticket())
        clause = next(pieces)
        note(clauses, begun, cpu)
        said.append(clause + "".join(pieces))
        note(wholes, begun, cpu)
        yardstick.take(product)
    return said


def note(samples: Samples, begun: float, cpu: float) -> None:
    samples.wall_s.append(time.perf_counter() - begun)
    samples.cpu_s.append(time.process_time() - cpu)


if __name__ == "__main__":
    print(json.dumps(measured(**json.loads(sys.argv[1]))))
