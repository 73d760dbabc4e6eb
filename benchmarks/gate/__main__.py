"""python -m gate check|record|show, from benchmarks/: see gate/__init__.py."""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from gate import counts, waits
from gate.baseline import Baseline, BaselineError, load, remembered, save
from gate.check import longer, slower, waiting
from gate.ratios import measured, table
from gate.stages import STAGES

ROUNDS, WAIT_ROUNDS, RUNS = 40, 20, 5
FINE, SLOWER, NOT_COMPARED = 0, 1, 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="gate", description="Whether a stage has become slower.")
    parser.add_argument("action", choices=("check", "record", "show"))
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"show: {', '.join(STAGES)}")
    parser.add_argument("--counts", action="store_true", help="check: instructions alone, for a busy machine")
    parser.add_argument("--json", choices=("ratio", "waits"), help="show: that figure alone")
    asked = parser.parse_intermixed_args()
    if unknown := set(asked.stages) - set(STAGES):
        parser.error(f"no stage is called {unknown.pop()}: there are {', '.join(STAGES)}")
    if asked.action == "show":
        return _show(tuple(asked.stages or STAGES), asked.json)
    try:
        return _record() if asked.action == "record" else _check(only_counts=asked.counts)
    except BaselineError as error:
        print(error, file=sys.stderr)
        return NOT_COMPARED


def _show(names: tuple[str, ...], alone: str | None) -> int:
    stages = [STAGES[name]() for name in names]
    if alone == "waits":
        print(json.dumps({each.name: waits.waits_ms(each.work, WAIT_ROUNDS) for each in stages}))
    elif alone == "ratio":
        print(json.dumps({each.name: measured(each, ROUNDS).ratio for each in stages}))
    else:
        print(table([measured(each, ROUNDS) for each in stages]))
    return FINE


def _check(*, only_counts: bool) -> int:
    baseline, now = load(), _commit()
    baseline.must_know(STAGES, counts.STAGES)
    complaints, compared = list[str](), list[str]()
    if _comparable(baseline):
        complaints += longer(baseline, _counted, now)
        compared.append(f"{len(baseline.counts)} counts")
    if not only_counts:
        complaints += slower(baseline, _ratios, now)
        compared.append(f"{len(baseline.ratios)} ratios")
    if not only_counts and _visible():
        complaints += waiting(baseline, _waits, now)
        compared.append(f"{len(baseline.waits_ms)} waits")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    if not compared:
        print("nothing was compared", file=sys.stderr)
        return NOT_COMPARED
    if not complaints:
        print(f"no stage is slower than at {baseline.commit}: {', '.join(compared)}")
    return SLOWER if complaints else FINE


def _record() -> int:
    if reason := counts.missing() or waits.missing():
        print(reason, file=sys.stderr)
        return NOT_COMPARED
    names = tuple(STAGES)
    runs = [(_ratios(names), _waits(names)) for _ in range(RUNS)]
    ratios = {name: remembered([ratio[name] for ratio, _ in runs]) for name in names}
    waits_ms = {name: median(waited[name] for _, waited in runs) for name in names}
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    save(Baseline(_commit(), machine, counts.builder(), ratios, waits_ms, _counted(counts.STAGES)))
    return FINE


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


def _visible() -> bool:
    reason = waits.missing()
    if reason:
        print(f"waits are not compared: {reason}")
    return reason is None


def _ratios(stages: tuple[str, ...]) -> Mapping[str, float]:
    """Each in a process of its own: what others leave of the memory makes some faster."""
    return {stage: _figure("ratio", stage) for stage in stages}


def _waits(stages: tuple[str, ...]) -> Mapping[str, float]:
    return {stage: _figure("waits", stage) for stage in stages}


def _figure(which: str, stage: str) -> float:
    command = [sys.executable, "-m", "gate", "show", "--json", which, stage]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{stage} could not be measured: what it said stands above")
    return float(json.loads(done.stdout)[stage])


def _commit() -> str:
    """What `git log` takes; HEAD where nothing else is known."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, cwd=counts.ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "HEAD"
    return done.stdout.strip() or "HEAD"


if __name__ == "__main__":
    sys.exit(main())
