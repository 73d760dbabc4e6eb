"""What is on this machine. Nothing here ever fetches anything."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from streamtts.engine import EngineError
from streamtts.models import hub_cache, manifest
from streamtts.models.amounts import amount
from streamtts.models.catalogue import Model, catalogue, find
from streamtts.models.folder import coming, derived_folder, folder
from streamtts.models.manifest import Manifest
from streamtts.models.tree import exists, files_in, size_of


class Whose(StrEnum):
    """Who put a model where it lies."""

    OURS = "ours"
    YOURS = "yours"
    CACHE = "the Hugging Face cache"


@dataclass(frozen=True, slots=True)
class Installed:
    """A model, complete as far as names and sizes tell."""

    place: Path
    whose: Whose
    size_bytes: int
    manifest: Manifest | None = None


def path(name: str, form: str = "", environ: Mapping[str, str] | None = None) -> Path:
    """What an engine opens: of a model of the catalogue, or a path.

    `form` is what `streamtts models convert` has made of it. Raises EngineError with the command that helps.
    """
    variables = os.environ if environ is None else environ
    if _is_path(name):
        return _given(name)
    model = find(name)
    if form:
        return _converted(model, form, variables)
    if found := installed(model, variables):
        return found.place / model.opens
    if is_damaged(model, variables):
        raise EngineError(f"the model {name} is damaged: run `{model.pull}`, which mends it")
    raise EngineError(
        f"the model {name} is not on this machine: run `{model.pull}` ({amount(model.size_bytes)})"
    )


def check(name: str, engine: str) -> None:
    """Raises UsageError for a name that no model of `engine` has; what is at a path is seen later."""
    if not _is_path(name):
        find(name, engine)


def derived(name: str, environ: Mapping[str, str] | None = None) -> Path:
    """A folder, to be made if need be, for what an engine makes of a model; it goes when the model does."""
    return derived_folder(folder(os.environ if environ is None else environ), name)


def form_name(model: Model, form: str) -> str:
    """The folder of what a model was converted to."""
    return f"{model.name}@{form}"


def installed(model: Model, environ: Mapping[str, str]) -> Installed | None:
    place = folder(environ) / model.name
    if (found := manifest.read(place)) is not None:
        if found.model != model.name or _lacking(place, found):
            return None
        return Installed(place, Whose.OURS, found.size_bytes, found)
    picked = model.pick(files_in(place))
    if not picked.lacking:
        return Installed(place, Whose.YOURS, _size(place, picked.names))
    if (cached := hub_cache.snapshot(model, environ)) is not None:
        return Installed(cached, Whose.CACHE, _size(cached, model.pick(files_in(cached)).names))
    return None


def is_damaged(model: Model, environ: Mapping[str, str]) -> bool:
    """Once complete, and no longer."""
    place = folder(environ) / model.name
    return (place / manifest.FILE).exists() and installed(model, environ) is None


def begun_bytes(model: Model, environ: Mapping[str, str]) -> int:
    """How much of it an interrupted pull has left, for the next to go on from."""
    return size_of(coming(folder(environ), model.name))


def _is_path(name: str) -> bool:
    return "/" in name or (name not in catalogue() and exists(Path(name)) and Path(name).is_file())


def _given(name: str) -> Path:
    with suppress(RuntimeError):  # nobody's home
        place = Path(name).expanduser()
        if exists(place):
            return place
    raise EngineError(
        f"there is no model {name[:200]!r}: give the path of one, or a name of `streamtts models`"
    )


def _converted(model: Model, form: str, environ: Mapping[str, str]) -> Path:
    place = folder(environ) / form_name(model, form)
    found = manifest.read(place)
    if found is None or _lacking(place, found):
        raise EngineError(
            f"the model {model.name} has not been converted to {form}: run"
            f" `streamtts models convert {model.name} --to {form}`"
        )
    return place


def _lacking(place: Path, found: Manifest) -> list[str]:
    return [file.name for file in found.files if not _has_size(place / file.name, file.size)]


def _has_size(file: Path, size: int) -> bool:
    try:
        return file.is_file() and file.stat().st_size == size
    except OSError:
        return False


def _size(place: Path, names: tuple[str, ...]) -> int:
    return sum((place / name).stat().st_size for name in names)
