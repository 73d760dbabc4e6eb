"""The names that completion offers: what is here, when somebody types."""

from collections.abc import Callable, Iterator, Mapping

from streamtts.cloned.store import places
from streamtts.commands.configuration import held
from streamtts.commands.interpreters import interpreters
from streamtts.commands.roster import members
from streamtts.commands.voices import labels
from streamtts.models import store
from streamtts.models.catalogue import catalogue


def offered(name: str, environ: Mapping[str, str]) -> str:
    """A name a line."""
    return "".join(f"{word}\n" for word in _LISTS[name](environ) if word.isprintable())


def _voices(environ: Mapping[str, str]) -> Iterator[str]:
    """One's own even where nothing speaks with them yet: who names one is told what is missing."""
    for member in members(held(environ)):
        if member.missing is None:
            yield member.name
            yield from labels(member)
    yield from _own_voices(environ)


def _own_voices(environ: Mapping[str, str]) -> Iterator[str]:
    return (place.name for place in places(environ))


def _translators(environ: Mapping[str, str]) -> Iterator[str]:
    """With the models that are here."""
    for each in interpreters(held(environ)):
        if each.engine is not None and each.missing is None:
            yield each.name
            for model in catalogue().values():
                if model.engine == each.engine.models_of and store.installed(model, environ):
                    yield f"{each.name}:{model.name}"


def _models(_environ: Mapping[str, str]) -> Iterator[str]:
    yield from catalogue()


def _engines(environ: Mapping[str, str]) -> Iterator[str]:
    return (member.name for member in members(held(environ)) if member.missing is None)


_LISTS: Mapping[str, Callable[[Mapping[str, str]], Iterator[str]]] = {
    "voices": _voices,
    "own-voices": _own_voices,
    "translators": _translators,
    "models": _models,
    "engines": _engines,
}
