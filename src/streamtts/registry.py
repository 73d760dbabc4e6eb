"""Engines by name, through the entry points that plugins use too; loads only what is asked for."""

import difflib
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from streamtts.discreet import keep_libraries_discreet
from streamtts.engine import EngineError, SynthesizerEngine, TranslatorEngine
from streamtts.errors import UsageError

SYNTHESIZERS = "streamtts.synthesizers"
TRANSLATORS = "streamtts.translators"

Engine = TypeVar("Engine", SynthesizerEngine, TranslatorEngine)


def synthesizer_names() -> list[str]:
    return _names(SYNTHESIZERS)


def translator_names() -> list[str]:
    return _names(TRANSLATORS)


def synthesizer(name: str) -> SynthesizerEngine:
    """The engine of this name; the error names the nearest one."""
    return _loaded(_found(SYNTHESIZERS, name, "voice engine"), SynthesizerEngine)


def translator(name: str) -> TranslatorEngine:
    """The engine of this name; the error names the nearest one."""
    return _loaded(_found(TRANSLATORS, name, "translator"), TranslatorEngine)


def synthesizers() -> Iterator[SynthesizerEngine]:
    for name in synthesizer_names():
        yield synthesizer(name)


def translators() -> Iterator[TranslatorEngine]:
    for name in translator_names():
        yield translator(name)


def _names(group: str) -> list[str]:
    return sorted({point.name for point in entry_points(group=group)})


def _found(group: str, name: str, what: str) -> EntryPoint:
    found = list(entry_points(group=group, name=name))
    if not found:
        near = difflib.get_close_matches(name, _names(group), n=1)
        hint = f"did you mean {near[0]}?" if near else "`streamtts engines` lists what there is"
        raise UsageError(f"there is no {what} {name!r}: {hint}")
    return found[0]


def _loaded(point: EntryPoint, kind: type[Engine]) -> Engine:
    keep_libraries_discreet()
    engine = point.load()
    if not isinstance(engine, kind):
        raise EngineError(
            f"the plugin {point.value} is no {kind.__name__}: ask its maker to follow docs/engines.md"
        )
    return engine
