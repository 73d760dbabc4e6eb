"""The stages of the gate that have no file of their own, each against its yardstick, in turns."""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from gate.stages import STAGES
from suite.figures import figure
from suite.recorder import Recorder, benched

ROUNDS = 40
TOLD = {
    "clean": ("text", "cleaning, four characters at a time", "what comes of the whole text at once"),
    "wire": ("sound", "10 MB of sound over the wire to an engine's process", "every byte of it"),
    "floats": ("sound", "a minute of 16-bit sound to floats", "numpy's own bytes"),
    "player": ("sound", "20 s of sound through resampler, ring and callback", "99 % of its frames, at least"),
    "session": (
        "session",
        "five turns through the whole pipeline, to nowhere",
        "each sentence heard to its end",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def bench_stage(benchmark: BenchmarkFixture, run: Recorder, name: str) -> None:
    stage = STAGES[name]()
    assert stage.check()
    mine, theirs = benched(benchmark, run.rounds(ROUNDS), stage.work, stage.measure)
    group, title, right = TOLD[name]
    run.add(figure(group, title, mine, {stage.yardstick: theirs}, by="CPU", right=right))
