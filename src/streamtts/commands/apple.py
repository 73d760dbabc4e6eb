"""`streamtts doctor --apple`: our Metal kernels on this Mac, tried, timed, and used where they pay."""

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streamtts._core import __version__
from streamtts.commands import gpu
from streamtts.commands.table import table
from streamtts.environment import Environment
from streamtts.errors import ExitStatus, UsageError
from streamtts.metal.cases import Sizes
from streamtts.metal.launching import Kernels
from streamtts.metal.trial import Finding, Stopwatch, findings, verdicts
from streamtts.metal.verdicts import MLX_FILE, Verdict, keep, save
from streamtts.metal.with_core import launching as with_core
from streamtts.metal.with_mlx import launching as with_mlx
from streamtts.metal.with_mlx import trial as mlx_trial

_REPORT = "apple-report.json"
_HEADINGS = ("KERNEL", "CASE", "ERROR", "OURS", "PYTORCH", "MLX", "")
_TOLD = {
    "used": "used from now on",
    "slower": "turned off: slower than {rival} here",
    "wrong": "turned off: not what it should compute",
    "refused": "turned off: this Mac does not compile it",
    "untimed": "right here, and not used: it was timed against nothing",
}
_ALONE = (
    "Times are what the GPU took. To have PyTorch's beside them, and the kernels used where they are faster:"
    " pip install --upgrade 'streamtts[nllb]', then this command again."
)


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was found of the kernels of one launcher, which would take the place of what `rival` has."""

    about: str
    rival: str
    found: Sequence[Finding]

    @property
    def kept(self) -> Mapping[str, Verdict]:
        return verdicts(self.found)

    @property
    def report(self) -> dict[str, Any]:
        told = [asdict(each) for each in self.found]
        return {"machine": self.about, "families": self.kept, "findings": told}


def examine(
    env: Environment,
    *,
    as_json: bool,
    kernels: Kernels | None = None,
    mlx: with_mlx.Kernels | None = None,
    stopwatch: Stopwatch | None = None,
    sizes: Sizes | None = None,
) -> ExitStatus:
    """What was found is kept for this machine, system and launcher; FAILED if a kernel is wrong or refused.

    Without PyTorch nothing is kept of it, for then nothing is turned on. MLX is asked where it is installed.
    """
    kernels = kernels or _kernels()
    found = findings(kernels, stopwatch=stopwatch, sizes=sizes)
    by_torch = _Tried(kernels.about, "PyTorch", _watched(env, found, quiet=as_json))
    tried = [by_torch]
    if kernels.by_torch:
        keep(kernels.about, by_torch.kept, env.environ)
    report = {"streamtts": __version__, "gpu": gpu.facts(), **by_torch.report}
    if (mlx := mlx or _by_mlx()) is not None:
        found = mlx_trial.findings(mlx, stopwatch=stopwatch, sizes=sizes)
        by_mlx = _Tried(mlx.about, "MLX", _watched(env, found, quiet=as_json))
        keep(mlx.about, by_mlx.kept, env.environ, file=MLX_FILE)
        report["mlx"] = by_mlx.report
        tried.append(by_mlx)
    file = save(json.dumps(report, indent=1), env.environ, file=_REPORT)
    env.stdout.writelines([json.dumps(report) + "\n"] if as_json else _lines(tried, file))
    if not (as_json or kernels.by_torch):
        env.stdout.write(f"{_ALONE}\n")
    kept = {verdict for each in tried for verdict in each.kept.values()}
    return ExitStatus.FAILED if {"wrong", "refused"} & kept else ExitStatus.OK


def _watched(env: Environment, found: Iterator[Finding], *, quiet: bool) -> Sequence[Finding]:
    """All of them; which one was tried last is shown."""
    shown = []
    for finding in found:
        shown.append(finding)
        if not quiet:
            env.stderr.write(f"\rtrying {finding.family}, {finding.case}\033[K")
    if not quiet:
        env.stderr.write("\r\033[K")
    return shown


def _kernels() -> Kernels:
    if sys.platform != "darwin" or platform.machine() != "arm64":
        raise UsageError("--apple is for Macs with Apple silicon: `streamtts doctor` examines the rest")
    return _by_torch() or with_core.kernels()


def _by_torch() -> Kernels | None:
    """None unless it is here, launches kernels (from 2.7 on), and finds the GPU."""
    if find_spec("torch") is None:
        return None
    import torch  # noqa: PLC0415 - a second, and only where it is asked for

    if not torch.backends.mps.is_available() or not hasattr(torch.mps, "compile_shader"):
        return None
    return Kernels(torch, torch.mps.compile_shader)


def _by_mlx() -> with_mlx.Kernels | None:
    """None unless it is here and finds the GPU."""
    if find_spec("mlx") is None:
        return None
    import mlx.core as mx  # noqa: PLC0415 - only where it is asked for

    return with_mlx.Kernels(mx, mx.fast.metal_kernel) if mx.metal.is_available() else None


def _lines(tried: Sequence[_Tried], file: Path) -> Iterator[str]:
    for each in tried:
        yield f"{each.about}; times are milliseconds a call\n\n"
        yield from table([_HEADINGS, *map(_row, each.found)])
        yield "\n"
        yield from (
            f"{family}: {_TOLD[verdict].format(rival=each.rival)}\n" for family, verdict in each.kept.items()
        )
        yield "\n"
    yield f"All of it is in {file}, for a bug report.\n"


def _row(finding: Finding) -> tuple[str, ...]:
    error = "-" if finding.error is None else f"{finding.error:.1e}"
    times = ("-" if ms is None else f"{ms:.3f}" for ms in (finding.ours_ms, finding.torch_ms, finding.mlx_ms))
    verdict = "" if finding.verdict == "used" else finding.verdict
    return (finding.family, finding.case, error, *times, finding.said[:60] or verdict)
