"""Every engine that is registered, those that cannot run here too, each with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamtts import registry
from streamtts.configuration.config import Config
from streamtts.engine import ANY_LANGUAGE, EngineError, SynthesizerEngine, VoiceInfo
from streamtts.speech.language import primary
from streamtts.worker.guard import guarding

_DEFAULTS = Config()


@dataclass(frozen=True, slots=True)
class Member:
    """An engine by name; without a description of itself it is a plugin that does not load."""

    name: str
    engine: SynthesizerEngine | None
    missing: str | None  # why it cannot run here, ending in what to do

    @property
    def runs(self) -> str:
        """Where its code works on what text."""
        if self.engine is None:
            return "unknown"
        if self.engine.cloud:
            return "cloud"
        if self.engine.program:
            return "program"
        return "hosted" if self.engine.hosted else "in-process"

    @property
    def speaks_any(self) -> bool:
        return self.engine is not None and ANY_LANGUAGE in self.engine.languages

    def voices(self) -> Sequence[VoiceInfo]:
        """What it has here; asked only of an engine that can run."""
        if self.engine is None or self.missing is not None:
            return ()
        with guarding(self.name):
            return list(self.engine.voices())

    def speaks(self, language: str) -> bool:
        languages = () if self.engine is None else self.engine.languages
        return self.speaks_any or primary(language) in map(primary, languages)


def members(config: Config = _DEFAULTS) -> list[Member]:
    """Those with languages of their own first: what speaks any language speaks none of them best."""
    everyone = (_member(name, config.engines.get(name, {})) for name in registry.synthesizer_names())
    return sorted(everyone, key=lambda member: member.speaks_any)


def _member(name: str, settings: Mapping[str, str]) -> Member:
    engine = None
    try:
        with guarding(name):
            engine = registry.synthesizer(name)
            return Member(name, engine, engine.missing() or engine.lacks(settings))
    except EngineError as error:
        return Member(name, engine, str(error))
