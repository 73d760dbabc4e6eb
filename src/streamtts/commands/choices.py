"""What each quality mode takes for the languages at hand, why, and what would come before it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import get_args

from streamtts import voices
from streamtts.commands.interpreters import Interpreter
from streamtts.commands.roster import Member
from streamtts.commands.usual import given_voices
from streamtts.configuration.config import Config
from streamtts.engine import EngineError, TranslatorOptions
from streamtts.errors import StreamttsError, UsageError
from streamtts.quality.machine import Machine
from streamtts.quality.policy import Policy, figure
from streamtts.speech.language import name_of, primary
from streamtts.translation import codes, translators
from streamtts.types import Quality
from streamtts.worker.guard import guarding

MODES: tuple[Quality, ...] = get_args(Quality)

_WANTED = "you chose it"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of those that could do it; `missing` is why it cannot, ending in what to do."""

    label: str
    missing: str | None
    why: str = ""  # what was measured of it, or that the user wants it


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who does it in a mode: the first candidate that is ready."""

    mode: Quality
    language: str  # that is spoken, or translated into
    source: str  # that is translated from; empty for a voice
    candidates: Sequence[Candidate]
    too_large: Sequence[tuple[str, str]]  # for this machine, and what it lacks

    @property
    def taken(self) -> Candidate | None:
        return next((each for each in self.candidates if each.missing is None), None)

    @property
    def better(self) -> Sequence[tuple[str, str]]:
        """Those that would come before it, and what each of them lacks."""
        lacking = takewhile(lambda each: each.missing is not None, self.candidates)
        found = [(each.label, each.missing or "") for each in lacking]
        taken = self.taken.label if self.taken else ""
        return [*dict.fromkeys((*found, *(each for each in self.too_large if each[0] != taken)))]

    @property
    def what(self) -> str:
        heard = name_of(self.language)
        return f"{name_of(self.source)} to {heard}" if self.source else heard


def choices(
    config: Config,
    speaking: Sequence[Member],
    translating: Sequence[Interpreter],
    *,
    modes: Iterable[Quality] = MODES,
    machine: Machine,
    example: str = "",
) -> Iterator[Chosen]:
    """For each voice and translation that these settings need, in each mode.

    `example` is the language that is shown, too, to who hears what is written in English.
    """
    policies = [Policy(mode, machine) for mode in modes]
    for task in _tasks(config, speaking, translating, example):
        for policy in policies:
            yield task(policy)


def _tasks(
    config: Config, speaking: Sequence[Member], translating: Sequence[Interpreter], example: str
) -> Iterator[Callable[[Policy], Chosen]]:
    source = primary(config.source)
    target = config.to or (example if source == "en" else "") or source
    members = {each.name: each for each in speaking}
    for language in dict.fromkeys((source, primary(target), *_spoken_by_name(config))):
        yield _Speaking(config, members, language).chosen
    try:
        pair = codes.canonical(config.source), codes.canonical(target)
    except UsageError:  # is told when something is to be translated
        return
    if pair[0] != pair[1]:
        yield _Translating(config, {each.name: each for each in translating}, pair).chosen


@dataclass(frozen=True)
class _Speaking:
    config: Config
    members: Mapping[str, Member]
    language: str

    def chosen(self, policy: Policy) -> Chosen:
        chain = filter(self._counts, voices.chain(self._given, self.language, policy))
        too_large = policy.too_large_voices(self.language)
        return Chosen(policy.mode, self.language, "", [*map(self._candidate, chain)], too_large)

    @cached_property
    def _given(self) -> Sequence[voices.Choice]:
        return list(given_voices(self.config))

    def _candidate(self, choice: voices.Choice) -> Candidate:
        why = _WANTED if choice.named else figure(choice.engine, choice.voice, self.language)
        return Candidate(choice.label, self._missing(choice), why)

    def _counts(self, choice: voices.Choice) -> bool:
        return voices.is_worth_telling(choice) or self._missing(choice) is None

    def _missing(self, choice: voices.Choice) -> str | None:
        member = self.members.get(choice.engine)
        if member is None or member.engine is None:
            return member.missing if member else f"there is no engine {choice.engine}"
        engine = member.engine
        if member.missing is None:
            return None if choice.named else voices.why_only_by_name(engine)
        return voices.why_not_ready(engine, self.config.engines)


@dataclass(frozen=True)
class _Translating:
    config: Config
    interpreters: Mapping[str, Interpreter]
    pair: translators.Pair

    def chosen(self, policy: Policy) -> Chosen:
        source, target = self.pair
        able = [
            candidate
            for choice in translators.chain(self._given, self.pair, policy)
            if (candidate := self._candidate(choice)) is not None
            and (candidate.missing is None or translators.is_worth_telling(choice, policy.machine.hardware))
        ]
        too_large = [
            (label, lacking)
            for label, lacking in policy.too_large_translators(source, target)
            if self._candidate(translators.unnamed(label)) is not None
        ]
        return Chosen(policy.mode, target, source, able, too_large)

    @cached_property
    def _given(self) -> Sequence[translators.Choice]:
        return list(_given_translators(self.config))

    def _candidate(self, choice: translators.Choice) -> Candidate | None:
        """None for one that does not know these languages."""
        found = self.interpreters.get(choice.engine)
        if found is None or found.engine is None:
            missing = found.missing if found else f"there is no translator {choice.engine}"
            return Candidate(choice.label, missing)
        engine = found.engine
        try:
            with guarding(choice.engine):
                if not engine.speaks(*self.pair):
                    return None
                model = choice.model or engine.model(*self.pair)
                missing = _both(found.missing, engine.wants(self._options(choice)))
        except EngineError as error:
            return Candidate(choice.label, str(error))
        if missing is None and not choice.named:
            missing = translators.why_only_by_name(engine)
        why = _WANTED if choice.named else figure(choice.engine, model, "-".join(self.pair))
        return Candidate(f"{choice.engine}:{model}" if model else choice.label, missing, why)

    def _options(self, choice: translators.Choice) -> TranslatorOptions:
        settings = self.config.translators.get(choice.engine, {})
        return TranslatorOptions(*self.pair, choice.model, self.config.threads, settings)


def _both(missing: str | None, lacking: str | None) -> str | None:
    """A package and a model, where neither is here."""
    if missing is None or lacking is None or lacking == missing:
        return missing or lacking
    return f"{missing}; and {lacking}"


def _spoken_by_name(config: Config) -> Iterator[str]:
    """The languages that `voice` has an engine for, as in ja=openjtalk."""
    for spec in config.voice:
        language, is_named, _ = spec.partition(":")[0].rpartition("=")
        if is_named:
            yield primary(language)


def _given_translators(config: Config) -> Iterator[translators.Choice]:
    """What is set and is none is told when it is to translate."""
    for spec in config.translator:
        try:
            yield translators.chosen(spec)
        except StreamttsError:
            continue
