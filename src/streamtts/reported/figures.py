"""Many values as a few: percentiles, bins, and spans that have grown together."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from streamtts.reported.run import Span, Standing

P95_FROM, P99_FROM = 11, 21  # with fewer it would be the slowest one
_BINS_A_DECADE = 6


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest rank: one of the values."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


@dataclass(frozen=True, slots=True)
class Summary:
    count: int
    median: float | None
    p95: float | None
    p99: float | None
    most: float | None


def summary(ordered: Sequence[float]) -> Summary:
    count = len(ordered)
    return Summary(
        count,
        median(ordered) if ordered else None,
        percentile(ordered, 95) if count >= P95_FROM else None,
        percentile(ordered, 99) if count >= P99_FROM else None,
        ordered[-1] if ordered else None,
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Milliseconds on a logarithmic axis of whole decades; what lies below belongs to its beginning."""

    low: int
    high: int

    @classmethod
    def over(cls, values: Iterable[float]) -> "Scale":
        places = [math.log10(max(value, 1.0)) for value in values]
        low = math.floor(min(places, default=0.0))
        return cls(low, max(low + 1, math.ceil(max(places, default=0.0) + 1e-9)))

    @property
    def bins(self) -> int:
        return (self.high - self.low) * _BINS_A_DECADE

    def place(self, value: float) -> float:
        """From 0 to 1."""
        return min(1.0, max(0.0, (math.log10(max(value, 1.0)) - self.low) / (self.high - self.low)))

    def counts(self, values: Iterable[float]) -> Sequence[int]:
        found = [0] * self.bins
        for value in values:
            found[min(self.bins - 1, int(self.place(value) * self.bins))] += 1
        return found


def merged(spans: Iterable[Span], nearer_ms: float = 0.0) -> Sequence[Span]:
    """Those that overlap, or lie nearer than that, as one."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1] + nearer_ms:
            whole[-1] = whole[-1][0], max(whole[-1][1], end)
        else:
            whole.append((start, end))
    return whole


def length(spans: Iterable[Span]) -> float:
    return math.fsum(end - start for start, end in spans)


def busy(spans: Iterable[Span], whole_ms: float, parts: int) -> Sequence[float]:
    """Of each of so many equal parts of the whole, the share that lies in one of the spans."""
    shares = [0.0] * parts
    part_ms = whole_ms / parts
    for start, end in spans:
        for at in range(int(start / part_ms), min(parts - 1, int(end / part_ms)) + 1):
            shares[at] += max(0.0, min(end, (at + 1) * part_ms) - max(start, at * part_ms)) / part_ms
    return shares


def common(some: Sequence[Span], others: Sequence[Span]) -> float:
    """How long both last; each is in order and without overlaps."""
    shared, at = 0.0, 0
    for start, end in some:
        while at < len(others) and others[at][1] <= start:
            at += 1
        beyond = at
        while beyond < len(others) and others[beyond][0] < end:
            shared += max(0.0, min(end, others[beyond][1]) - max(start, others[beyond][0]))
            beyond += 1
        at = max(at, beyond - 1)
    return shared


def steps(standings: Sequence[Standing], span_ms: float, most: int) -> Sequence[tuple[float, float]]:
    """(time, lag); where there are more than `most`, the highest of each of so many equal parts."""
    if len(standings) <= most:
        return [(standing.at_ms, standing.lag_ms) for standing in standings]
    peaks: list[float | None] = [None] * most
    ends = [0.0] * most
    for standing in standings:
        part = min(most - 1, max(0, int(standing.at_ms / span_ms * most)))
        peaks[part] = max(peaks[part] or 0.0, standing.lag_ms)
        ends[part] = standing.lag_ms
    thinned, level = [], 0.0
    for part, peak in enumerate(peaks):
        thinned.append((part * span_ms / most, max(level, peak or 0.0)))
        if peak is not None:
            level = ends[part]
    return thinned
