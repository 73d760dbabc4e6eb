"""Bytes to sentences on a delta stream: microseconds a delta, in C++ and as Python sees it."""

import json
import subprocess
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from delta_log import delta_count, delta_lines
from naive_pipeline import NaivePipeline
from streamtts._core import SentenceStream
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder, benched

CPP = Path(__file__).parent.parent / "build/default/benchmarks/cpp/bench_pipeline"
MESSAGES = 100
US_A_DELTA_CPP, US_A_DELTA_PYTHON = 2.0, 4.0


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return delta_lines(MESSAGES)


def sentences(chunks: list[bytes]) -> list[str]:
    stream = SentenceStream()
    found: list[str] = []
    for chunk in chunks:
        stream.push(chunk)
        while batch := stream.pull():
            found += [row[2] for row in batch]
    stream.push_end()
    while batch := stream.pull():
        found += [row[2] for row in batch]
    return found


def rechunked(lines: list[bytes], size: int) -> list[bytes]:
    log = b"".join(lines)
    return [log[i : i + size] for i in range(0, len(log), size)]


def naive(lines: list[bytes]) -> list[str]:
    pipeline = NaivePipeline()
    return [sentence for line in lines for sentence in pipeline.feed(line)]


@pytest.mark.parametrize("read", ["a line", "4 KiB", "64 KiB"])
def bench_python(benchmark: BenchmarkFixture, run: Recorder, lines: list[bytes], read: str) -> None:
    sizes = {"4 KiB": 4096, "64 KiB": 65536}
    chunks = lines if read == "a line" else rechunked(lines, sizes[read])
    found = sentences(chunks)
    assert found == sentences(delta_lines(1)) * MESSAGES
    mine, theirs = benched(benchmark, run.rounds(15), lambda: sentences(chunks), lambda: naive(lines))
    run.add(
        figure(
            "text",
            f"bytes to sentences from Python, {read} a read",
            mine,
            {"the naive pipeline": theirs},
            unit="µs a delta",
            times=1e6 / delta_count(lines),
            by="CPU",
            bar=Bar("least", US_A_DELTA_PYTHON),
            right=f"{len(found)} sentences, those of one message each time",
        )
    )


def bench_cpp(run: Recorder, lines: list[bytes], tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(lines))
    done = subprocess.run([CPP, log, str(run.rounds(30))], check=True, capture_output=True, text=True)
    measured = json.loads(done.stdout)
    expected = sentences(lines)
    assert measured["sentences"] == len(expected)
    assert measured["bytes"] == sum(len(text.encode()) for text in expected)
    speak, walk = (Samples(**measured["rounds"][name]) for name in ("speak", "walk"))
    run.add(
        figure(
            "text",
            "bytes to sentences, a line a feed, C++",
            speak,
            {"a simdjson walk over the top-level keys": walk},
            unit="µs a delta",
            times=1e6 / delta_count(lines),
            by="CPU",
            bar=Bar("least", US_A_DELTA_CPP),
            right=f"{len(expected)} sentences, as in Python",
        )
    )
