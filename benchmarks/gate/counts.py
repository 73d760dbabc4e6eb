"""Instructions of the C++ stages, counted by callgrind: the same on a busy machine as on a quiet one.

They are compared on the same processor, by the same compiler, alone. A yardstick counted beside them would
not change that: the C library and simdjson choose their code by what the processor can do, so that other
copies and other scans are counted. Each stage has its own share of those; no one factor is right for all.
"""

import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from scan_log import captures

ROOT = Path(__file__).resolve().parent.parent.parent
COUNTER = ROOT / "build/default/benchmarks/cpp/count_stages"
STAGES = ("scan", "clean", "split", "protect", "delta", "resample", "stretch", "ring")

_CPUINFO = Path("/proc/cpuinfo")
_COLLECTED = re.compile(r"Collected : (\d+)")


def missing() -> str | None:
    """Why nothing can be counted here."""
    if shutil.which("valgrind") is None:
        return "valgrind is not installed: apt-get install valgrind"
    if not COUNTER.exists():
        return "what runs them is not built: make counter"
    return None


def builder() -> str:
    """What compiled the counter and what runs it: libraries have other code for other processors."""
    with COUNTER.open("rb") as file:
        found = re.search(rb"GCC: \([^)]*\) [\d.]+|clang version [\d.]+", file.read())
    model = re.search(r"^model name\s*:\s*(.+)$", _CPUINFO.read_text(encoding="utf-8"), re.MULTILINE)
    processor = model[1] if model else platform.machine()
    return f"{found[0].decode() if found else 'unknown'}, {processor}"


def counted(folder: Path, stages: tuple[str, ...] = STAGES, passes: int = 1) -> Mapping[str, int]:
    log = folder / "log.jsonl"
    log.write_bytes(b"".join(captures()))
    return {stage: _instructions(stage, log, passes) for stage in stages}


def _instructions(stage: str, log: Path, passes: int) -> int:
    profiler = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=counted"]
    done = subprocess.run(
        [*profiler, COUNTER, stage, log, str(passes)], check=True, capture_output=True, text=True
    )
    found = _COLLECTED.search(done.stderr)
    if found is None:
        raise RuntimeError(f"callgrind told no count of {stage}: {done.stderr}")
    return int(found[1])
