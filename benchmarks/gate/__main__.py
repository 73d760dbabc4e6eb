"""python -m gate check|record|show, from benchmarks/: see gate/__init__.py."""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gate import counts
from gate.baseline import Baseline, load, remembered, save
from gate.check import longer, slower
from gate.ratios import measured, table
from gate.stages import STAGES

ROUNDS, RUNS = 40, 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="gate", description="Whether a stage has become slower.")
    parser.add_argument("action", choices=("check", "record", "show"))
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"show: {', '.join(STAGES)}")
    parser.add_argument("--counts", action="store_true", help="check: instructions alone, for a busy machine")
    parser.add_argument("--json", action="store_true", help="show: the ratios alone")
    asked = parser.parse_intermixed_args()
    if unknown := set(asked.stages) - set(STAGES):
        parser.error(f"no stage is called {unknown.pop()}: there are {', '.join(STAGES)}")
    if asked.action == "show":
        return _show(tuple(asked.stages or STAGES), as_json=asked.json)
    return _record() if asked.action == "record" else _check(only_counts=asked.counts)


def _show(names: tuple[str, ...], *, as_json: bool) -> int:
    found = [measured(STAGES[name](), ROUNDS) for name in names]
    if as_json:
        print(json.dumps({each.stage: each.ratio for each in found}))
    else:
        print(table(found))
    return 0


def _check(*, only_counts: bool) -> int:
    baseline, now = load(), _commit()
    complaints = list(longer(baseline, _counted, now)) if _comparable(baseline) else []
    if not only_counts:
        complaints += slower(baseline, _ratios, now)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    if not complaints:
        print(f"no stage is slower than at {baseline.commit}")
    return int(bool(complaints))


def _record() -> int:
    if reason := counts.missing():
        print(reason, file=sys.stderr)
        return 1
    runs = [_ratios(tuple(STAGES)) for _ in range(RUNS)]
    ratios = {name: remembered([run[name] for run in runs]) for name in STAGES}
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    save(Baseline(_commit(), machine, counts.builder(), ratios, _counted(counts.STAGES)))
    return 0


def _comparable(baseline: Baseline) -> bool:
    reason = counts.missing()
    if reason is None and counts.builder() != baseline.builder:
        reason = f"they were counted with {baseline.builder}, and this is {counts.builder()}"
    if reason:
        print(f"instructions are not compared: {reason}")
    return reason is None


def _counted(stages: tuple[str, ...]) -> Mapping[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        return counts.counted(Path(folder), stages)


def _ratios(stages: tuple[str, ...]) -> Mapping[str, float]:
    """Each in a process of its own: what others leave of the memory makes some faster."""
    return {stage: _ratio(stage) for stage in stages}


def _ratio(stage: str) -> float:
    command = [sys.executable, "-m", "gate", "show", "--json", stage]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout)[stage])


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=counts.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "HEAD"


if __name__ == "__main__":
    sys.exit(main())
