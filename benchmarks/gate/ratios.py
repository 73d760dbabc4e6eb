"""A stage against its yardstick, in turn, so that what else the machine does befalls both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from suite.figures import Figure, Work, figure, in_turns


@dataclass(frozen=True, slots=True)
class Stage:
    """`check` tells whether what is timed is right; `yardstick` is named, so that a ratio means something."""

    name: str
    work: Work
    yardstick: str
    measure: Work
    check: Callable[[], bool]


def measured(stage: Stage, rounds: int) -> Figure:
    """By CPU time, which a busy machine changes least."""
    if not stage.check():
        raise AssertionError(f"{stage.name} is wrong, so its speed is of no interest")
    ours, theirs = in_turns(rounds, stage.work, stage.measure)
    return figure("gate", stage.name, ours, {stage.yardstick: theirs}, by="CPU", right="its own check")


def table(figures: Iterable[Figure]) -> str:
    lines = [f"{'':<12}{'min':>9}{'median':>9}{'p99':>9}{'CPU ms':>9}   times"]
    for found in figures:
        values = (found.least, found.median, found.p99, found.cpu)
        against = f"{found.ratio:.3f} (+- {found.spread:.3f}) {found.against[0].name}"
        lines.append(f"{found.stage:<12}" + "".join(f"{value:>9.2f}" for value in values) + f"   {against}")
    return "\n".join(lines)
