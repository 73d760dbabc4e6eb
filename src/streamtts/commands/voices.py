"""`streamtts voices`: what --voice takes."""

import difflib
from collections.abc import Iterator, Sequence
from itertools import groupby

from streamtts.commands.roster import Member, members
from streamtts.commands.table import table
from streamtts.commands.usual import usual_voices
from streamtts.configuration.config import Config
from streamtts.configuration.grammar import language as language_code
from streamtts.configuration.settings import Refused, shown
from streamtts.engine import EngineError, VoiceInfo
from streamtts.errors import StreamttsError, UsageError
from streamtts.shown.terminal import json_text
from streamtts.speech.language import name_of, primary

_HEADINGS = ("VOICE", "LANGUAGE", "NOTE")
_MANY = 20  # voices of one engine, among all the others

Row = tuple[Member, VoiceInfo]


def listing(only: str, config: Config) -> Iterator[str]:
    everyone = members(config)
    rows = _found(only, everyone)
    usual = usual_voices(everyone, config, (primary(voice.language) for _, voice in rows))
    lines: list[tuple[str, str, str]] = []
    for name, group in groupby(rows, lambda row: row[0].name):
        of_engine = [
            (_name(member, voice), voice.language, _note(voice, default=(name, voice.name) in usual))
            for member, voice in group
        ]
        lines += of_engine if only or len(of_engine) <= _MANY else [_summary(name, of_engine)]
    yield from table([_HEADINGS, *lines])


def as_json(only: str, config: Config) -> str:
    everyone = members(config)
    found = _found(only, everyone)
    usual = usual_voices(everyone, config, (primary(voice.language) for _, voice in found))
    rows = [
        {
            "voice": _name(member, voice),
            "language": voice.language,
            "engine": member.name,
            "note": voice.note,
            "default": (member.name, voice.name) in usual,
        }
        for member, voice in found
    ]
    return json_text(rows) + "\n"


def labels(member: Member) -> Sequence[str]:
    """Its voices, as --voice takes them."""
    return [_name(member, voice) for voice in _voices(member)]


def _note(voice: VoiceInfo, *, default: bool) -> str:
    return "; ".join(filter(None, ("default" if default else "", voice.note)))


def _summary(engine: str, rows: Sequence[tuple[str, str, str]]) -> tuple[str, str, str]:
    """One line for an engine whose voices would drown those of the others."""
    languages = len({primary(language) for _, language, _ in rows})
    told = f"{len(rows)} voices: `streamtts voices {engine}` lists them, `streamtts voices LANG` some"
    return f"{engine}:VOICE", str(languages), told


def _found(only: str, everyone: Sequence[Member]) -> Sequence[Row]:
    """The voices of everything, of one engine, or of one language; none of them is an error that says why."""
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
