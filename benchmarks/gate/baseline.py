"""What the figures were, and whether they are worse now."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

FILE = Path(__file__).resolve().parent.parent / "baseline.json"

# A count is exact; a ratio moves by some percent with what the caches hold, a wait with how threads meet.
COUNT_MARGIN, RATIO_MARGIN, WAIT_MARGIN_MS = 0.02, 0.10, 10.0


class BaselineError(Exception):
    """There is none that anything could be compared with."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The ratio of several runs, and how far the farthest of them lay from it."""

    ratio: float
    spread: float

    @property
    def most(self) -> float:
        return self.ratio * (1 + RATIO_MARGIN) + self.spread


@dataclass(frozen=True, slots=True)
class Baseline:
    commit: str
    machine: str
    builder: str  # of what was counted
    ratios: Mapping[str, Remembered] = field(default_factory=dict)
    waits_ms: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def must_know(self, stages: Iterable[str], counted: Iterable[str]) -> None:
        """A stage without a figure would never be called slower."""
        kinds = (
            ("ratios", self.ratios, stages),
            ("waits", self.waits_ms, stages),
            ("counts", self.counts, counted),
        )
        for kind, known, wanted in kinds:
            if odd := set(known) ^ set(wanted):
                names = ", ".join(sorted(odd))
                raise BaselineError(
                    f"the baseline and the stages differ in {kind}: {names}; make bench-baseline"
                )

    def worse_ratios(self, found: Mapping[str, float]) -> Iterator[str]:
        for name, ratio in found.items():
            known = self.ratios.get(name)
            if known is not None and ratio > known.most:
                yield name

    def worse_waits(self, found: Mapping[str, float]) -> Iterator[str]:
        for name, wait_ms in found.items():
            known_ms = self.waits_ms.get(name)
            if known_ms is not None and wait_ms > known_ms + WAIT_MARGIN_MS:
                yield name

    def worse_counts(self, found: Mapping[str, int]) -> Iterator[str]:
        for name, count in found.items():
            known = self.counts.get(name)
            if known is not None and count > known * (1 + COUNT_MARGIN):
                yield name


def remembered(ratios: Sequence[float]) -> Remembered:
    usual = median(ratios)
    return Remembered(usual, max(abs(ratio - usual) for ratio in ratios))


def load(path: Path = FILE) -> Baseline:
    try:
        known = json.loads(path.read_bytes())
        ratios = {
            name: Remembered(_number(each["ratio"]), _number(each["spread"]))
            for name, each in known["ratios"].items()
        }
        waits_ms = {name: _number(each) for name, each in known["waits_ms"].items()}
        counts = {name: int(_number(each)) for name, each in known["counts"].items()}
        commit, machine, builder = (str(known[name]) for name in ("commit", "machine", "builder"))
        return Baseline(commit, machine, builder, ratios, waits_ms, counts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BaselineError(
            f"{path} is no baseline ({type(error).__name__}: {error}): make bench-baseline makes one"
        ) from None


def save(baseline: Baseline, path: Path = FILE) -> None:
    ratios = {
        name: {"ratio": round(each.ratio, 4), "spread": round(each.spread, 4)}
        for name, each in baseline.ratios.items()
    }
    written = {
        "commit": baseline.commit,
        "machine": baseline.machine,
        "builder": baseline.builder,
        "ratios": ratios,
        "waits_ms": {name: round(each, 2) for name, each in baseline.waits_ms.items()},
        "counts": dict(baseline.counts),
    }
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _number(value: object) -> float:
    """Against anything else, or against what is not a number, nothing would ever be worse."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"{value!r} is no figure")
    return value
