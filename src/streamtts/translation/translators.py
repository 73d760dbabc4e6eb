"""Which engine translates what: the user's choice, then what the policy prefers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from streamtts import models, registry
from streamtts.engine import EngineError, Translator, TranslatorEngine, TranslatorOptions
from streamtts.errors import UsageError
from streamtts.quality.machine import Hardware
from streamtts.quality.policy import Policy
from streamtts.speech.lexicon import Lexicon
from streamtts.succession import FAILURES_IN_A_ROW, AbsentError, Succession, parsed
from streamtts.translation import codes
from streamtts.translation.cache import Cache, Shelf
from streamtts.translation.careful import Careful, SentenceError
from streamtts.translation.wording import Wording
from streamtts.worker.guard import GuardedTranslator, guarding
from streamtts.worker.hosted_translator import HostedTranslator

DEADLINE_S = 20.0  # for one sentence

_REFUSALS_IN_A_ROW = 10

_IDENTITY = "identity"
_OF_MACS = "nllb-mlx"

Pair = tuple[str, str]  # canonical tags: from, to


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine and one of its models, for one pair of languages or any that the engine knows."""

    engine: str
    model: str = ""
    pair: Pair | None = None
    named: bool = False  # by the user

    @property
    def label(self) -> str:
        return f"{self.engine}:{self.model}" if self.model else self.engine


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A translator that is loaded, for one pair of languages."""

    label: str
    engine: TranslatorEngine
    source: str
    target: str
    careful: Careful


def chosen(spec: str) -> Choice:
    """What `[SRC-TGT=]ENGINE[:MODEL]` means; UsageError if there is no such engine, model or pair."""
    tag, name, model = parsed(spec, "translator", "ENGINE, ENGINE:MODEL or SRC-TGT=ENGINE")
    try:
        engine = engine_of(name)
        if model:
            _check_model(engine, model)
    except EngineError as error:
        raise UsageError(str(error)) from error
    if tag is None:
        return Choice(name, model, named=True)
    pair = _pair(tag, spec)
    if not _speaks(engine, pair):
        raise UsageError(f"{name} does not translate {_named(pair)}: choose another translator for {tag}")
    return Choice(name, model, pair, named=True)


class Translators(Succession[Pair, Choice, Loaded]):
    """Loads each translator when it is first needed and keeps it warm, as voices are kept."""

    verb = "translate"
    tells_trouble = False  # it is told once another one is loaded

    def __init__(
        self,
        specs: Sequence[str],
        *,
        threads: int,
        isolate: Literal["auto", "always", "never"],
        settings: Mapping[str, Mapping[str, str]],
        notice: Callable[[str], None],
        lexicon: Lexicon,
        deadline_s: float = DEADLINE_S,
        cache: Cache | None = None,
        policy: Policy | None = None,
    ) -> None:
        super().__init__(notice)
        self._policy = policy or Policy()
        self._chosen = [chosen(spec) for spec in specs]
        self._threads = threads
        self._isolate = isolate
        self._settings = settings
        self._lexicon = lexicon
        self._deadline_s = deadline_s
        self._cache = cache
        self._lame: set[tuple[str, Pair]] = set()  # label and pair: it is there and could not be loaded

    def translator(self, source: str, target: str) -> Loaded:
        """The best there is. Raises EngineError if there is none, UsageError for an unknown language."""
        return self._first((codes.canonical(source), codes.canonical(target)))

    def translated(self, loaded: Loaded) -> None:
        self._succeeded(loaded)

    def failed(self, loaded: Loaded, error: EngineError) -> None:
        """The third failure in a row brings the translator down; the next of the chain takes its place.

        One that works and is no good at some sentences gets more of a chance.
        """
        tolerated = _REFUSALS_IN_A_ROW if isinstance(error, SentenceError) else FAILURES_IN_A_ROW
        self._failed(loaded, error, tolerated)

    def _chain(self, key: Pair) -> Iterator[Choice]:
        return chain(self._chosen, key, self._policy)

    def _reason(self, key: Pair) -> str:
        """An engine that only lacks its model is nearer to working than one that is not installed."""
        choices = [choice for choice in self._chain(key) if (choice.label, key) in self._passed]
        choices.sort(key=lambda choice: not (choice.named or (choice.label, key) in self._lame))
        return self._passed[choices[0].label, key]

    def _load(self, choice: Choice, key: Pair) -> Loaded:
        try:
            return self._loaded(choice, key)
        except AbsentError:
            raise
        except EngineError:
            self._lame.add((choice.label, key))
            raise

    def _loaded(self, choice: Choice, key: Pair) -> Loaded:
        engine = engine_of(choice.engine, absent=not choice.named)
        with guarding(choice.engine):
            absent = engine.missing()
        if absent is not None:
            raise AbsentError(absent)
        if not _speaks(engine, key):
            raise AbsentError(f"{choice.engine} does not translate {_named(key)}: choose another translator")
        source, target = key
        options = TranslatorOptions(
            source, target, choice.model, self._threads, self._settings.get(choice.engine, {})
        )
        if not choice.named:
            _check_unasked(engine, options)
        shelf = Shelf(self._cache, choice.engine, _variant(options), *key) if self._cache else None
        careful = Careful(
            self._translator(engine, options),
            choice.label,
            Wording(source, target, self._lexicon),
            placeholder=engine.placeholder,
            deadline_s=self._deadline_s,
            shelf=shelf,
        )
        return Loaded(choice.label, engine, source, target, careful)

    def _translator(self, engine: TranslatorEngine, options: TranslatorOptions) -> Translator:
        if engine.hosted if self._isolate == "auto" else self._isolate == "always":
            return HostedTranslator(engine.name, options, ticket=self._closing)
        return GuardedTranslator(engine.name, engine, options)

    def _is_told(self, choice: Choice, error: EngineError) -> bool:  # noqa: ARG002 - told once another is there
        return False

    def _arrived(self, choice: Choice, loaded: Loaded, passed: Sequence[tuple[Choice, EngineError]]) -> None:
        """A better engine that is there but has no model is worth a word; one that is not there is not."""
        for each, error in passed:
            if each.named:
                self._tell_once(f"{each.label} cannot translate: {error}")
        lame = [error for each, error in passed if not isinstance(error, AbsentError) and not each.named]
        if lame and not choice.named:
            self._notice(
                f"{choice.label} translates {_named((loaded.source, loaded.target))}, because {lame[0]}"
            )

    def _described(self, loaded: Loaded) -> tuple[str, Pair]:
        return loaded.label, (loaded.source, loaded.target)

    def _matter(self, key: Pair) -> str:
        return _named(key)

    def _shut(self, loaded: Loaded) -> None:
        loaded.careful.close()


def chain(given: Iterable[Choice], pair: Pair, policy: Policy) -> Iterator[Choice]:
    """Who could translate, best first: those that the user named for it, then those of the policy."""
    if pair[0] == pair[1]:
        yield Choice(_IDENTITY)
        return
    fitting = [choice for choice in given if choice.pair in (None, pair)]
    yield from fitting
    taken = {choice.label for choice in fitting}
    for label in policy.translators(*pair):
        if label not in taken:
            yield unnamed(label)


def unnamed(label: str) -> Choice:
    """ENGINE or ENGINE:MODEL, of the policy."""
    engine, _, model = label.partition(":")
    return Choice(engine, model)


def is_worth_telling(choice: Choice, hardware: Hardware) -> bool:
    """Whether it matters that it cannot translate. MLX is slow but on a Mac, so nobody needs it elsewhere."""
    return choice.named or choice.engine != _OF_MACS or hardware == "apple"


def why_only_by_name(engine: TranslatorEngine) -> str | None:
    """Text does not leave the machine because a mode prefers an engine."""
    if not engine.cloud:
        return None
    name = engine.name
    return f"{name} may send text elsewhere, so it translates only when asked for: --translator {name}"


def engine_of(name: str, *, absent: bool = False) -> TranslatorEngine:
    """Raises EngineError, an AbsentError where nobody asked for it by name."""
    try:
        with guarding(name):
            return registry.translator(name)
    except EngineError as error:
        if absent:
            raise AbsentError(str(error)) from error
        raise


def _check_unasked(engine: TranslatorEngine, options: TranslatorOptions) -> None:
    """What nobody named translates on this machine alone; what it lacks is told before it is started."""
    if why := why_only_by_name(engine):
        raise AbsentError(why)
    with guarding(engine.name):
        lacking = engine.lacks(options.settings) or engine.wants(options)
    if lacking is not None:
        raise EngineError(lacking)


def _check_model(engine: TranslatorEngine, model: str) -> None:
    """Whether it is on this machine shows when it is loaded."""
    if engine.models_of is None:
        raise EngineError(f"{engine.name} takes no model: leave {model[:100]!r} away")
    if engine.models_of:
        models.check(model, engine.models_of)


def _variant(options: TranslatorOptions) -> str:
    """Of an engine's translations: another model, or another server, may say it better."""
    return " ".join([options.model, *(f"{name}={value}" for name, value in sorted(options.settings.items()))])


def _speaks(engine: TranslatorEngine, pair: Pair) -> bool:
    with guarding(engine.name):
        return engine.speaks(*pair)


def _pair(tag: str, spec: str) -> Pair:
    """Tags may have dashes of their own: wherever both sides are languages, it is one pair."""
    parts = tag.split("-")
    for cut in range(1, len(parts)):
        try:
            return codes.canonical("-".join(parts[:cut])), codes.canonical("-".join(parts[cut:]))
        except UsageError as error:
            trouble = error
    if len(parts) == 2:
        raise trouble
    raise UsageError(f"{tag!r} in {spec!r} is no pair of languages: give two codes, like en-ja")


def _named(pair: Pair) -> str:
    return f"from {codes.name(pair[0])} to {codes.name(pair[1])}"
