"""Which engine speaks which language: what the user chose, then what the policy prefers, then anything."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from streamtts import cloned, registry
from streamtts.engine import (
    ANY_LANGUAGE,
    EngineError,
    Synthesizer,
    SynthesizerEngine,
    VoiceOptions,
)
from streamtts.errors import UsageError
from streamtts.quality.policy import Policy
from streamtts.speech.language import name_of, primary
from streamtts.succession import AbsentError, Succession, parsed
from streamtts.worker.guard import Guarded, guarding
from streamtts.worker.host import Limits
from streamtts.worker.hosted import Hosted

LAST_RESORTS = ("say", "espeak")
_CLONERS = ("xtts", "cosyvoice")  # the favourites for voices of the user's own; then any other that can

_FORM = "ENGINE, ENGINE:VOICE or LANG=ENGINE:VOICE"

Settings = Mapping[str, Mapping[str, str]]  # of each engine
_NO_SETTINGS: Settings = {}

_TAG = re.compile(r"[A-Za-z]{2,3}([-_.@].*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine and one of its voices, for some languages or any."""

    engine: str
    voice: str = ""
    languages: frozenset[str] = frozenset({ANY_LANGUAGE})
    named: bool = False  # by the user

    @property
    def label(self) -> str:
        return f"{self.engine}:{self.voice}" if self.voice else self.engine

    def speaks(self, language: str) -> bool:
        return not self.languages.isdisjoint((language, ANY_LANGUAGE))


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """A voice that is loaded, for one language."""

    label: str
    engine: SynthesizerEngine
    language: str
    synthesizer: Synthesizer


def chosen(spec: str, settings: Settings = _NO_SETTINGS) -> Choice:
    """What `[LANG=]ENGINE[:VOICE]` means, or `[LANG=]NAME` of the user's own voice.

    UsageError if there is no such engine or voice, or not for LANG.
    """
    tag, name, voice = parsed(spelled_out(spec, settings), "voice", _FORM)
    if tag is not None and not _TAG.fullmatch(tag):
        raise UsageError(f"{tag!r} in {spec!r} is no language: give a code like en, ja or pt-BR")
    try:
        engine = _engine(name)
    except EngineError as error:
        raise UsageError(_nearest_own(name) or str(error)) from error
    own = engine.clones and _own(voice) is not None
    if voice and not own and (why := _refusal(engine, voice)):
        raise UsageError(why)
    speaks = frozenset(map(primary, engine.languages))
    if tag is None:
        of_voice = frozenset[str]() if own else _languages_of_voice(engine, voice)
        return Choice(name, voice, of_voice or speaks, named=True)
    if not _speaks(engine, tag):
        only = ", ".join(sorted(map(name_of, speaks)))
        raise UsageError(f"{name} does not speak {name_of(tag)}, only {only}")
    return Choice(name, voice, frozenset({primary(tag)}), named=True)


def spelled_out(spec: str, settings: Settings = _NO_SETTINGS) -> str:
    """The name of a voice of the user's own with the engine that speaks with it; others as they are."""
    tag, name, voice = parsed(spec, "voice", _FORM)
    if voice or name in registry.synthesizer_names() or (own := _own(name)) is None:
        return spec
    able = cloners(settings)
    if not able:
        raise UsageError(f"no engine here can speak with {own}, a voice of your own")
    if tag is None:
        return f"{able[0].name}:{own}"
    fitting = [engine for engine in able if _speaks(engine, tag)]
    return f"{tag}={(fitting or able)[0].name}:{own}"


def cloners(settings: Settings = _NO_SETTINGS) -> Sequence[SynthesizerEngine]:
    """The engines that speak with voices of the user's own, the best first: it is ready, if any is."""
    found = []
    names = registry.synthesizer_names()
    for name in dict.fromkeys((*(name for name in _CLONERS if name in names), *names)):
        try:
            engine = _engine(name)
        except EngineError:
            continue
        if engine.clones:
            found.append(engine)
    # Of two that are ready, the one that keeps the voice of a person on this machine.
    return sorted(found, key=lambda engine: (why_not_ready(engine, settings) is not None, engine.cloud))


def why_not_ready(engine: SynthesizerEngine, settings: Settings = _NO_SETTINGS) -> str | None:
    """All of it: packages, and a model or what is to be set."""
    try:
        with guarding(engine.name):
            reasons = (engine.missing(), engine.lacks(settings.get(engine.name, {})))
            return "; and ".join(dict.fromkeys(filter(None, reasons))) or None
    except EngineError as error:
        return str(error)


class Voices(Succession[str, Choice, Voice]):
    """Loads each voice when it is first needed and keeps it warm. One thread speaks, another may warm."""

    verb = "speak"
    tells_trouble = True

    def __init__(
        self,
        specs: Sequence[str],
        *,
        threads: int,
        isolate: Literal["auto", "always", "never"],
        settings: Settings,
        notice: Callable[[str], None],
        policy: Policy | None = None,
    ) -> None:
        super().__init__(notice)
        self._chosen = [chosen(spec, settings) for spec in specs]
        self._policy = policy or Policy()
        self._threads = threads
        self._isolate = isolate
        self._settings = settings
        self._attributions: dict[str, None] = {}

    def voice(self, language: str) -> Voice:
        """The best voice there is. Raises EngineError if there is none, Cancelled once we are closed."""
        return self._first(primary(language))

    def spoke(self, voice: Voice) -> None:
        with self._lock:
            self._attributions |= dict.fromkeys(filter(None, [voice.engine.attribution]))
        self._succeeded(voice)

    def instead_of(self, voice: Voice) -> Voice | None:
        """Who says a sentence that this voice has failed at; None if there is no other voice."""
        return self._spare(voice)

    def failed(self, voice: Voice, error: EngineError) -> None:
        """The third failure in a row brings the voice down; the next of the chain takes its place."""
        self._failed(voice, error)

    def attributions(self) -> list[str]:
        """What is owed to the makers of the voices that were heard."""
        with self._lock:
            return list(self._attributions)

    def _chain(self, key: str) -> Iterator[Choice]:
        return chain(self._chosen, key, self._policy)

    def _load(self, choice: Choice, key: str) -> Voice:
        engine = _engine(choice.engine)
        with guarding(choice.engine):
            absent = engine.missing()
        if absent is not None:
            raise AbsentError(absent)
        settings = self._settings.get(choice.engine, {})
        if not choice.named:
            _check_unasked(engine, settings)
        options = VoiceOptions(choice.voice, key, self._threads, settings)
        hosted = engine.hosted if self._isolate == "auto" else self._isolate == "always"
        synthesizer: Synthesizer
        if hosted:
            limits = Limits(start_s=engine.start_s, reply_s=engine.reply_s)
            synthesizer = Hosted(choice.engine, options, limits=limits, ticket=self._closing)
        else:
            synthesizer = Guarded(choice.engine, engine, options)
        return Voice(choice.label, engine, key, synthesizer)

    def _arrived(self, choice: Choice, loaded: Voice, passed: Sequence[tuple[Choice, EngineError]]) -> None:
        absent = [
            error
            for each, error in passed
            if each.engine not in LAST_RESORTS and not self._is_told(each, error)
        ]
        if absent and choice.engine == LAST_RESORTS[-1] and not choice.named:
            self._notice(f"{choice.label} speaks {name_of(loaded.language)}, because {absent[0]}")

    def _described(self, loaded: Voice) -> tuple[str, str]:
        return loaded.label, loaded.language

    def _matter(self, key: str) -> str:
        return name_of(key)

    def _shut(self, loaded: Voice) -> None:
        loaded.synthesizer.close()

    def _reason(self, key: str) -> str:
        """Why the best of the chain does not speak."""
        return next(
            self._passed[choice.label, key] for choice in self._chain(key) if is_worth_telling(choice)
        )


def chain(given: Iterable[Choice], language: str, policy: Policy) -> Iterator[Choice]:
    """Who could speak a language, best first: those that the user named for it, then those of the policy."""
    fitting = [choice for choice in given if choice.speaks(language)]
    yield from fitting
    taken = {choice.label for choice in fitting}
    for label in (*policy.voices(language), *LAST_RESORTS):
        if label not in taken:
            name, _, voice = label.partition(":")
            yield Choice(name, voice)


def is_worth_telling(choice: Choice) -> bool:
    """Whether it matters that it cannot speak. That `say` is not there says nothing on most machines."""
    return choice.named or choice.engine != "say"


def why_only_by_name(engine: SynthesizerEngine) -> str | None:
    """Text does not leave the machine because a mode prefers an engine."""
    if not engine.cloud:
        return None
    return f"{engine.name} may send text elsewhere, so it speaks only when asked for: --voice {engine.name}"


def _engine(name: str) -> SynthesizerEngine:
    with guarding(name):
        return registry.synthesizer(name)


def _check_unasked(engine: SynthesizerEngine, settings: Mapping[str, str]) -> None:
    """What nobody named speaks on this machine alone, and only once nothing is lacking: terms, a model."""
    if why := why_only_by_name(engine):
        raise AbsentError(why)
    with guarding(engine.name):
        lacking = engine.lacks(settings)
    if lacking is not None:
        raise EngineError(lacking)


def _speaks(engine: SynthesizerEngine, tag: str) -> bool:
    return not {primary(tag), ANY_LANGUAGE}.isdisjoint(map(primary, engine.languages))


def _own(name: str) -> str | None:
    """What the user calls this voice of their own; that it is damaged is told when it is to speak."""
    place = cloned.place_of(name, os.environ)
    return None if place is None else place.name


def _nearest_own(name: str) -> str:
    """What the user may have meant, if that is a voice of their own."""
    near = cloned.nearest(name, (voice.name for voice in cloned.every()))
    return f"there is no voice engine {name!r}: did you mean {near}, a voice of your own?" if near else ""


def _refusal(engine: SynthesizerEngine, voice: str) -> str | None:
    """Why there can be no such voice; an engine that is not here, or fails, is told when it is to speak."""
    try:
        with guarding(engine.name):
            return engine.refuses(voice) if engine.missing() is None else None
    except EngineError:
        return None


def _languages_of_voice(engine: SynthesizerEngine, voice: str) -> frozenset[str]:
    """Those of the voice that was named, if the engine knows it; few voices speak all that an engine does."""
    if not voice:
        return frozenset()
    try:
        with guarding(engine.name):
            of_voice = {each.language for each in engine.voices() if each.name == voice}
            return frozenset(map(primary, of_voice - {ANY_LANGUAGE}))  # any is any that the engine speaks
    except EngineError:
        return frozenset()
