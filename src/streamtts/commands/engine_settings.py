"""Keys of engine tables in the configuration file that their engine does not know."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamtts import registry
from streamtts.configuration.config import Config
from streamtts.configuration.settings import shown
from streamtts.engine import EngineError
from streamtts.worker.guard import guarding


@dataclass(frozen=True, slots=True)
class UnknownKey:
    table: str  # as in [translators.llama]
    key: str
    hint: str  # the nearest, or those there are

    @property
    def text(self) -> str:
        return f"an unknown key {shown(self.key)} in [{self.table}]: {self.hint}"


def unknown_keys(config: Config) -> Iterator[UnknownKey]:
    """In the order of the file. A plugin that does not say what it knows is believed."""
    for kind, tables in (("engines", config.engines), ("translators", config.translators)):
        for name, table in tables.items():
            known = _known(kind, name) if table else None
            if known is not None:
                for key in (key for key in table if key not in known):
                    yield UnknownKey(f"{kind}.{name}", key, _hint(key, known))


def _known(kind: str, name: str) -> Sequence[str] | None:
    find = registry.synthesizer if kind == "engines" else registry.translator
    try:
        with guarding(name):
            return find(name).settings
    except EngineError:
        return None  # it does not load, which is told where it is listed


def _hint(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    there = f"it knows {', '.join(known)}" if known else "it has no settings"
    return f"did you mean {near[0]}?" if near else there
