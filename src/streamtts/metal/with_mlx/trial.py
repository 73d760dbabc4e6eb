"""Every family of kernels as MLX launches it: is it right, and faster than what MLX has itself?"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from streamtts.metal.cases import Sizes
from streamtts.metal.trial import Finding, Stopwatch, tried
from streamtts.metal.with_mlx.cases import cases, wide
from streamtts.metal.with_mlx.launching import Kernels


def findings(
    kernels: Kernels, *, stopwatch: Stopwatch | None = None, sizes: Sizes | None = None
) -> Iterator[Finding]:
    """One after the other, as they are tried."""
    mx, watch = kernels.mx, stopwatch or Stopwatch()

    def milliseconds(work: Any) -> float:
        # Begun one after the other and awaited once, as a decoder begins its steps.
        return watch.milliseconds(lambda: mx.async_eval(work()), mx.synchronize)

    for case in cases(kernels, sizes or Sizes()):
        yield tried(case, partial(wide, mx), milliseconds, launcher="mlx")
