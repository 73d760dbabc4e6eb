"""Engines tried by the doctor: each speaks a sentence, unheard, in a process of its own."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from streamtts.commands.findings import Finding, State
from streamtts.commands.roster import Member
from streamtts.configuration.config import Config
from streamtts.engine import ANY_LANGUAGE, EngineError, Ticket, VoiceOptions
from streamtts.errors import UsageError
from streamtts.quality.policy import understood
from streamtts.speech.language import name_of, primary
from streamtts.voices import spelled_out
from streamtts.worker.hosted import Hosted

_SENTENCES = {
    "de": "Das ist ein Test.",
    "en": "This is a test.",
    "es": "Esto es una prueba.",
    "fr": "Ceci est un test.",
    "it": "Questa è una prova.",
    "ja": "これはテストです。",
}
_ANY_SENTENCE = "1, 2, 3."


def auditions(everyone: Sequence[Member], config: Config) -> Iterator[Finding]:
    """A finding for each engine, then one for each language that this configuration needs."""
    spoke = []
    for member in everyone:
        finding = _audition(member, config)
        if finding.state == "ok":
            spoke.append(member)
        yield finding
    for language in dict.fromkeys((primary(config.source), primary(config.to or config.source))):
        yield _language(language, everyone, spoke)


def _audition(member: Member, config: Config) -> Finding:
    specs = (_spelled_out(spec, config) for spec in config.voice)
    wanted = [spec for spec in specs if _engine_of(spec) == member.name]
    if member.missing is not None or member.engine is None:
        failed = wanted or member.engine is None
        return Finding("engines", member.name, "failed" if failed else "note", member.missing or "")
    if member.engine.cloud:
        return Finding("engines", member.name, "note", "not tried: the text would leave this machine")
    try:
        told = _heard(member, _options(member, wanted, config))
    except EngineError as error:
        # Those for any language wait to be told a voice or a server; that they were not is no fault.
        state: State = "note" if member.speaks_any and not wanted else "failed"
        return Finding("engines", member.name, state, str(error))
    return Finding("engines", member.name, "ok", told)


def _options(member: Member, wanted: Sequence[str], config: Config) -> VoiceOptions:
    languages = [] if member.engine is None else [*member.engine.languages]
    spec = wanted[0] if wanted else ""
    named = spec.partition(":")[0].rpartition("=")[0]
    source = primary(config.source)
    language = source if source in languages or ANY_LANGUAGE in languages else languages[0]
    settings = config.engines.get(member.name, {})
    return VoiceOptions(spec.partition(":")[2], named or language, config.threads, settings)


def _heard(member: Member, options: VoiceOptions) -> str:
    """What it took to hear the first of a sentence. A crash or a hang of the engine is an EngineError."""
    start_s = time.monotonic()
    with closing(Hosted(member.name, options)) as voice:
        loaded_s = time.monotonic()
        first_s = 0.0
        frames, loud = 0, False
        for piece in voice.speak(_SENTENCES.get(primary(options.language), _ANY_SENTENCE), Ticket()):
            first_s = first_s or time.monotonic()
            frames += len(piece)
            loud = loud or any(piece)
        if not loud:
            raise EngineError("speaks, but nothing is to be heard: choose another engine")
    return (
        f"{name_of(options.language)}: loaded in {loaded_s - start_s:.1f} s, first sound after "
        f"{(first_s - loaded_s) * 1000:.0f} ms, {frames / voice.rate_hz:.1f} s spoken"
    )


def _language(language: str, everyone: Sequence[Member], spoke: Sequence[Member]) -> Finding:
    able = [member.name for member in spoke if member.speaks(language) and member.name != "tone"]
    if good := [name for name in able if understood(name, language)]:
        return Finding("languages", name_of(language), "ok", f"spoken by {', '.join(good)}")
    missing = [m.missing for m in everyone if m.missing and m.speaks(language) and not m.speaks_any]
    what = missing[0] if missing else "install espeak-ng, which has most languages"
    if able:
        told = f"only {' and '.join(able)} can say it, and nobody understands that: {what}"
        return Finding("languages", name_of(language), "note", told)
    return Finding("languages", name_of(language), "failed", f"nothing here speaks it: {what}")


def _spelled_out(spec: str, config: Config) -> str:
    try:
        return spelled_out(spec, config.engines)
    except UsageError:  # is told when it is to speak
        return spec


def _engine_of(spec: str) -> str:
    return spec.partition(":")[0].rpartition("=")[2]
