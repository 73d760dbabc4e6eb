"""Bytes to sentences on a delta stream: microseconds a delta, in C++ and as Python sees it."""

import json
import subprocess
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from delta_log import delta_count, delta_lines
from streamtts._core import SentenceStream

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


@pytest.mark.parametrize("read", ["a line", "4 KiB", "64 KiB"])
def bench_python(benchmark: BenchmarkFixture, lines: list[bytes], read: str) -> None:
    sizes = {"4 KiB": 4096, "64 KiB": 65536}
    chunks = lines if read == "a line" else rechunked(lines, sizes[read])
    heard = benchmark.pedantic(sentences, args=(chunks,), rounds=15, warmup_rounds=2)
    assert heard == sentences(delta_lines(1)) * MESSAGES
    us = benchmark.stats.stats.min * 1e6 / delta_count(lines)
    benchmark.extra_info["us_a_delta"] = us
    print(f"\nfrom Python, {read} a read: {us:.2f} us a delta (bar {US_A_DELTA_PYTHON})")
    assert us <= US_A_DELTA_PYTHON


def bench_cpp(lines: list[bytes], tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(lines))
    done = subprocess.run([CPP, log, "15"], check=True, capture_output=True, text=True)
    measured = json.loads(done.stdout)
    expected = sentences(lines)
    assert measured["sentences"] == len(expected)
    assert measured["bytes"] == sum(len(text.encode()) for text in expected)
    us = measured["ns"] / 1e3 / delta_count(lines)
    ratio = measured["ns"] / measured["walk_ns"]
    print(
        f"\nin C++, a line a feed: {us:.2f} us a delta (bar {US_A_DELTA_CPP}); {ratio:.1f}x a bare JSON walk"
    )
    assert us <= US_A_DELTA_CPP
