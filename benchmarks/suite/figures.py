"""A figure: least, median and p99 of a stage, its CPU time, and its ratios to what else does the same."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal, Self

Work = Callable[[], object]
By = Literal["clock", "CPU"]


@dataclass(slots=True)
class Samples:
    """Seconds of each round on the clock, and of the processor as far as they are known."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def take(self, work: Work) -> None:
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        work()
        self.wall_s.append(time.perf_counter() - wall_s)
        self.cpu_s.append(time.process_time() - cpu_s)

    def by(self, what: By) -> list[float]:
        return self.wall_s if what == "clock" else self.cpu_s


@dataclass(frozen=True, slots=True)
class Against:
    """Another on the same work in the same run: `ratio` is how many times its time ours took."""

    name: str
    median: float
    ratio: float
    spread: float  # of the ratio: half of what the middle half of all rounds spans


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must not exceed, in its unit; or its ratio to the first yardstick."""

    of: Literal["least", "median", "p99", "cpu", "ratio"]
    most: float


@dataclass(frozen=True, slots=True)
class Figure:
    group: str  # the table that it stands in
    stage: str
    unit: str
    rounds: int
    least: float
    median: float
    p99: float
    cpu: float | None  # in the same unit, the median of a round
    by: By  # what the ratios compare
    against: tuple[Against, ...]
    right: str  # what was checked before it counted
    bar: Bar | None = None

    @property
    def ratio(self) -> float:
        return self.against[0].ratio

    @property
    def spread(self) -> float:
        return self.against[0].spread

    @property
    def met(self) -> bool:
        return self.bar is None or float(getattr(self, self.bar.of)) <= self.bar.most

    @classmethod
    def read(cls, saved: Mapping[str, Any]) -> Self:
        against = tuple(Against(**each) for each in saved["against"])
        bar = Bar(**saved["bar"]) if saved["bar"] else None
        return cls(**{**saved, "against": against, "bar": bar})


def figure(
    group: str,
    stage: str,
    ours: Samples,
    yardsticks: Mapping[str, Samples],
    *,
    right: str,
    unit: str = "ms",
    times: float = 1e3,
    by: By = "clock",
    bar: Bar | None = None,
) -> Figure:
    """`times` makes the unit of a round's seconds; the first yardstick is the one that counts."""
    if not (right and yardsticks):
        raise ValueError(f"{stage}: a figure without a check or a yardstick says nothing")
    walls = sorted(second * times for second in ours.wall_s)
    return Figure(
        group=group,
        stage=stage,
        unit=unit,
        rounds=len(walls),
        least=walls[0],
        median=median(walls),
        p99=walls[-(-len(walls) * 99 // 100) - 1],
        cpu=median(ours.cpu_s) * times if ours.cpu_s else None,
        by=by,
        against=tuple(
            Against(name, median(theirs.by(by)) * times, *_ratio(ours.by(by), theirs.by(by)))
            for name, theirs in yardsticks.items()
        ),
        right=right,
        bar=bar,
    )


def in_turns(rounds: int, work: Work, *yardsticks: Work) -> list[Samples]:
    """All of them once a round, so that what else the machine does befalls all."""
    found = [Samples() for _ in (work, *yardsticks)]
    for _ in range(rounds):
        for samples, each in zip(found, (work, *yardsticks), strict=True):
            samples.take(each)
    return found


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Its median and its spread: round by round where both took turns, else of the medians, without one."""
    if len(ours) != len(theirs):
        return median(ours) / median(theirs), 0.0
    ratios = sorted(one / other for one, other in zip(ours, theirs, strict=True))
    quarter = len(ratios) // 4
    return median(ratios), (ratios[-1 - quarter] - ratios[quarter]) / 2
