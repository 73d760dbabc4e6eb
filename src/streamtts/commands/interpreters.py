"""Translators, as the engines command lists them and as the doctor tries them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from streamtts import registry
from streamtts.commands.findings import Finding
from streamtts.configuration.config import Config
from streamtts.engine import EngineError, Ticket, TranslatorEngine
from streamtts.errors import StreamttsError
from streamtts.quality.policy import Policy
from streamtts.speech.language import name_of, primary
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.interpreters import Interpreters
from streamtts.types import Sentence
from streamtts.worker.guard import guarding

_SENTENCE = "All tests pass."
_FOR_OURSELVES = ("identity", "mark")
_DEFAULTS = Config()


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A translator by name; without a description of itself it is a plugin that does not load."""

    name: str
    engine: TranslatorEngine | None
    missing: str | None  # why it cannot run here, ending in what to do

    @property
    def runs(self) -> str:
        """Where its code works on what text."""
        if self.engine is None:
            return "unknown"
        if self.engine.cloud:
            return "cloud"
        return "hosted" if self.engine.hosted else "in-process"


def interpreters(config: Config = _DEFAULTS) -> list[Interpreter]:
    return [_interpreter(name, config.translators.get(name, {})) for name in registry.translator_names()]


def _interpreter(name: str, settings: Mapping[str, str]) -> Interpreter:
    engine = None
    try:
        with guarding(name):
            engine = registry.translator(name)
            return Interpreter(name, engine, engine.missing() or engine.lacks(settings))
    except EngineError as error:
        return Interpreter(name, engine, str(error))


def examined(everyone: Sequence[Interpreter], config: Config) -> Iterator[Finding]:
    """A finding for each translator; then the one that this configuration would use translates a sentence."""
    wanted = {spec.partition(":")[0].rpartition("=")[2] for spec in config.translator}
    for each in everyone:
        if each.missing is not None:
            failed = each.name in wanted or each.engine is None
            yield Finding("translators", each.name, "failed" if failed else "note", each.missing)
        elif each.engine is not None and each.name not in _FOR_OURSELVES:
            yield Finding("translators", each.name, "ok", each.engine.summary)
    if config.to and primary(config.to) != primary(config.source):
        yield _rehearsal(config)


def _rehearsal(config: Config) -> Finding:
    pair = f"{primary(config.source)} to {primary(config.to)}"
    told: list[str] = []
    try:
        lexicon = Lexicon.load(config.lexicon)
        pool = Interpreters(
            config.translator,
            threads=config.threads,
            isolate="always",
            settings=config.translators,
            notice=told.append,
            lexicon=lexicon,
            timeout_s=config.translation_timeout,
            policy=Policy(config.quality),
        )
        with closing(pool):
            return Finding("translators", pair, "ok", _rehearsed(pool, config))
    except StreamttsError as error:
        return Finding("translators", pair, "failed", "; ".join([*told, str(error)]))


def _rehearsed(pool: Interpreters, config: Config) -> str:
    pool.check(config.source, config.to)
    start_s = time.monotonic()
    loaded = pool.translator(config.source, config.to)
    loaded_s = time.monotonic()
    if loaded.engine.cloud:
        return f"{loaded.label}, not tried: the text would leave this machine"
    sentence = Sentence(1, 0, _SENTENCE, "stop", (), 0.0)
    said = "".join(loaded.careful.translate(sentence, Ticket()))
    return (
        f"{loaded.label}: loaded in {loaded_s - start_s:.1f} s, “{_SENTENCE}” in {name_of(config.to)} after "
        f"{(time.monotonic() - loaded_s) * 1000:.0f} ms: “{said}”"
    )
