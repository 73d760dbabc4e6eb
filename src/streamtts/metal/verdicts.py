"""What `streamtts doctor --apple` has found of each family of kernels on this machine, and kept."""

import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from streamtts.errors import StreamttsError
from streamtts.models.folder import data_folder

# Refused by the compiler; untimed where there was no rival.
Verdict = Literal["used", "wrong", "slower", "refused", "untimed"]

FILE = "apple.json"
MLX_FILE = "apple-mlx.json"  # of the kernels that MLX launches
_MOST_BYTES = 1 << 20


def machine(version: str, chip: str, launcher: str = "PyTorch") -> str:
    """Another system or launcher may compile and run the same kernels in another way."""
    return f"{chip}, macOS {platform.mac_ver()[0]}, {launcher} {version}"


def place(environ: Mapping[str, str], system: str = sys.platform, *, file: str = FILE) -> Path:
    return data_folder(environ, system) / file


def kept(about: str, environ: Mapping[str, str] | None = None, *, file: str = FILE) -> Mapping[str, str]:
    """By family; nothing if there is no verdict, or one on another machine."""
    try:
        with place(os.environ if environ is None else environ, file=file).open("rb") as opened:
            found = json.loads(opened.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError, StreamttsError):
        return {}
    if not isinstance(found, dict) or found.get("machine") != about:
        return {}
    families = found.get("families")
    if not isinstance(families, dict):
        return {}
    return {str(name): verdict for name, verdict in families.items() if isinstance(verdict, str)}


def keep(
    about: str, families: Mapping[str, Verdict], environ: Mapping[str, str], *, file: str = FILE
) -> Path:
    return save(json.dumps({"machine": about, "families": dict(families)}), environ, file=file)


def save(text: str, environ: Mapping[str, str], *, file: str) -> Path:
    """All at once: whoever reads it meanwhile finds the old or the new."""
    whole = place(environ, file=file)
    part = whole.with_suffix(".part")
    try:
        whole.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_text(f"{text}\n", encoding="utf-8")
        part.replace(whole)
    except OSError as error:
        raise StreamttsError(f"cannot write {whole}: {error.strerror}; make room or set HOME") from error
    return whole
