"""What an engine needs from its optional packages, and how to say so."""

import difflib
import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

from streamtts.engine import EngineError

_FEW = 8  # names, in a sentence


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
    require(unknown_voice(engine, voice, known))


def unknown_voice(engine: str, voice: str, known: Iterable[str]) -> str | None:
    """Why there is no such voice, if there is none, with the nearest."""
    known = list(dict.fromkeys(known))
    if voice in known:
        return None
    near = difflib.get_close_matches(voice, known, n=1)
    has = f"it has {', '.join(known)}" if len(known) <= _FEW else f"`streamtts voices {engine}` lists them"
    return f"{engine} has no voice {voice[:200]!r}: {f'did you mean {near[0]}?' if near else has}"


def objection(choose: Callable[..., object], *given: object) -> str | None:
    """The words of the EngineError that a choice ends in, if it does."""
    try:
        choose(*given)
    except EngineError as error:
        return str(error)
    return None


def limit_threads(threads: int) -> None:
    """For libraries that read it when first loaded, as numpy's; what the user has set is left."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, str(threads))
