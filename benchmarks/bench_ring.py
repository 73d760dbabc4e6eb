"""The ring beside its rivals in one run: best figures, and the upper quartile in brackets.

A bar holds if it does at one of the two: on a busy machine a rival's luckiest burst is no measure.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CPP = Path(__file__).parent.parent / "build/default/benchmarks/cpp/bench_ring"
REPETITIONS = 24
OURS, FLOOR = "streamtts", "memcpy"
RIVALS = ["rigtorp", "folly", "boost"]
BLOCKS = [64, 256, 1024]
WHENCE = {
    "boost": "Debian: apt-get install libboost-dev",
    "moodycamel": "Debian: apt-get install libreaderwriterqueue-dev",
    "rigtorp": "benchmarks/anchors.py fetches it, or says why not",
    "folly": "benchmarks/anchors.py fetches it, or says why not",
}
HIGHER_IS_BETTER = {"single", "bulk"}
COPY_SHARE = 1.10

Figures = dict[str, dict[str, list[float]]]


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Values by "case/block" and queue, best first."""
    done = subprocess.run([CPP, str(REPETITIONS)], check=True, capture_output=True, text=True)
    measured = json.loads(done.stdout)
    assert measured["wrong"] == 0
    found: Figures = {}
    for name, values in measured["figures"].items():
        case, block, queue = name.split("/")
        ordered = sorted(values, reverse=case in HIGHER_IS_BETTER)
        found.setdefault(f"{case}/{block}", {})[queue] = ordered
    return found


def shown(row: dict[str, list[float]]) -> str:
    cells = (f"{queue} {values[0]:.4g} [{values[len(values) // 4]:.4g}]" for queue, values in row.items())
    return ", ".join(cells)


def of(row: dict[str, list[float]], rival: str) -> Iterator[tuple[float, float]]:
    """Ours and the rival's, at their best and at the upper quartile."""
    if rival not in row:
        pytest.skip(f"not measured against {rival} ({WHENCE[rival]})")
    ours, theirs = row[OURS], row[rival]
    return zip((ours[0], ours[len(ours) // 4]), (theirs[0], theirs[len(theirs) // 4]), strict=True)


@pytest.mark.parametrize("block", BLOCKS)
def bench_bulk(figures: Figures, block: int) -> None:
    row = figures[f"bulk/{block}"]
    print(f"\n{block} samples at once, two threads, million samples a second: {shown(row)}")
    assert max(ours / theirs for ours, theirs in of(row, "boost")) >= 1


@pytest.mark.parametrize("rival", RIVALS)
def bench_single(figures: Figures, rival: str) -> None:
    row = figures["single/1"]
    print(f"\none sample at a time, two threads, million samples a second: {shown(row)}")
    assert max(ours / theirs for ours, theirs in of(row, rival)) >= 1


@pytest.mark.parametrize("rival", RIVALS)
def bench_round_trip(figures: Figures, rival: str) -> None:
    row = figures["round trip/1"]
    print(f"\nthere and back, ns: {shown(row)}")
    assert min(ours / theirs for ours, theirs in of(row, rival)) <= 1


@pytest.mark.parametrize("block", BLOCKS)
def bench_alone(figures: Figures, block: int) -> None:
    row = figures[f"alone/{block}"]
    print(f"\n{block} samples in and out, one thread, ns: {shown(row)}")
    assert min(ours / floor for ours, floor in of(row, FLOOR)) <= COPY_SHARE
