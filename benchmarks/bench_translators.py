"""Each installed translator: to a sentence's first clause and to all of it, in a process of its own.

Those of `make test-engines` are measured where it was run; one that is not installed, or whose model is not
here, says why. Translators that send text to a server are left out.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from score_translation import stumble
from streamtts.registry import translators
from suite.arithmetic import NAME
from suite.engines import answer
from suite.figures import Samples, figure
from suite.recorder import Recorder

WORKER = str(Path(__file__).parent / "translator_worker.py")
ROUNDS = 4
TEXTS = (
    "Done.",
    "All the tests pass now.",
    "I fixed the parser, and then the whole suite passed.",
    "The build failed because a header was missing, so I added it.",
    "I will now look at how the cache is filled when the server starts.",
)
NO_TRANSLATION = {"identity", "mark"}  # they show what a translator costs that does nothing


def subjects() -> list[tuple[str, int]]:
    return [
        (engine.name, threads)
        for engine in translators()
        if not engine.cloud
        for threads in ((1,) if engine.name in NO_TRANSLATION else (1, 2))
    ]


@pytest.mark.parametrize(("name", "threads"), subjects())
def bench_translator(run: Recorder, name: str, threads: int) -> None:
    asked = {"name": name, "threads": threads, "texts": TEXTS, "rounds": run.rounds(ROUNDS)}
    found: dict[str, Any] = answer(WORKER, json.dumps(asked))
    if reason := found.get("missing"):
        pytest.skip(reason)
    said, target = found["said"], found["target"]
    assert all(each == said[0] for each in said), "it says something else each time"
    if name not in NO_TRANSLATION:
        flaws = [why for text, to in zip(TEXTS, said[0], strict=True) if (why := stumble(to, text, target))]
        assert flaws == []
    right = f"{len(TEXTS)} sentences of {len(TEXTS[0])} to {len(TEXTS[-1])} characters, the same each time"
    title = f"{name}, en to {target}" + (f", {threads} threads" if threads > 1 else "")
    product = {NAME: Samples(**found["product"])}
    for what, key in (("first clause", "clause"), ("the sentence", "whole"), ("to load it", "load")):
        run.add(figure("translators", f"{title}: {what}", Samples(**found[key]), product, right=right))
