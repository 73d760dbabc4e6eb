"""Where a session runs and how it is set, for its trace: what makes two of them comparable."""

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

from streamtts._core import __version__
from streamtts.configuration.config import Config

_CPUINFO = Path("/proc/cpuinfo")
_MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)
_MIB = 1024 * 1024


def surroundings(config: Config) -> Mapping[str, object]:
    """No names of people, machines or files."""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": _processor(),
        "cpus": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MIB,
        "source": config.source,
        "to": config.to,
        "translator": [_without_path(spec) for spec in config.translator],
        "voice": [_without_path(spec) for spec in config.voice],
        "quality": config.quality,
        "output": config.output.partition(":")[0],
        "speed": config.speed,
        "lag": config.lag,
        "threads": config.threads,
    }


def _processor() -> str:
    try:
        found = _MODEL.search(_CPUINFO.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        found = None
    return found[1] if found else platform.processor()


def _without_path(spec: str) -> str:
    """`piper:/home/me/voice.onnx` is told as `piper:voice.onnx`."""
    engine, colon, name = spec.partition(":")
    return engine + colon + name.rpartition("/")[2]
