"""`streamtts voices`: what --voice takes."""

import difflib
from collections.abc import Iterator, Sequence

from streamtts.commands.roster import Member, members
from streamtts.commands.table import table
from streamtts.configuration.config import Config
from streamtts.configuration.grammar import language as language_code
from streamtts.configuration.settings import Refused, shown
from streamtts.engine import EngineError, VoiceInfo
from streamtts.errors import StreamttsError, UsageError
from streamtts.shown.terminal import json_text
from streamtts.speech.language import name_of, primary

_HEADINGS = ("VOICE", "LANGUAGE", "NOTE")

Row = tuple[Member, VoiceInfo]


def listing(only: str, config: Config) -> Iterator[str]:
    rows = [(_name(member, voice), voice.language, voice.note) for member, voice in _found(only, config)]
    yield from table([_HEADINGS, *rows])


def as_json(only: str, config: Config) -> str:
    rows = [
        {"voice": _name(member, voice), "language": voice.language, "engine": member.name, "note": voice.note}
        for member, voice in _found(only, config)
    ]
    return json_text(rows) + "\n"


def _found(only: str, config: Config) -> Sequence[Row]:
    """The voices of everything, of one engine, or of one language; none of them is an error that says why."""
    everyone = members(config)
    named = [member for member in everyone if member.name == only]
    if named:
        return _of_engine(named[0])
    rows = [(member, voice) for member in everyone for voice in _voices(member)]
    if not only:
        return rows
    code = _language(only, [member.name for member in everyone])
    rows = [(member, voice) for member, voice in rows if primary(voice.language) == code]
    if not rows:
        raise StreamttsError(_nobody(code, everyone))
    return rows


def _of_engine(member: Member) -> Sequence[Row]:
    if member.missing is not None:
        raise StreamttsError(member.missing)
    rows = [(member, voice) for voice in member.voices()]
    if not rows:
        raise StreamttsError(f"{member.name} lists no voices: docs/engines.md says how to name one")
    return rows


def _voices(member: Member) -> Sequence[VoiceInfo]:
    """An engine that cannot say what it has must not hide those that can."""
    try:
        return member.voices()
    except EngineError:
        return ()


def _language(word: str, engines: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, engines, n=1)
    hint = f"did you mean {near[0]}?" if near else "`streamtts engines` lists what there is"
    try:
        return primary(language_code(word))
    except Refused:
        raise UsageError(f"{shown(word)} is neither an engine nor a language code: {hint}") from None


def _nobody(language: str, everyone: Sequence[Member]) -> str:
    able = [m.missing for m in everyone if m.missing and m.speaks(language) and not m.speaks_any]
    what = f"no voice for {name_of(language)} is installed"
    return f"{what}: {able[0]}" if able else f"{what}, and no engine lists one: espeak has most languages"


def _name(member: Member, voice: VoiceInfo) -> str:
    return f"{member.name}:{voice.name}" if voice.name else member.name
