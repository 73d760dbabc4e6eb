"""What a splitter costs with every delta, and how long it holds a sentence back. Knows no peer."""

import math
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from peers.splitters import Splitter


@dataclass(frozen=True, slots=True)
class Released:
    """A sentence, and what had been fed when it came; None if only the end of the text brought it."""

    sentence: str
    after: int | None


def deltas_of(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def released(split: Splitter, pieces: Iterable[str]) -> list[Released]:
    """Each sentence with the number of pieces it took."""
    taken, ended = 0, False

    def counted() -> Iterator[str]:
        nonlocal taken, ended
        for piece in pieces:
            taken += 1
            yield piece
        ended = True

    return [Released(sentence, None if ended else taken) for sentence in split(counted())]


def delays(text: str, found: Sequence[Released], size: int) -> list[int]:
    """Pieces fed beyond the one that completed each sentence; of a text fed in pieces of one size.

    A sentence that was changed cannot be found in the text again, and is left out.
    """
    end, late = 0, []
    for each in found:
        sentence = each.sentence.strip()
        at = text.find(sentence, end)
        if at < 0 or not sentence:
            continue
        end = at + len(sentence)
        if each.after is not None:
            late.append(each.after - math.ceil(end / size))
    return late


def best_spent_us(split: Splitter, texts: Sequence[Sequence[str]], rounds: int) -> list[float]:
    """For each delta the least time it ever took: whatever else this machine did is not in it."""
    rows = [[spent for deltas in texts for spent in _spent_ns(split, deltas)] for _ in range(rounds)]
    return [min(times) / 1e3 for times in zip(*rows, strict=True)]


def _spent_ns(split: Splitter, deltas: Sequence[str]) -> list[int]:
    """From when a delta is taken until the next one is asked for."""
    spent: list[int] = []

    def clocked() -> Iterator[str]:
        for delta in deltas:
            taken = time.perf_counter_ns()
            yield delta
            spent.append(time.perf_counter_ns() - taken)

    for _ in split(clocked()):
        pass
    return spent


def cpu_us(split: Splitter, texts: Sequence[Sequence[str]], rounds: int) -> float:
    """Processor time for a delta, ends of texts included: the best of several rounds."""
    return min(_cpu_s(split, texts) for _ in range(rounds)) * 1e6 / sum(map(len, texts))


def _cpu_s(split: Splitter, texts: Sequence[Sequence[str]]) -> float:
    began = time.process_time()
    for deltas in texts:
        for _ in split(iter(deltas)):
            pass
    return time.process_time() - began


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def summary(values: Sequence[float], less: float = 0.0) -> dict[str, float]:
    """Of at least two values, each less what measuring cost."""
    figures = {
        "min": min(values),
        "median": statistics.median(values),
        "p99": percentile(values, 99),
        "max": max(values),
    }
    return {name: max(0.0, figure - less) for name, figure in figures.items()}
