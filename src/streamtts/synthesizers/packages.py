"""What an engine needs from its optional packages, and how to say so."""

import difflib
import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from streamtts.engine import EngineError


def reason_missing(engine: str, modules: Iterable[str], install: str) -> str | None:
    """Why the engine cannot run, if a module is absent; nothing is imported to find out."""
    absent = [module for module in modules if find_spec(module) is None]
    if not absent:
        return None
    return f"{engine} needs {absent[0]}, which is not installed: {install}"


def require(reason: str | None) -> None:
    if reason:
        raise EngineError(reason)


def folder_of(package: str) -> Path | None:
    """Where a package lies, without importing it."""
    spec = find_spec(package)
    return (
        Path(next(iter(spec.submodule_search_locations)))
        if spec and spec.submodule_search_locations
        else None
    )


def check_voice(engine: str, voice: str, known: Iterable[str]) -> None:
    known = list(known)
    if voice not in known:
        near = difflib.get_close_matches(voice, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
        raise EngineError(f"{engine} has no voice {voice!r}: {hint}")


def limit_threads(threads: int) -> None:
    """For libraries that read it when first loaded, as numpy's; what the user has set is left."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, str(threads))
