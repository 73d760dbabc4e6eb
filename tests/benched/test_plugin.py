"""pytest collects what benchmarks measure: right, too slow, wrong, or not to be run here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
BENCHES = """
import pytest
from suite.figures import Bar, Samples, figure

def told(stage, most):
    return figure("text", stage, Samples([2]), {"one": Samples([1])}, right="it is", bar=Bar("ratio", most))

def bench_right(run):
    run.add(told("right", 2))

def bench_slow(run):
    run.add(told("slow", 1))

def bench_hoped_for(run):
    run.add(told("hoped for", 1), must=False)

def bench_wrong(run):
    assert run.rounds(30) == 31

def bench_absent(run):
    pytest.skip("there is none")
"""


def benched(folder: Path, *flags: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    (folder / "bench_it.py").write_text(BENCHES, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\npython_files=bench_*.py\npython_functions=bench_*\n")
    saved = folder / "run.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "suite.plugin", "--figures", str(saved), *flags]
    environment = {**os.environ, "PYTHONPATH": str(BENCHMARKS)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return done, json.loads(saved.read_text(encoding="utf-8"))


def test_what_is_missed_fails_but_what_is_only_hoped_for(tmp_path: Path) -> None:
    done, saved = benched(tmp_path)
    assert done.returncode == 1
    assert "3 passed, 1 skipped, 1 error" in done.stdout.replace("1 failed, ", "")
    assert "the bar is missed: slow" in done.stdout
    assert "the bar is missed: hoped for" not in done.stdout
    assert [figure["stage"] for figure in saved["figures"]] == ["right", "slow", "hoped for"]


def test_only_what_is_wrong_counts_as_failed_and_what_is_absent_says_why(tmp_path: Path) -> None:
    done, saved = benched(tmp_path, "--short")
    assert saved["skipped"] == {"bench_it.py::bench_absent": "there is none"}
    assert list(saved["failed"]) == ["bench_it.py::bench_wrong"]
    assert saved["short"] is True
    assert "not run: bench_it.py::bench_absent: there is none" in done.stdout
    assert "assert 10 == 31" in done.stdout
