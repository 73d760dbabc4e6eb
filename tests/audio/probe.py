"""Drives one output of the core through the `output_probe` program, without the player."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BUILDS = ("default", "asan", "tsan")
PATIENCE_S = 180
SUPPRESSIONS = Path(__file__).with_name("tsan.supp")


def program() -> str:
    """The newest build of it; skips where there is none."""
    built = [path for build in BUILDS if (path := ROOT / "build" / build / "tests/cpp/output_probe").exists()]
    if chosen := os.environ.get("STREAMTTS_OUTPUT_PROBE"):
        return chosen
    if not built:
        pytest.skip("output_probe is not built: make test-cpp builds it")
    return str(max(built, key=lambda path: path.stat().st_mtime))


@dataclass(frozen=True)
class Report:
    status: int
    out: bytes
    lines: list[str]

    def values(self, word: str) -> list[str]:
        return [line.removeprefix(word + " ") for line in self.lines if line.startswith(word + " ")]

    def value(self, word: str) -> str:
        return self.values(word)[-1]


def report(status: int, out: bytes, err: bytes) -> Report:
    return Report(status, out, err.decode().splitlines())


def settings(environment: dict[str, str] | None) -> dict[str, str]:
    return {**(environment or os.environ), "TSAN_OPTIONS": f"suppressions={SUPPRESSIONS}"}


def run(output: str, *steps: str, environment: dict[str, str] | None = None) -> Report:
    done = subprocess.run(
        [program(), output, *steps],
        capture_output=True,
        env=settings(environment),
        check=False,
        timeout=PATIENCE_S,
    )
    return report(done.returncode, done.stdout, done.stderr)


def start(output: str, *steps: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [program(), output, *steps], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=settings(environment)
    )


def finish(process: subprocess.Popen[bytes]) -> Report:
    out, err = process.communicate(timeout=PATIENCE_S)
    return report(process.returncode, out, err)
