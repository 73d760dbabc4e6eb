"""A stage against its yardstick, in turn, so that what else the machine does befalls both."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Stage:
    """`check` tells whether what is timed is right; `yardstick` is named, so that a ratio means something."""

    name: str
    work: Work
    yardstick: str
    measure: Work
    check: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of one pass on the clock, and how many times the yardstick's CPU time it took."""

    least_ms: float
    median_ms: float
    p99_ms: float
    cpu_ms: float
    ratio: float
    spread: float  # of the ratio: half of what the middle half of all rounds spans


def measured(stage: Stage, rounds: int) -> Figures:
    if not stage.check():
        raise AssertionError(f"{stage.name} is wrong, so its speed is of no interest")
    walls, cpus, ratios = [], [], []
    for _ in range(rounds):
        wall_s, cpu_s = _timed(stage.work)
        _, yardstick_s = _timed(stage.measure)
        walls.append(wall_s * 1e3)
        cpus.append(cpu_s * 1e3)
        ratios.append(cpu_s / yardstick_s)
    walls.sort()
    ratios.sort()
    quarter = rounds // 4
    return Figures(
        least_ms=walls[0],
        median_ms=median(walls),
        p99_ms=walls[-(-rounds * 99 // 100) - 1],
        cpu_ms=median(cpus),
        ratio=median(ratios),
        spread=(ratios[-1 - quarter] - ratios[quarter]) / 2,
    )


def table(figures: Mapping[str, tuple[str, Figures]]) -> str:
    lines = [f"{'':<12}{'min':>9}{'median':>9}{'p99':>9}{'CPU ms':>9}   times"]
    for name, (yardstick, found) in figures.items():
        values = (found.least_ms, found.median_ms, found.p99_ms, found.cpu_ms)
        figure = f"{found.ratio:.3f} (+- {found.spread:.3f}) {yardstick}"
        lines.append(f"{name:<12}" + "".join(f"{value:>9.2f}" for value in values) + f"   {figure}")
    return "\n".join(lines)


def _timed(work: Work) -> tuple[float, float]:
    """On the clock, and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu
