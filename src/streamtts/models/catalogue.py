"""The models that streamtts knows, from catalogue.toml."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from streamtts.errors import UsageError
from streamtts.models.names import matching, missing_shards

Kind = Literal["translator", "voice"]

ANY_LANGUAGE = "*"

_MOST_HINTS = 3


@dataclass(frozen=True, slots=True)
class Slice:
    """A file, where it lies in the row of bytes that numbered packages carry."""

    name: str
    at: int
    stored: int
    deflated: bool
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Packages:
    """Packages of a registry that carry a model in parts."""

    package: str  # a template for the number of the part, as are the others
    part: str
    version: str
    first: int
    last: int
    files: tuple[Slice, ...]

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def title(self) -> str:
        return f"the packages {self.package.format(self.first)} to {self.package.format(self.last)}"


@dataclass(frozen=True, slots=True)
class Model:
    """One entry; catalogue.toml says what its fields mean."""

    name: str
    kind: Kind
    engine: str
    summary: str
    licence: str
    commercial: bool
    accept: str  # the licence that must be accepted first, as `licences` names it
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    size_bytes: int
    hub: str
    revision: str
    files: tuple[str, ...]
    weights: tuple[str, ...]
    optional: tuple[str, ...]
    opens: str
    sha256: Mapping[str, str]
    packages: Packages | None

    @property
    def pull(self) -> str:
        """The one command that fetches it."""
        return f"streamtts models pull {self.name}"

    @property
    def terms(self) -> str:
        return self.licence if self.commercial else f"{self.licence}, not for commercial use"

    @property
    def languages(self) -> str:
        """In a few characters."""
        target = " ".join("any" if code == ANY_LANGUAGE else code for code in self.targets)
        source = " ".join("any" if code == ANY_LANGUAGE else code for code in self.sources)
        return f"{source} > {target}" if source else target

    def speaks(self, language: str) -> bool:
        """Whether it makes this language, by its code."""
        return ANY_LANGUAGE in self.targets or language in self.targets

    def pick(self, available: Iterable[str]) -> "Picked":
        """Which of the files that a source has are to be taken."""
        names = set(available)
        chosen = set(self.files) & names
        lacking = [name for name in self.files if name not in names]
        if self.weights:
            weights = next(filter(None, (matching(pattern, names) for pattern in self.weights)), [])
            chosen |= set(weights)
            lacking += missing_shards(weights) if weights else [self.weights[-1]]
        for pattern in self.optional:
            chosen |= set(matching(pattern, names))
        return Picked(tuple(sorted(chosen)), tuple(lacking))


@dataclass(frozen=True, slots=True)
class Picked:
    names: tuple[str, ...]
    lacking: tuple[str, ...]


def find(name: str, engine: str = "") -> Model:
    """The model of this name, for any engine or this one; the error names the nearest one."""
    models = {model.name: model for model in catalogue().values() if engine in ("", model.engine)}
    if name not in models:
        usual = [model.name for model in models.values() if model.engine == name][:1]
        holding = [model for model in models if name and name.lower() in model][:_MOST_HINTS]
        near = usual or difflib.get_close_matches(name.lower(), models, n=1) or holding
        asked, whose = (f" list {engine}", f" for {engine}") if engine else ("", "")
        lists = f"`streamtts models{asked}` lists what there is"
        hint = f"did you mean {' or '.join(near)}?" if near else lists
        raise UsageError(f"there is no model {name[:100]!r}{whose}: {hint}")
    return models[name]


@cache
def catalogue() -> Mapping[str, Model]:
    import tomllib  # noqa: PLC0415 - only who looks for models needs it

    text = files("streamtts.models").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {name: _model(name, table) for name, table in tomllib.loads(text).items()}


def _model(name: str, table: dict[str, Any]) -> Model:
    return Model(
        name=name,
        kind=table["kind"],
        engine=table["engine"],
        summary=table["summary"],
        licence=table["licence"],
        commercial=table["commercial"],
        accept=table.get("accept", ""),
        sources=tuple(table["from"]),
        targets=tuple(table["to"]),
        size_bytes=table["size_mb"] * 1_000_000,
        hub=table["hub"],
        revision=table.get("revision", "main"),
        files=tuple(table["files"]),
        weights=tuple(table.get("weights", ())),
        optional=tuple(table.get("optional", ())),
        opens=table.get("opens", ""),
        sha256=table.get("sha256", {}),
        packages=_packages(table.get("packages")),
    )


def _packages(table: dict[str, Any] | None) -> Packages | None:
    if table is None:
        return None
    return Packages(**{**table, "files": tuple(Slice(**file) for file in table["files"])})
