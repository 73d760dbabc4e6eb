"""Logs to prose: against a bare simdjson walk in C++, against orjson in Python, and in how much memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orjson_extractor import OrjsonExtractor
from scan_log import captures, write_log
from streamtts._core import Extractor

CPP = Path(__file__).parent.parent / "build/default/benchmarks/cpp/bench_scan"
LOG_BYTES, BIG_LOG_BYTES = 100_000_000, 1_000_000_000
READ_BYTES = 65_536
OF_A_BARE_WALK, OVER_ORJSON, PEAK_MIB = 0.5, 10.0, 60
RUNS = 7

Told = list[tuple[str, str, int]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "log.jsonl"
    write_log(path, LOG_BYTES)
    return path


def heard(extractor: Any, log: bytes) -> list[Any]:
    """Everything that came out, as the extractor's own kind of event."""
    events: list[Any] = []
    for at in range(0, len(log), READ_BYTES):
        events += extractor.feed(log[at : at + READ_BYTES])
    events += extractor.finish()
    return events


def ours(log: bytes) -> Told:
    return [(event.kind, event.text, event.turn) for event in heard(Extractor(), log)]


def rival(log: bytes) -> Told:
    return heard(OrjsonExtractor(), log)


def best_s(log: bytes, *extractors: Callable[[], Any]) -> list[float]:
    """Seconds each; in turns, so that a busy machine slows all."""
    best = [float("inf")] * len(extractors)
    for _ in range(RUNS):
        for place, extractor in enumerate(extractors):
            start = time.perf_counter()
            heard(extractor(), log)
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def prose(told: Told) -> str:
    return "".join(text for kind, text, _ in told if kind == "text")


def fnv1a(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def bench_rival_says_the_same() -> None:
    for capture in captures() + captures("hard-lines"):
        assert rival(capture) == ours(capture)


def measured_cpp(log: Path) -> dict[str, int]:
    done = subprocess.run([CPP, log, str(RUNS)], check=True, capture_output=True, text=True)
    measured: dict[str, int] = json.loads(done.stdout)
    return measured


def bench_cpp(log: Path) -> None:
    measured = measured_cpp(log)
    assert measured["prose_hash"] == fnv1a(prose(ours(log.read_bytes())).encode())
    ratio = measured["walk_ns"] / measured["scan_ns"]
    speed = measured["bytes"] / measured["scan_ns"]
    print(f"\nscan in C++: {speed:.2f} GB/s, {ratio:.2f} of a bare simdjson walk (bar {OF_A_BARE_WALK})")
    assert ratio >= OF_A_BARE_WALK


def bench_orjson(log: Path) -> None:
    data = log.read_bytes()
    assert prose(ours(data)) == prose(rival(data))
    our_s, rival_s = best_s(data, Extractor, OrjsonExtractor)
    scan_s = measured_cpp(log)["scan_ns"] / 1e9
    print(
        f"\nscan against an extractor on orjson: {rival_s / scan_s:.1f}x (bar {OVER_ORJSON}); "
        f"with a Python object for every event {rival_s / our_s:.1f}x, {len(data) / our_s / 1e9:.2f} GB/s"
    )
    assert rival_s / scan_s >= OVER_ORJSON


READER = """
import os, pathlib, re, resource, sys
from streamtts._core import Extractor
extractor, heard = Extractor(), 0
while data := os.read(0, 65536):
    heard += sum(len(event.text) for event in extractor.feed(data))
heard += sum(len(event.text) for event in extractor.finish())
if sys.platform == "darwin":
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
else:
    peak_kib = int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
print(peak_kib / 1024, heard)
"""


def bench_memory(log: Path) -> None:
    data = log.read_bytes()
    reader = subprocess.Popen([sys.executable, "-c", READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert reader.stdin is not None
    for _ in range(BIG_LOG_BYTES // len(data)):
        reader.stdin.write(data)
    out, _ = reader.communicate()
    peak_mib, heard_characters = map(float, out.split())
    assert reader.returncode == 0
    assert heard_characters > len(prose(ours(data)))
    print(f"\n1 GB through a pipe: {peak_mib:.0f} MiB at the peak (bar {PEAK_MIB})")
    assert peak_mib < PEAK_MIB
