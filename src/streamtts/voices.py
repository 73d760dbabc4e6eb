"""Which engine speaks which language: what the user chose, then what is known to be good, then anything."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from streamtts import registry
from streamtts.engine import (
    ANY_LANGUAGE,
    EngineError,
    Synthesizer,
    SynthesizerEngine,
    Ticket,
    VoiceOptions,
)
from streamtts.errors import UsageError
from streamtts.speech.language import name_of, primary
from streamtts.worker.guard import Guarded, guarding
from streamtts.worker.hosted import Hosted

_FAILURES_IN_A_ROW = 3  # and a voice is down

_FAVOURITES = {
    "en": ("hibari",),
    "ja": ("openjtalk", "kokoro-ja"),
    **dict.fromkeys(("de", "es", "fr", "it"), ("nanotts",)),
}
_LAST_RESORTS = ("say", "espeak")

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


class _AbsentError(EngineError):
    """An engine is not installed: no reason to speak of it, unless somebody asked for it."""


def chosen(spec: str) -> Choice:
    """What `[LANG=]ENGINE[:VOICE]` means; UsageError if there is no such engine, or not for this language."""
    head, colon, voice = spec.partition(":")
    tag, equals, name = head.rpartition("=")
    if not name or (colon and not voice):
        raise UsageError(f"{spec!r} is no voice: give ENGINE, ENGINE:VOICE or LANG=ENGINE:VOICE")
    if equals and not _TAG.fullmatch(tag):
        raise UsageError(f"{tag!r} in {spec!r} is no language: give a code like en, ja or pt-BR")
    try:
        engine = _described(name)
    except EngineError as error:
        raise UsageError(str(error)) from error
    speaks = frozenset(map(primary, engine.languages))
    if not equals:
        return Choice(name, voice, _languages_of_voice(engine, voice) or speaks, named=True)
    if speaks.isdisjoint((primary(tag), ANY_LANGUAGE)):
        only = ", ".join(sorted(map(name_of, speaks)))
        raise UsageError(f"{name} does not speak {name_of(tag)}, only {only}")
    return Choice(name, voice, frozenset({primary(tag)}), named=True)


class Voices:
    """Loads each voice when it is first needed and keeps it warm. One thread speaks, another may warm."""

    def __init__(
        self,
        specs: Sequence[str],
        *,
        threads: int,
        isolate: Literal["auto", "always", "never"],
        settings: Mapping[str, Mapping[str, str]],
        notice: Callable[[str], None],
    ) -> None:
        self._chosen = [chosen(spec) for spec in specs]
        self._threads = threads
        self._isolate = isolate
        self._settings = settings
        self._notice = notice
        self._closing = Ticket()
        self._loading = threading.Lock()
        self._lock = threading.Lock()  # of what follows
        self._by_language: dict[str, Voice] = {}
        self._passed: dict[tuple[str, str], str] = {}  # label and language -> why this voice does not speak
        self._failures: Counter[Voice] = Counter()
        self._attributions: dict[str, None] = {}

    def voice(self, language: str) -> Voice:
        """The best voice there is. Raises EngineError if there is none, Cancelled once we are closed."""
        code = primary(language)
        if loaded := self._loaded(code):
            return loaded
        with self._loading:
            return self._loaded(code) or self._first_of(code)

    def spoke(self, voice: Voice) -> None:
        with self._lock:
            self._failures.pop(voice, None)

    def failed(self, voice: Voice, error: EngineError) -> None:
        """The third failure in a row brings the voice down; the next of the chain takes its place."""
        with self._lock:
            self._failures[voice] += 1
            if (
                self._failures[voice] < _FAILURES_IN_A_ROW
                or self._by_language.get(voice.language) is not voice
            ):
                return
            del self._by_language[voice.language], self._failures[voice]
            trouble = f"{voice.label} failed {_FAILURES_IN_A_ROW} times in a row, at last because {error}"
            self._passed[voice.label, voice.language] = trouble
        self._close(voice)
        try:
            then = f"{self.voice(voice.language).label} speaks from here on"
        except EngineError:
            then = f"nothing else here can speak {name_of(voice.language)}"
        self._notice(f"{trouble}: {then}")

    def attributions(self) -> list[str]:
        """What is owed to the makers of the voices loaded so far."""
        with self._lock:
            return list(self._attributions)

    def stop_loading(self) -> None:
        """Whoever waits for a voice is Cancelled, now and from now on."""
        self._closing.cancel()

    def close(self) -> None:
        self.stop_loading()
        with self._loading, self._lock:
            voices = list(self._by_language.values())
            self._by_language.clear()
        for voice in voices:
            self._close(voice)

    def _loaded(self, language: str) -> Voice | None:
        self._closing.check()
        with self._lock:
            return self._by_language.get(language)

    def _first_of(self, language: str) -> Voice:
        absent = []
        for choice in self._chain(language):
            if (choice.label, language) in self._passed:
                continue
            try:
                voice = self._load(choice, language)
            except EngineError as error:
                with self._lock:
                    self._passed[choice.label, language] = str(error)
                if choice.named or not isinstance(error, _AbsentError):
                    self._notice(f"{choice.label} cannot speak: {error}")
                elif choice.engine not in _LAST_RESORTS:
                    absent.append(str(error))
                continue
            with self._lock:
                self._by_language[language] = voice
                self._attributions |= dict.fromkeys(filter(None, [voice.engine.attribution]))
            if absent and choice.engine == _LAST_RESORTS[-1] and not choice.named:
                self._notice(f"{choice.label} speaks {name_of(language)}, because {absent[0]}")
            return voice
        raise EngineError(f"nothing here can speak {name_of(language)}: {self._reason(language)}")

    def _chain(self, language: str) -> Iterator[Choice]:
        given = [choice for choice in self._chosen if choice.speaks(language)]
        yield from given
        taken = {choice.label for choice in given}
        for name in (*_FAVOURITES.get(language, ()), *_LAST_RESORTS):
            if name not in taken:
                yield Choice(name)

    def _load(self, choice: Choice, language: str) -> Voice:
        engine = _described(choice.engine)
        with guarding(choice.engine):
            absent = engine.missing()
        if absent is not None:
            raise _AbsentError(absent)
        settings = self._settings.get(choice.engine, {})
        options = VoiceOptions(choice.voice, language, self._threads, settings)
        hosted = engine.hosted if self._isolate == "auto" else self._isolate == "always"
        synthesizer: Synthesizer
        if hosted:
            synthesizer = Hosted(choice.engine, options, ticket=self._closing)
        else:
            synthesizer = Guarded(choice.engine, engine, options)
        return Voice(choice.label, engine, language, synthesizer)

    def _reason(self, language: str) -> str:
        """Why the best of the chain does not speak. That `say` is not there says nothing on most machines."""
        return next(
            self._passed[choice.label, language]
            for choice in self._chain(language)
            if choice.named or choice.engine != "say"
        )

    def _close(self, voice: Voice) -> None:
        try:
            voice.synthesizer.close()
        except EngineError as error:
            self._notice(str(error))


def _described(name: str) -> SynthesizerEngine:
    with guarding(name):
        return registry.synthesizer(name)


def _languages_of_voice(engine: SynthesizerEngine, voice: str) -> frozenset[str]:
    """Those of the voice that was named, if the engine knows it; few voices speak all that an engine does."""
    if not voice:
        return frozenset()
    try:
        with guarding(engine.name):
            return frozenset(primary(each.language) for each in engine.voices() if each.name == voice)
    except EngineError:
        return frozenset()
