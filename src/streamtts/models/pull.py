"""Brings a model onto this machine: from what lies on it already, else from the hub."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from streamtts.models import hub_cache, manifest
from streamtts.models.amounts import amount
from streamtts.models.catalogue import Model
from streamtts.models.digest import Expected, digest_of
from streamtts.models.folder import check_space, folder, locked, made, swapped_in, unwritable
from streamtts.models.folder import staging as staging_folder
from streamtts.models.hub import Hub, offline_because
from streamtts.models.local import Local
from streamtts.models.manifest import Manifest
from streamtts.models.parcels import installed_parcels
from streamtts.models.report import World
from streamtts.models.source import Source
from streamtts.models.store import Installed, Whose, installed
from streamtts.models.tree import names_in
from streamtts.models.trouble import ModelError


@dataclass(frozen=True, slots=True)
class Pulled:
    """Where the model lies now, and where it came from; nowhere if it was there already."""

    place: Path
    source: str
    size_bytes: int


def pull(model: Model, world: World, given: Path | None = None) -> Pulled:
    """Raises ModelError. What a broken attempt has brought is kept for the next."""
    root = folder(world.environ)
    if (found := _sound(model, world)) is not None:
        return found
    with locked(root, model.name, world):
        if (found := _sound(model, world)) is not None:  # whoever had the lock has brought it
            return found
        _refuse_what_is_not_ours(root / model.name)
        source = _source(model, given, world)
        world.report.say(f"{model.name} ({model.terms}) from {source.title}")
        return _brought(model, source, root, world)


def _sound(model: Model, world: World) -> Pulled | None:
    """What is here already, if every byte of it is right."""
    found = installed(model, world.environ)
    if found is None:
        return None
    world.report.begin(f"checking {model.name}", found.size_bytes)
    try:
        broken = [file.name for file in _wanted(model, found) if not _is_good(found.place, file, world)]
    finally:
        world.report.end()
    if not broken:
        return Pulled(found.place, "", found.size_bytes)
    if found.whose is Whose.YOURS:
        raise ModelError(
            f"{found.place / broken[0]} is damaged, and not from us: remove it, then run `{model.pull}` again"
        )
    world.report.say(f"{broken[0]} in {found.place} is damaged: fetching {model.name} anew")
    return None


def _wanted(model: Model, found: Installed) -> Sequence[Expected]:
    if found.manifest is not None:
        return found.manifest.files
    if found.whose is Whose.CACHE:
        return hub_cache.expected(model, found.place)
    return [
        Expected(name, (found.place / name).stat().st_size, sha256)
        for name, sha256 in model.sha256.items()
        if (found.place / name).is_file()
    ]


def _is_good(place: Path, file: Expected, world: World) -> bool:
    try:
        return digest_of(place / file.name, file, world.report.advance).good
    except OSError:
        return False


def _refuse_what_is_not_ours(place: Path) -> None:
    if place.is_symlink() or (place.exists() and manifest.read(place) is None and any(place.iterdir())):
        raise ModelError(f"{place} is in the way, and not from us: move it elsewhere")


def _source(model: Model, given: Path | None, world: World) -> Source:
    """What the user gives; else what is installed on this machine; else the hub."""
    if given is not None:
        return Local(model, given, world)
    if (parcels := installed_parcels(model, world)) is not None:
        return parcels
    if why := offline_because(world):
        raise ModelError(
            f"{model.name} is not on this machine, and {why} forbids the network: allow it, or give the files"
            f" with `{model.pull} --from FOLDER`"
        )
    return Hub(model, world)


def _brought(model: Model, source: Source, root: Path, world: World) -> Pulled:
    wanted = source.files()
    staging = staging_folder(root, model.name)
    total = sum(file.size for file in wanted)
    check_space(root, total - sum(_had(staging, file) for file in wanted), model.name)
    world.report.begin(f"{model.name}, {amount(total)}", total)
    try:
        digests = [_stage(source, file, staging, world) for file in wanted]
    finally:
        world.report.end()
    files = tuple(replace(file, sha256=sha256) for file, sha256 in zip(wanted, digests, strict=True))
    _keep_only(files, staging)
    manifest.write(staging, Manifest(model.name, source.title, files))
    swapped_in(staging, root / model.name)
    return Pulled(root / model.name, source.title, total)


def _had(staging: Path, file: Expected) -> int:
    return max(
        min(place.stat().st_size, file.size) if place.is_file() else 0 for place in _places(staging, file)
    )


def _places(staging: Path, file: Expected) -> tuple[Path, Path]:
    """Where the file is once it is checked, and until then."""
    return staging / file.name, staging / f"{file.name}.part"


def _stage(source: Source, file: Expected, staging: Path, world: World) -> str:
    """The SHA-256 of the file, which now lies checked in the staging folder."""
    done, part = _places(staging, file)
    made(done.parent)
    if done.is_file() and not done.is_symlink():
        digest = digest_of(done, file, world.report.advance)
        if digest.good:
            return digest.sha256
        world.report.advance(-digest.size)
    digest = source.bring(file, part)
    try:
        part.replace(done)
    except OSError as error:
        raise unwritable(done, error) from error
    return digest.sha256


def _keep_only(files: Sequence[Expected], staging: Path) -> None:
    """What an older attempt has left of a model that has changed since goes."""
    for name in set(names_in(staging)) - {file.name for file in files}:
        (staging / name).unlink()
