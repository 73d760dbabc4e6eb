"""The comparison: two looks before anything is said, and then which stage, by how much, since when."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from gate.baseline import WAIT_MARGIN_MS, Baseline

Figure = TypeVar("Figure", int, float)
Look = Callable[[tuple[str, ...]], Mapping[str, Figure]]


def slower(baseline: Baseline, look: Look[float], now: str) -> Iterator[str]:
    """A sentence for each stage whose ratio is worse, twice in a row."""
    for name, ratio in _twice(look, tuple(baseline.ratios), baseline.worse_ratios):
        known = baseline.ratios[name]
        yield (
            f"{name} takes {ratio:.3f} times its yardstick; it took {known.ratio:.3f},"
            f" and up to {known.most:.3f} would be noise: {_since(baseline, now)}"
        )


def waiting(baseline: Baseline, look: Look[float], now: str) -> Iterator[str]:
    """A sentence for each stage that waits longer, twice in a row."""
    for name, wait_ms in _twice(look, tuple(baseline.waits_ms), baseline.worse_waits):
        known_ms = baseline.waits_ms[name]
        yield (
            f"{name} waits {wait_ms:.1f} ms a round; it waited {known_ms:.1f} ms,"
            f" and up to {known_ms + WAIT_MARGIN_MS:.1f} ms would be noise: {_since(baseline, now)}"
        )


def longer(baseline: Baseline, look: Look[int], now: str) -> Iterator[str]:
    """A sentence for each stage that takes more instructions."""
    for name, count in _twice(look, tuple(baseline.counts), baseline.worse_counts):
        known = baseline.counts[name]
        yield (
            f"{name} takes {count:,} instructions, {count / known - 1:+.1%} of {known:,}:"
            f" {_since(baseline, now)}"
        )


def _twice(
    look: Look[Figure], names: tuple[str, ...], worse: Callable[[Mapping[str, Figure]], Iterable[str]]
) -> Iterator[tuple[str, Figure]]:
    if suspects := tuple(worse(look(names))):
        again = look(suspects)
        for name in worse(again):
            yield name, again[name]


def _since(baseline: Baseline, now: str) -> str:
    return f"git log {baseline.commit}..{now} has what changed"
