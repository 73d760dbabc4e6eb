"""Other forms of a model, for engines that want their own; packages bring converters through entry points."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from streamtts.errors import UsageError
from streamtts.models import manifest
from streamtts.models.catalogue import Model
from streamtts.models.digest import Expected, digest_of
from streamtts.models.folder import coming, discard, folder, locked, staging, swapped_in
from streamtts.models.manifest import Manifest
from streamtts.models.report import World
from streamtts.models.store import form_name, path
from streamtts.models.tree import names_in
from streamtts.models.trouble import ModelError

GROUP = "streamtts.converters"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Converter:
    """How a converter presents itself, before anything heavy is imported."""

    form: str  # its name, and that of what it makes
    summary: str
    engines: Sequence[str]  # those whose models it takes
    missing: Callable[[], str | None]  # why it cannot run here, ending in what to do; None if it can
    convert: Callable[
        [Path, Path, Say], None
    ]  # from what the engine opens, into an empty folder; EngineError


def converters() -> list[str]:
    return sorted({point.name for point in entry_points(group=GROUP)})


def convert(model: Model, form: str, world: World) -> Path:
    """Raises EngineError or ModelError; what is there already in this form is made anew."""
    converter = _converter(form, model)
    if reason := converter.missing():
        raise ModelError(reason)
    source = path(model.name, environ=world.environ)
    root, name = folder(world.environ), form_name(model, converter.form)
    with locked(root, name, world):
        if (leftover := coming(root, name)).exists():
            discard(leftover, root)
        target = staging(root, name)
        world.report.say(f"converting {model.name} to {converter.form}")
        converter.convert(source, target, world.report.say)
        files = tuple(_made(target, each) for each in sorted(names_in(target)))
        if not files:
            raise ModelError(
                f"the converter {converter.form} has made nothing of {model.name}: tell its maker"
            )
        manifest.write(target, Manifest(name, f"{model.name}, converted to {converter.form}", files))
        swapped_in(target, root / name)
    return root / name


def _converter(form: str, model: Model) -> Converter:
    known = converters()
    if not known:
        raise ModelError("no converter is installed: an engine that needs one says which package brings it")
    wanted = form or (known[0] if len(known) == 1 else "")
    if not wanted:
        raise UsageError(f"name the form: streamtts models convert {model.name} --to {'|'.join(known)}")
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        raise UsageError(f"there is no converter to {wanted[:100]!r}: {hint}")
    point = next(iter(entry_points(group=GROUP, name=wanted)))
    converter = point.load()
    if not isinstance(converter, Converter):
        raise ModelError(f"the plugin {point.value} is no Converter: ask its maker to follow docs/models.md")
    if model.engine not in converter.engines:
        raise UsageError(
            f"{wanted} is made of models for {' or '.join(converter.engines)}: {model.name} is one for"
            f" {model.engine}"
        )
    return converter


def _made(place: Path, name: str) -> Expected:
    size = (place / name).stat().st_size
    return Expected(name, size, digest_of(place / name, Expected(name, size)).sha256)
