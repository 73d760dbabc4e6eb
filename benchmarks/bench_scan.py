"""Logs to prose: against a bare simdjson walk in C++, against orjson in Python, and in how much memory."""

import json
import subprocess
import sys
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from orjson_extractor import OrjsonExtractor
from scan_log import captures, write_log
from streamtts._core import Extractor
from suite.figures import Bar, Samples, figure, in_turns
from suite.recorder import Recorder

CPP = Path(__file__).parent.parent / "build/default/benchmarks/cpp/bench_scan"
LOG_BYTES, BIG_LOG_BYTES = 100_000_000, 1_000_000_000
READ_BYTES = 65_536
OVER_A_BARE_WALK, OVER_ORJSON, PEAK_MIB = 2.0, 0.1, 60  # times
RUNS = 9

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


@cache
def measured_cpp(log: Path, rounds: int) -> dict[str, Any]:
    done = subprocess.run([CPP, log, str(rounds)], check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def bench_cpp(log: Path, run: Recorder) -> None:
    measured = measured_cpp(log, run.rounds(RUNS))
    assert measured["prose_hash"] == fnv1a(prose(ours(log.read_bytes())).encode())
    scan, walk = (Samples(**measured["rounds"][name]) for name in ("scan", "walk"))
    run.add(
        figure(
            "text",
            "scan of 100 MB of logs, C++",
            scan,
            {"a bare simdjson walk": walk},
            by="CPU",
            bar=Bar("ratio", OVER_A_BARE_WALK),
            right="the prose is what Python hears, by its hash",
        )
    )


def bench_orjson(log: Path, run: Recorder) -> None:
    data = log.read_bytes()
    rounds = run.rounds(RUNS)
    assert prose(ours(data)) == prose(rival(data))
    with_objects, theirs = in_turns(
        rounds, partial(heard_with, Extractor, data), partial(heard_with, OrjsonExtractor, data)
    )
    scan = Samples(**measured_cpp(log, rounds)["rounds"]["scan"])
    same = "its prose is the same"
    name = "an extractor on orjson that obeys the same rules"
    run.add(
        figure(
            "text",
            "the same, against Python",
            scan,
            {name: theirs},
            by="CPU",
            bar=Bar("ratio", OVER_ORJSON),
            right=same,
        )
    )
    run.add(
        figure(
            "text",
            "the same, with a Python object for every event",
            with_objects,
            {name: theirs},
            by="CPU",
            right=same,
        )
    )


def heard_with(extractor: type[Any], log: bytes) -> None:
    heard(extractor(), log)


READER = """
import os, pathlib, re, resource, sys
heard = 0
if sys.argv[1] == "ours":
    from streamtts._core import Extractor
    extractor = Extractor()
    while data := os.read(0, 65536):
        heard += sum(len(event.text) for event in extractor.feed(data))
    heard += sum(len(event.text) for event in extractor.finish())
else:
    while data := os.read(0, 65536):
        heard += len(data)
if sys.platform == "darwin":
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
else:
    peak_kib = int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
print(peak_kib / 1024, heard)
"""


def piped(reads: str, data: bytes) -> tuple[Samples, float]:
    """The most memory in MiB of a process that reads it again and again, and what it has counted."""
    command = [sys.executable, "-c", READER, reads]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        for _ in range(BIG_LOG_BYTES // len(data)):
            reader.stdin.write(data)
        out, _ = reader.communicate()
    peak_mib, counted = map(float, out.split())
    assert reader.returncode == 0
    return Samples([peak_mib]), counted


def bench_memory(log: Path, run: Recorder) -> None:
    data = log.read_bytes()
    (peak, characters), (bare, taken) = piped("ours", data), piped("nothing", data)
    assert characters > len(prose(ours(data)))
    assert taken >= BIG_LOG_BYTES * 0.9
    run.add(
        figure(
            "text",
            "the most memory for 1 GB of logs through a pipe",
            peak,
            {"a Python that reads and forgets": bare},
            unit="MiB",
            times=1,
            bar=Bar("p99", PEAK_MIB),
            right="more is heard than of a tenth of it",
        )
    )
