"""A run of the suite as it is saved: its figures, what was left out and why, and where it ran."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from streamtts.configuration.config import Config
from streamtts.surroundings import surroundings
from suite.engines import versions
from suite.figures import Figure

ROOT = Path(__file__).resolve().parent.parent.parent
LATEST, KEPT = ROOT / "build/bench/latest.json", ROOT / "benchmarks/run.json"
_OF_THE_MACHINE = ("processor", "cpus", "memory_mib", "system")


@dataclass(slots=True)
class Run:
    when: str
    commit: str  # with a + if files had been changed since
    machine: Mapping[str, object]
    versions: Mapping[str, str]
    short: bool = False
    seconds: float = 0.0
    load_before: float = 0.0
    load_after: float = 0.0
    figures: list[Figure] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)  # the benchmark, and why
    failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, *, short: bool) -> Self:
        about = surroundings(Config())
        return cls(
            when=datetime.now(UTC).isoformat(timespec="minutes"),
            commit=_commit(),
            machine={name: about[name] for name in _OF_THE_MACHINE},
            versions={"streamtts": str(about["version"]), "python": platform.python_version(), **versions()},
            short=short,
            load_before=os.getloadavg()[0],
        )

    def end(self, began_s: float) -> None:
        self.seconds = round(time.monotonic() - began_s)
        self.load_after = os.getloadavg()[0]

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        rounded = json.loads(json.dumps(asdict(self)), parse_float=_four_digits)
        path.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        figures = [Figure.read(each) for each in saved.pop("figures")]
        return cls(**saved, figures=figures)


def _four_digits(number: str) -> float:
    return float(f"{float(number):.4g}")


def _commit() -> str:
    """Empty where there is no git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()
