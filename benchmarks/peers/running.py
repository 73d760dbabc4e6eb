"""One run: everybody in turn, ourselves before and after, saved as run.json."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peers import texts
from peers.environments import ROOT, is_ready, python_of
from peers.roster import ENVIRONMENTS, OURS, OURS_WHOLE

SAVED = Path(__file__).parent / "run.json"
ROUNDS = 9
PATIENCE_S = 1800

Figures = dict[str, Any]


def run() -> None:
    streams = texts.streams()
    job: Figures = {
        "cases": texts.cases(),
        "streams": streams,
        "markdown": texts.markdown(),
        "characters": texts.CHARACTERS,
        "rounds": ROUNDS,
    }
    ours = (OURS, OURS_WHOLE)
    before = _asked(sys.executable, ours, job)
    peers, packages, missing = {}, {}, []
    for environment in ENVIRONMENTS:
        if not is_ready(environment):
            missing.append(environment.name)
            continue
        answer = _asked(str(python_of(environment)), environment.splitters, job)
        peers.update(answer["splitters"])
        wanted = [package.partition("==")[0] for package in environment.packages]
        packages.update({name: answer["packages"][name] for name in wanted})
        print(f"{environment.name}: done")
    after = _asked(sys.executable, ours, job)
    saved = {
        "when": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "load": os.getloadavg()[0],
        "python": before["python"],
        "packages": packages,
        "missing": missing,
        "deltas": {kind: sum(map(len, found)) for kind, found in streams.items()},
        "splitters": {**slower(before["splitters"], after["splitters"]), **peers},
    }
    check(saved)
    SAVED.write_text(as_text(saved), encoding="utf-8")


def as_text(saved: Figures) -> str:
    """JSON with a line for each splitter: what changed from run to run can be seen."""
    lines = [f"{json.dumps(name)}: {json.dumps(each, ensure_ascii=False)}" for name, each in saved.items()]
    splitters = [
        f" {json.dumps(name)}: {json.dumps(each, ensure_ascii=False)}"
        for name, each in saved["splitters"].items()
    ]
    lines[-1] = '"splitters": {\n' + ",\n".join(splitters) + "\n}"
    return "{\n" + ",\n".join(lines) + "\n}\n"


def slower(before: Figures, after: Figures) -> Figures:
    """Of our own two measurements, figure by figure, the one that flatters us less."""
    merged = {}
    for name, figures in before.items():
        costs = {
            kind: {unit: max(cost, after[name]["cost_us"][kind][unit]) for unit, cost in costs.items()}
            for kind, costs in figures["cost_us"].items()
        }
        merged[name] = {**figures, "cost_us": costs}
    return merged


def check(saved: Figures) -> None:
    """What was measured is what was meant."""
    ours = saved["splitters"][OURS]["cases"]["developed"]
    assert ours["right"] == ours["of"], "ours must split what it was developed on"
    for name, figures in saved["splitters"].items():
        assert figures["spoken"], f"{name} says nothing of the document"
        assert all(verdict["right"] > 0 for verdict in figures["cases"].values()), f"{name} is not fed well"
        assert figures["delay"]["sentences"] > 0, name


def _asked(python: str, splitters: Sequence[str], job: Figures) -> Figures:
    done = subprocess.run(
        [python, "-W", "ignore", "-m", "peers.worker"],
        input=json.dumps({**job, "splitters": splitters}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "benchmarks"), "OMP_NUM_THREADS": "1"},
        timeout=PATIENCE_S,
    )
    answer: Figures = json.loads(done.stdout)
    return answer


def _commit() -> str:
    changed = _git("status", "--porcelain", "csrc", "src", "benchmarks/peers")
    return _git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
