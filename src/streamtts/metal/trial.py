"""Every family of kernels, tried on the device that is here: is it right, and faster than PyTorch."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

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
    def theirs_ms(self) -> float | None:
        """Of whose place the kernel would take."""
        return self.mlx_ms if self.torch_ms is None else self.torch_ms

    @property
    def verdict(self) -> Verdict:
        if self.said:
            return "refused"
        if self.error is None or not self.error <= self.bar:  # NaN is no number below
            return "wrong"
        if self.ours_ms is None or self.theirs_ms is None:
            return "untimed"
        return "slower" if self.ours_ms > self.theirs_ms else "used"


def findings(
    kernels: Kernels, *, stopwatch: Stopwatch | None = None, sizes: Sizes | None = None
) -> Iterator[Finding]:
    """One after the other, as they are tried."""
    watch = stopwatch or Stopwatch(clock=kernels.clock)
    milliseconds = partial(watch.milliseconds, synchronise=kernels.synchronise)
    for case in cases(kernels, sizes or Sizes()):
        found = tried(case, truths.wide, milliseconds, launcher="torch")
        if found.torch_ms is not None and case.by_mlx is not None:  # of MLX the whole call is timed, too
            mlx = rivals.timed(case.by_mlx, lambda work: watch.milliseconds(work, lambda: None))
            found = replace(found, mlx_ms=mlx)
        yield found


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
        sum(getattr(finding, name) or 0.0 for finding in found) for name in ("ours_ms", "theirs_ms")
    )
    return "slower" if ours > theirs else "used"


def tried(
    case: Case,
    wide: Callable[[Any], truths.Truth],
    milliseconds: rivals.Timed,
    *,
    launcher: Literal["torch", "mlx"],
) -> Finding:
    """Compared with what its launcher has itself; `wide` makes an array of 64 bits of what a kernel made."""
    try:
        made, truth = wide(case.ours()), case.truth()
    except (RuntimeError, SyntaxError, ValueError, AttributeError) as refusal:
        said = " ".join(str(refusal).split())[:300] or type(refusal).__name__
        return Finding(case.family, case.name, said=said)
    error = float(abs(made - truth).max() / abs(truth).max())
    ours = milliseconds(case.ours)
    theirs = None if case.theirs is None else milliseconds(case.theirs)
    found = Finding(case.family, case.name, error, case.bar, ours)
    return replace(found, torch_ms=theirs) if launcher == "torch" else replace(found, mlx_ms=theirs)
