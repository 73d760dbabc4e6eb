"""Speakable text to sentences, four characters at a time: microseconds a delta, beside a naive regex."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from streamtts._core import Splitter, protected_spans
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder, benched

ROOT = Path(__file__).parent.parent
CPP = ROOT / "build/default/benchmarks/cpp/bench_split"
CHARACTERS_PER_DELTA = 4
REPEATS = 40
US_A_DELTA_CPP = 0.5
NAIVE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, list[str]]]:
    """Text and its right sentences; whatever needs cleaning first is left out."""
    files = [ROOT / "tests/data" / name for name in ("segmentation.json", "segmentation_more.json")]
    found = [case for file in files for case in json.loads(file.read_text(encoding="utf-8"))]
    return [(case["text"], case["sentences"]) for case in found if case["cat"] != "block"]


def deltas(text: str) -> list[str]:
    return [text[i : i + CHARACTERS_PER_DELTA] for i in range(0, len(text), CHARACTERS_PER_DELTA)]


def ours(pieces: list[str]) -> list[str]:
    splitter = Splitter()
    found = [sentence for piece in pieces for sentence in splitter.feed(piece)]
    return found + splitter.finish()


def naive(pieces: list[str]) -> list[str]:
    """What a short script does: search the held text again with every delta."""
    held, found = "", []
    for piece in pieces:
        held += piece
        *whole, held = NAIVE.split(held)
        found += [sentence for sentence in whole if sentence]
    return [*found, held] if held else found


def right(split_by: Callable[[list[str]], list[str]], cases: list[tuple[str, list[str]]]) -> int:
    return sum(split_by(deltas(text)) == sentences for text, sentences in cases)


def bench_split(benchmark: BenchmarkFixture, run: Recorder, cases: list[tuple[str, list[str]]]) -> None:
    pieces = deltas("\n".join(text for text, _ in cases) * REPEATS)
    assert ours(pieces) == ours(["".join(pieces)])
    mine, theirs = benched(benchmark, run.rounds(10), lambda: ours(pieces), lambda: naive(pieces))
    correct, rival = right(ours, cases), right(naive, cases)
    assert correct == len(cases)
    run.add(
        figure(
            "text",
            "splitting alone, from Python",
            mine,
            {f"a regular expression for each delta, which has {rival} right": theirs},
            unit="µs a delta",
            times=1e6 / len(pieces),
            by="CPU",
            right=f"{correct} of {len(cases)} texts",
        )
    )


def bench_split_cpp(run: Recorder, cases: list[tuple[str, list[str]]], tmp_path: Path) -> None:
    text = "\n".join(text for text, _ in cases) * REPEATS
    file = tmp_path / "prose.txt"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([CPP, file, str(run.rounds(20))], check=True, capture_output=True, text=True)
    measured = json.loads(done.stdout)
    assert measured["deltas"] == len(deltas(text))
    sentences = ours([text])
    assert measured["sentences"] == len(sentences)
    assert measured["spans"] == sum(len(protected_spans(sentence)) for sentence in sentences)
    split, protect, copy = (Samples(**measured["rounds"][name]) for name in ("split", "protect", "copy"))
    run.add(
        figure(
            "text",
            "splitting alone, C++",
            split,
            {"memcpy of the same deltas": copy},
            unit="µs a delta",
            times=1e6 / measured["deltas"],
            by="CPU",
            bar=Bar("least", US_A_DELTA_CPP),
            right=f"{len(sentences)} sentences, as in Python",
        )
    )
    run.add(
        figure(
            "text",
            "protected spans, C++",
            protect,
            {"memcpy of the same text in deltas": copy},
            unit="µs a sentence",
            times=1e6 / measured["sentences"],
            by="CPU",
            right=f"{measured['spans']} spans, as in Python",
        )
    )
