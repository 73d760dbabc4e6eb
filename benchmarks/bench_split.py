"""Speakable text to sentences, four characters at a time: microseconds a delta, beside a naive regex."""

import json
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from streamtts._core import Splitter

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


def bench_split(benchmark: BenchmarkFixture, cases: list[tuple[str, list[str]]]) -> None:
    pieces = deltas("\n".join(text for text, _ in cases) * REPEATS)
    heard = benchmark.pedantic(ours, args=(pieces,), rounds=10, warmup_rounds=1)
    assert heard == ours(["".join(pieces)])
    started = time.perf_counter()
    naive(pieces)
    naive_us = (time.perf_counter() - started) * 1e6 / len(pieces)
    us = benchmark.stats.stats.min * 1e6 / len(pieces)
    correct, rival = right(ours, cases), right(naive, cases)
    print(
        f"\nsplitting from Python: {us:.2f} us a delta, {correct}/{len(cases)} texts right;"
        f" naive regex: {naive_us:.2f} us ({naive_us / us:.1f}x), {rival}/{len(cases)}"
    )
    assert correct == len(cases)


def bench_split_cpp(cases: list[tuple[str, list[str]]], tmp_path: Path) -> None:
    text = "\n".join(text for text, _ in cases) * REPEATS
    file = tmp_path / "prose.txt"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([CPP, file, "10"], check=True, capture_output=True, text=True)
    measured = json.loads(done.stdout)
    assert measured["deltas"] == len(deltas(text))
    assert measured["sentences"] == len(ours([text]))
    us = measured["split_ns"] / 1e3 / measured["deltas"]
    span_us = measured["protect_ns"] / 1e3 / measured["sentences"]
    print(
        f"\nsplitting in C++: {us:.3f} us a delta (bar {US_A_DELTA_CPP});"
        f" protected spans: {span_us:.2f} us a sentence"
    )
    assert us <= US_A_DELTA_CPP
