"""The voice that speaks a language as things are set: nobody asks for another, and all that is here works."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from streamtts.commands.roster import Member
from streamtts.configuration.config import Config
from streamtts.engine import ANY_LANGUAGE, EngineError, VoiceInfo
from streamtts.errors import UsageError
from streamtts.quality.policy import Policy
from streamtts.speech.language import primary
from streamtts.voices import Choice, chain, chosen, why_only_by_name

Named = tuple[str, str]  # an engine and its voice


def usual_voices(everyone: Sequence[Member], config: Config, languages: Iterable[str]) -> set[Named]:
    """Those of these languages, by their primary codes."""
    ready = {member.name: member for member in everyone if member.missing is None}

    @cache
    def voices(engine: str) -> Sequence[VoiceInfo]:
        try:
            return ready[engine].voices()
        except EngineError:
            return ()

    def usual(language: str) -> Iterator[Named]:
        for choice in chain(given, language, policy):
            if not _able(choice, ready.get(choice.engine), language):
                continue
            if choice.voice:
                yield choice.engine, choice.voice
            for voice in voices(choice.engine):
                if voice.default and primary(voice.language) == language:
                    yield choice.engine, voice.name
            if choice.named:
                yield choice.engine, ""  # which of its voices that is only the engine knows

    given, policy = list(given_voices(config)), Policy(config.quality)
    found = (next(usual(language), None) for language in {*languages} - {ANY_LANGUAGE})
    return {named for named in found if named is not None}


def _able(choice: Choice, member: Member | None, language: str) -> bool:
    if member is None or member.engine is None or not member.speaks(language):
        return False
    return choice.named or not why_only_by_name(member.engine)


def given_voices(config: Config) -> Iterator[Choice]:
    """What is set and is none is told when it is to speak."""
    for spec in config.voice:
        try:
            yield chosen(spec, config.engines)
        except UsageError:
            continue
