"""Engines by name, through the entry points that plugins use too; loads only what is asked for."""

import difflib
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from streamtts.engine import EngineError, SynthesizerEngine
from streamtts.errors import UsageError

SYNTHESIZERS = "streamtts.synthesizers"


def synthesizer_names() -> list[str]:
    return sorted({point.name for point in entry_points(group=SYNTHESIZERS)})


def synthesizer(name: str) -> SynthesizerEngine:
    """The engine of this name; the error names the nearest one."""
    found = list(entry_points(group=SYNTHESIZERS, name=name))
    if not found:
        near = difflib.get_close_matches(name, synthesizer_names(), n=1)
        hint = f"did you mean {near[0]}?" if near else "`streamtts engines` lists what there is"
        raise UsageError(f"there is no voice engine {name!r}: {hint}")
    return _loaded(found[0])


def synthesizers() -> Iterator[SynthesizerEngine]:
    for name in synthesizer_names():
        yield synthesizer(name)


def _loaded(point: EntryPoint) -> SynthesizerEngine:
    engine = point.load()
    if not isinstance(engine, SynthesizerEngine):
        raise EngineError(
            f"the plugin {point.value} is no SynthesizerEngine: ask its maker to follow docs/engines.md"
        )
    return engine
