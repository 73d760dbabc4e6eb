"""`streamtts doctor --apple`: our Metal kernels on this Mac, tried, timed, and used where they pay."""

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from streamtts._core import __version__
from streamtts.commands import gpu
from streamtts.commands.table import table
from streamtts.environment import Environment
from streamtts.errors import ExitStatus, UsageError
from streamtts.metal.cases import Sizes
from streamtts.metal.launching import Kernels
from streamtts.metal.trial import Finding, Stopwatch, findings, verdicts
from streamtts.metal.verdicts import Verdict, keep, save
from streamtts.metal.with_core import launching as with_core

_REPORT = "apple-report.json"
_HEADINGS = ("KERNEL", "CASE", "ERROR", "OURS", "PYTORCH", "MLX", "")
_TOLD = {
    "used": "used from now on",
    "slower": "turned off: slower than PyTorch here",
    "wrong": "turned off: not what it should compute",
    "refused": "turned off: this Mac does not compile it",
    "untimed": "right here, and not used: it was timed against nothing",
}
_ALONE = (
    "Times are what the GPU took. To have PyTorch's beside them, and the kernels used where they are faster:"
    " pip install --upgrade 'streamtts[nllb]', then this command again."
)


def examine(
    env: Environment,
    *,
    as_json: bool,
    kernels: Kernels | None = None,
    stopwatch: Stopwatch | None = None,
    sizes: Sizes | None = None,
) -> ExitStatus:
    """What was found is kept for this machine, system and PyTorch; FAILED if a kernel is wrong or refused.

    Without PyTorch nothing is kept, for then nothing is turned on.
    """
    kernels = kernels or _kernels()
    about = kernels.about
    found = []
    for finding in findings(kernels, stopwatch=stopwatch, sizes=sizes):
        found.append(finding)
        if not as_json:
            env.stderr.write(f"\rtrying {finding.family}, {finding.case}\033[K")
    if not as_json:
        env.stderr.write("\r\033[K")
    kept = verdicts(found)
    if kernels.by_torch:
        keep(about, kept, env.environ)
    report = {
        "machine": about,
        "streamtts": __version__,
        "gpu": gpu.facts(),
        "families": kept,
        "findings": [asdict(each) for each in found],
    }
    file = save(json.dumps(report, indent=1), env.environ, file=_REPORT)
    env.stdout.writelines([json.dumps(report) + "\n"] if as_json else _lines(about, found, kept, file))
    if not (as_json or kernels.by_torch):
        env.stdout.write(f"{_ALONE}\n")
    return ExitStatus.FAILED if {"wrong", "refused"} & set(kept.values()) else ExitStatus.OK


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


def _lines(about: str, found: Sequence[Finding], kept: Mapping[str, Verdict], file: Path) -> Iterator[str]:
    yield f"{about}; times are milliseconds a call\n\n"
    yield from table([_HEADINGS, *map(_row, found)])
    yield "\n"
    yield from (f"{family}: {_TOLD[verdict]}\n" for family, verdict in kept.items())
    yield f"\nAll of it is in {file}, for a bug report.\n"


def _row(finding: Finding) -> tuple[str, ...]:
    error = "-" if finding.error is None else f"{finding.error:.1e}"
    times = ("-" if ms is None else f"{ms:.3f}" for ms in (finding.ours_ms, finding.torch_ms, finding.mlx_ms))
    verdict = "" if finding.verdict == "used" else finding.verdict
    return (finding.family, finding.case, error, *times, finding.said[:60] or verdict)
