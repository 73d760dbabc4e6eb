"""Every family of kernels, tried on the device that is here: is it right, and faster than PyTorch."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streamtts.metal import rivals, truths
from streamtts.metal.cases import Case, Sizes, cases
from streamtts.metal.launching import Kernels
from streamtts.metal.verdicts import Verdict

_WORST: tuple[Verdict, ...] = ("refused", "wrong", "untimed")


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """The best of some batches, each of so many calls."""

    clock: Callable[[], float] = time.perf_counter
    warm: int = 3
    batches: int = 5
    times: int = 20

    def milliseconds(self, work: Callable[[], object], synchronise: Callable[[], None]) -> float:
        for _ in range(self.warm):
            work()
        synchronise()
        best = float("inf")
        for _ in range(self.batches):
            start_s = self.clock()
            for _ in range(self.times):
                work()
            synchronise()
            best = min(best, self.clock() - start_s)
        return best / self.times * 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """Of one case; times are milliseconds a call, at best."""

    family: str
    case: str
    error: float | None = None  # relative to the largest value that is right; None where nothing came
    bar: float = 0.0
    ours_ms: float | None = None
    torch_ms: float | None = None
    mlx_ms: float | None = None
    said: str = ""  # by who refused it

    @property
    def verdict(self) -> Verdict:
        if self.said:
            return "refused"
        if self.error is None or not self.error <= self.bar:  # NaN is no number below
            return "wrong"
        if self.ours_ms is not None and self.torch_ms is not None and self.ours_ms > self.torch_ms:
            return "slower"
        return "used" if any(ms is not None for ms in (self.torch_ms, self.mlx_ms)) else "untimed"


def findings(
    kernels: Kernels, *, stopwatch: Stopwatch | None = None, sizes: Sizes | None = None
) -> Iterator[Finding]:
    """One after the other, as they are tried."""
    for case in cases(kernels, sizes or Sizes()):
        yield _tried(case, kernels.synchronise, stopwatch or Stopwatch(clock=kernels.clock))


def verdicts(found: Sequence[Finding]) -> Mapping[str, Verdict]:
    """A family is refused, wrong or without a rival if any case is; slower if all of them together are."""
    return {
        family: _verdict([each for each in found if each.family == family])
        for family in sorted({each.family for each in found})
    }


def _verdict(found: Sequence[Finding]) -> Verdict:
    each = {finding.verdict for finding in found}
    for worst in _WORST:
        if worst in each:
            return worst
    ours, theirs = (
        sum(getattr(finding, name) or 0.0 for finding in found) for name in ("ours_ms", "torch_ms")
    )
    return "slower" if ours > theirs else "used"


def _tried(case: Case, synchronise: Callable[[], None], stopwatch: Stopwatch) -> Finding:
    try:
        error = _apart(case.ours(), case.truth())
    except (RuntimeError, SyntaxError, ValueError, AttributeError) as refusal:
        said = " ".join(str(refusal).split())[:300] or type(refusal).__name__
        return Finding(case.family, case.name, said=said)
    ours, theirs = (
        None if work is None else stopwatch.milliseconds(work, synchronise)
        for work in (case.ours, case.theirs)
    )
    mlx = None
    if case.theirs is not None and case.by_mlx is not None:  # of MLX the whole call is timed, as of PyTorch
        mlx = rivals.timed(case.by_mlx, lambda work: stopwatch.milliseconds(work, lambda: None))
    return Finding(case.family, case.name, error, case.bar, ours, theirs, mlx)


def _apart(found: Any, truth: Any) -> float:
    return float(abs(truths.wide(found) - truth).max() / abs(truth).max())
