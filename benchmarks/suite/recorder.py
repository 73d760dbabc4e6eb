"""What a benchmark is given to tell its figures to, and to have its rounds timed by."""

import time

from pytest_benchmark.fixture import BenchmarkFixture

from suite.figures import Figure, Samples, Work
from suite.run import Run
from suite.tables import said


class Recorder:
    """What a benchmark gets as `run`: takes its figures once they are known to be right."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.missed: list[str] = []

    def rounds(self, usual: int) -> int:
        """A third of them in a short run."""
        return max(3, usual // 3) if self._run.short else usual

    @property
    def short(self) -> bool:
        return self._run.short

    def add(self, found: Figure, *, must: bool = True) -> None:
        """A bar that is missed is told; where it `must` be met, the benchmark fails."""
        print(f"\n{said(found)}")
        self._run.figures.append(found)
        if must and not found.met:
            self.missed.append(said(found))

    def expect(self, bar: str, *, met: bool, must: bool = True) -> None:
        """A bar that is not one figure's alone."""
        if not met:
            print(f"\n{bar}: missed")
        if must and not met:
            self.missed.append(bar)


def benched(benchmark: BenchmarkFixture, rounds: int, work: Work, yardstick: Work) -> tuple[Samples, Samples]:
    """As `in_turns`, with pytest-benchmark's clock; its own JSON and its comparisons know the stage, too."""
    theirs, cpu_s = Samples(), list[float]()

    def counted() -> object:
        before_s = time.process_time()
        result = work()
        cpu_s.append(time.process_time() - before_s)
        return result

    benchmark.pedantic(counted, setup=lambda: theirs.take(yardstick), rounds=rounds)
    return Samples(list(benchmark.stats.stats.data), cpu_s), theirs
