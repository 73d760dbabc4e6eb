"""The ring beside memcpy and its rivals, all taking turns in one run.

A bar holds if it does at the best round or at the upper quartile: on a busy machine a rival's luckiest burst
is no measure.
"""

import json
import subprocess
from pathlib import Path

import pytest

from suite.figures import Samples, figure
from suite.recorder import Recorder

CPP = Path(__file__).parent.parent / "build/default/benchmarks/cpp/bench_ring"
REPETITIONS = 24
OURS, FLOOR = "streamtts", "memcpy"
BLOCKS = [64, 256, 1024]
WHENCE = {
    "boost": "Debian: apt-get install libboost-dev",
    "moodycamel": "Debian: apt-get install libreaderwriterqueue-dev",
    "rigtorp": "benchmarks/anchors.py fetches it, or says why not",
    "folly": "benchmarks/anchors.py fetches it, or says why not",
}
COPY_SHARE = 1.10
RIGHT = "every sample came, in its order"

Row = dict[str, Samples]


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    """By "case/block" and queue."""
    done = subprocess.run([CPP, str(REPETITIONS)], check=True, capture_output=True, text=True)
    measured = json.loads(done.stdout)
    assert measured["wrong"] == 0
    found: dict[str, Row] = {}
    for name, samples in measured["rounds"].items():
        case, block, queue = name.split("/")
        found.setdefault(f"{case}/{block}", {})[queue] = Samples(**samples)
    for queue, whence in WHENCE.items():
        if queue not in found["single/1"]:
            print(f"\nnot measured against {queue} ({whence})")
    return found


def rivals(row: Row) -> Row:
    return {queue: samples for queue, samples in row.items() if queue != OURS}


def share(row: Row, rival: str) -> float:
    """Of the rival's time, at the best round or at the upper quartile."""
    ours, theirs = sorted(row[OURS].wall_s), sorted(row[rival].wall_s)
    return min(ours[at] / theirs[at] for at in (0, len(ours) // 4))


@pytest.mark.parametrize("block", BLOCKS)
def bench_alone(rows: dict[str, Row], run: Recorder, block: int) -> None:
    row = rows[f"alone/{block}"]
    run.add(
        figure(
            "sound",
            f"the ring: {block} samples in and out, one thread",
            row[OURS],
            {FLOOR: row[FLOOR], **rivals(row)},
            unit="ns",
            times=1e9,
            right=RIGHT,
        )
    )
    run.expect(f"at most {COPY_SHARE} of memcpy", met=share(row, FLOOR) <= COPY_SHARE)


@pytest.mark.parametrize("block", BLOCKS)
def bench_bulk(rows: dict[str, Row], run: Recorder, block: int) -> None:
    row = rows[f"bulk/{block}"]
    run.add(
        figure(
            "sound",
            f"the ring: {block} samples at once, two threads",
            row[OURS],
            {**rivals(row), "memcpy in and out, one thread": copied(rows, block)},
            unit="ns a sample",
            times=1e9,
            right=RIGHT,
        )
    )
    if "boost" in row:
        run.expect(f"{block} at once no slower than boost", met=share(row, "boost") <= 1, must=block > 64)


def copied(rows: dict[str, Row], block: int) -> Samples:
    """A sample's share of the copies of a block."""
    floor = rows[f"alone/{block}"][FLOOR]
    return Samples([each / block for each in floor.wall_s], [each / block for each in floor.cpu_s])


@pytest.mark.parametrize(
    ("case", "stage", "unit"),
    [
        ("single/1", "the ring: one sample at a time, two threads", "ns a sample"),
        ("round trip/1", "the ring: one sample there and back", "ns"),
    ],
)
def bench_one_by_one(rows: dict[str, Row], run: Recorder, case: str, stage: str, unit: str) -> None:
    row = rows[case]
    floor = {"memcpy of 64 samples, one thread": rows["alone/64"][FLOOR]}
    run.add(figure("sound", stage, row[OURS], {**rivals(row), **floor}, unit=unit, times=1e9, right=RIGHT))
    for rival in rivals(row).keys() - {"moodycamel"}:
        run.expect(f"no slower than {rival}", met=share(row, rival) <= 1)
