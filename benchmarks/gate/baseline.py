"""What the figures were, and whether they are worse now."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

FILE = Path(__file__).resolve().parent.parent / "baseline.json"

# A count is exact; a ratio moves by some percent with what a machine's caches hold.
COUNT_MARGIN, RATIO_MARGIN = 0.02, 0.10


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
    counts: Mapping[str, int] = field(default_factory=dict)

    def worse_ratios(self, found: Mapping[str, float]) -> Iterator[str]:
        for name, ratio in found.items():
            known = self.ratios.get(name)
            if known is not None and ratio > known.most:
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
    known = json.loads(path.read_text(encoding="utf-8"))
    ratios = {name: Remembered(**each) for name, each in known.pop("ratios").items()}
    return Baseline(ratios=ratios, **known)


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
        "counts": dict(baseline.counts),
    }
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
