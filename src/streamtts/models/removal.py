"""Takes models away: only what we have brought."""

from pathlib import Path

from streamtts.models import manifest
from streamtts.models.catalogue import Model
from streamtts.models.folder import coming, derived_folder, discard, folder, locked
from streamtts.models.report import World
from streamtts.models.store import Whose, installed
from streamtts.models.tree import names_in, size_of
from streamtts.models.trouble import ModelError


def remove(model: Model, world: World) -> int:
    """The bytes that are free now; what was made of the model goes, too, and what a broken pull has left."""
    root = folder(world.environ)
    if not root.is_dir():
        raise ModelError(_absent(model, world))
    with locked(root, model.name, world):
        places = [place for place in _places(model, root) if place.is_symlink() or place.exists()]
        for place in places:
            _refuse_what_is_not_ours(place, model, root)
        if not places:
            raise ModelError(_absent(model, world))
        freed = sum(map(size_of, places))
        for place in places:
            discard(place, root)
    return freed


def _places(model: Model, root: Path) -> list[Path]:
    forms = sorted(root.glob(f"{model.name}@*"))
    return [root / model.name, *forms, coming(root, model.name), derived_folder(root, model.name)]


def _refuse_what_is_not_ours(place: Path, model: Model, root: Path) -> None:
    if place.is_symlink() or not place.is_dir():
        raise ModelError(f"{place} is not from us, so it stays: remove it yourself")
    if place.parent != root:  # where only we write
        return
    known = manifest.read(place)
    if known is None or known.model not in (model.name, place.name):
        raise ModelError(f"{place} is not from us, so it stays: remove it yourself")
    ours = {manifest.FILE, *(file.name for file in known.files)}
    if foreign := sorted(set(names_in(place)) - ours):
        raise ModelError(
            f"{place} holds {foreign[0]!r}, which is not from us, so all of it stays: move that away first"
        )


def _absent(model: Model, world: World) -> str:
    found = installed(model, world.environ)
    if found is not None and found.whose is Whose.CACHE:
        return (
            f"{model.name} lies in the Hugging Face cache, which other programs use too: remove {found.place}"
            " yourself if nothing needs it"
        )
    return f"{model.name} is not on this machine: there is nothing to remove"
