"""What a machine has that decides which models pay on it; nothing heavy is imported to know it."""

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Hardware = Literal["apple", "nvidia", "processor"]

HARDWARE: tuple[Hardware, ...] = get_args(Hardware)
NAMES = {"apple": "Apple silicon", "nvidia": "an NVIDIA GPU", "processor": "a processor alone"}

_GPUS = Path("/proc/driver/nvidia/gpus")
_PROGRAM = "nvidia-smi"  # under Windows there is no such folder
_GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Machine:
    """What computes, and with how much beside it."""

    hardware: Hardware
    cores: int
    memory_gb: float

    def __str__(self) -> str:
        cores = "one core" if self.cores == 1 else f"{self.cores} cores"
        return f"{NAMES[self.hardware]}, {cores}, {self.memory_gb:.0f} GB of memory"


@cache
def this_machine() -> Machine:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(hardware(sys.platform, platform.machine()), _cores(), memory / _GB)


def hardware(system: str, architecture: str, *, gpus: Path = _GPUS, programs: str | None = None) -> Hardware:
    """`programs` are the folders of PATH, unless the environment's hold."""
    if system == "darwin":
        return "apple" if architecture == "arm64" else "processor"
    if _has_entries(gpus) or shutil.which(_PROGRAM, path=programs):
        return "nvidia"
    return "processor"


def _has_entries(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
