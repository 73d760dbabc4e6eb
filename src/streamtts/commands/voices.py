"""`streamtts voices`: what --voice takes, and voices of the user's own."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from streamtts.cloned.names import key
from streamtts.cloned.store import places
from streamtts.cloned.voice import ClonedVoice, read
from streamtts.commands import own_voices
from streamtts.commands.configuration import held
from streamtts.commands.roster import Member, members
from streamtts.commands.table import table
from streamtts.commands.usual import usual_voices
from streamtts.configuration.config import Config
from streamtts.configuration.grammar import language as language_code
from streamtts.configuration.settings import Refused, shown
from streamtts.engine import ANY_LANGUAGE, EngineError, VoiceInfo
from streamtts.environment import Environment
from streamtts.errors import StreamttsError, UsageError
from streamtts.shown.terminal import json_text
from streamtts.speech.language import name_of, primary
from streamtts.voices import cloners, why_not_ready
from streamtts.voicewords import (
    AddVoiceCommand,
    PlayVoiceCommand,
    RemoveVoicesCommand,
    VoiceCommand,
    VoicesCommand,
)

_HEADINGS = ("VOICE", "LANGUAGE", "NOTE")
_MANY = 20  # voices of one engine, among all the others


@dataclass(frozen=True, slots=True)
class Row:
    """A voice, and how --voice takes it."""

    name: str
    member: Member
    voice: VoiceInfo
    own: bool = False  # the user's

    def speaks(self, code: str) -> bool:
        return self.member.speaks(code) if self.own else primary(self.voice.language) == code


def answer(command: VoiceCommand, env: Environment) -> None:
    match command:
        case VoicesCommand(only, in_json):
            told = as_json if in_json else listing
            env.stdout.writelines(told(only, held(env.environ), env.environ))
        case AddVoiceCommand():
            env.stdout.write(own_voices.added(command, env))
        case RemoveVoicesCommand(names):
            env.stdout.writelines(own_voices.removed(names, env.environ))
        case PlayVoiceCommand(name, output):
            own_voices.play(name, output, env.environ)


def listing(only: str, config: Config, environ: Mapping[str, str]) -> Iterator[str]:
    rows, usual = _rows(only, config, environ)
    lines: list[tuple[str, str, str]] = []
    for (name, own), group in groupby(rows, lambda row: (row.member.name, row.own)):
        of_engine = [
            (row.name, row.voice.language, _note(row, default=_named(row) in usual)) for row in group
        ]
        lines += of_engine if only or own or len(of_engine) <= _MANY else [_summary(name, of_engine)]
    yield from table([_HEADINGS, *lines])


def as_json(only: str, config: Config, environ: Mapping[str, str]) -> Iterator[str]:
    found, usual = _rows(only, config, environ)
    rows = [
        {
            "voice": row.name,
            "language": row.voice.language,
            "engine": row.member.name,
            "note": row.voice.note,
            "default": _named(row) in usual,
            "own": row.own,
        }
        for row in found
    ]
    yield json_text(rows) + "\n"


def labels(member: Member) -> Sequence[str]:
    """Its voices, as --voice takes them."""
    return [row.name for row in _voices(member)]


def _rows(
    only: str, config: Config, environ: Mapping[str, str]
) -> tuple[Sequence[Row], set[tuple[str, str]]]:
    everyone = members(config)
    rows = _found(only, everyone, _own_voices(everyone, config, environ))
    return rows, usual_voices(everyone, config, (primary(row.voice.language) for row in rows))


def _named(row: Row) -> tuple[str, str]:
    return row.member.name, row.voice.name


def _own_voices(everyone: Sequence[Member], config: Config, environ: Mapping[str, str]) -> Sequence[Row]:
    """Those of the user, each with the engine that speaks with it; the damaged ones too."""
    able = cloners(config.engines)
    by_name = {member.name: member for member in everyone}
    if not able:
        return []
    ready = [engine.name for engine in able if why_not_ready(engine, config.engines) is None]
    if ready:
        told = f"spoken by {' and '.join(ready)}"
    else:
        told = f"nothing here speaks with it yet: {why_not_ready(able[0], config.engines)}"
    rows = []
    for place in places(environ):
        try:
            voice = read(place)
            note = f"{_described(voice)}; {told}"
            name = voice.name
        except EngineError as error:
            name, note = place.name, str(error)
        rows.append(Row(name, by_name[able[0].name], VoiceInfo(name, ANY_LANGUAGE, note), own=True))
    return rows


def _described(voice: ClonedVoice) -> str:
    spoken = f", recorded in {name_of(voice.language)}" if voice.language else ""
    return f"your own, {voice.length_s:.1f} s{spoken}"


def _note(row: Row, *, default: bool) -> str:
    return "; ".join(filter(None, ("default" if default else "", row.voice.note)))


def _summary(engine: str, rows: Sequence[tuple[str, str, str]]) -> tuple[str, str, str]:
    """One line for an engine whose voices would drown those of the others."""
    languages = len({primary(language) for _, language, _ in rows})
    told = f"{len(rows)} voices: `streamtts voices {engine}` lists them, `streamtts voices LANG` some"
    return f"{engine}:VOICE", str(languages), told


def _found(only: str, everyone: Sequence[Member], own: Sequence[Row]) -> Sequence[Row]:
    """The voices of everything, of one engine, or of one language; none of them is an error that says why."""
    named = [member for member in everyone if member.name == only]
    if named:
        return _of_engine(named[0], own)
    rows = [*own, *(row for member in everyone for row in _voices(member))]
    if not only:
        return rows
    if mine := [row for row in own if key(row.name) == key(only)]:
        return mine
    code = _language(only, [member.name for member in everyone])
    rows = [row for row in rows if row.speaks(code)]
    if not rows:
        raise StreamttsError(_nobody(code, everyone))
    return rows


def _of_engine(member: Member, own: Sequence[Row]) -> Sequence[Row]:
    if member.missing is not None:
        raise StreamttsError(member.missing)
    rows = [_row(member, voice) for voice in member.voices()]
    if member.engine is not None and member.engine.clones:
        rows += [_spoken_by(member, row) for row in own]
    if not rows:
        raise StreamttsError(f"{member.name} lists no voices: docs/voices.md says how to name one")
    return rows


def _spoken_by(member: Member, own: Row) -> Row:
    """A voice of the user's own below one engine, where another may be the first to speak with it."""
    name = own.name if own.member.name == member.name else f"{member.name}:{own.name}"
    return Row(name, member, own.voice, own=True)


def _voices(member: Member) -> Sequence[Row]:
    """An engine that cannot say what it has must not hide those that can."""
    try:
        return [_row(member, voice) for voice in member.voices()]
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


def _row(member: Member, voice: VoiceInfo) -> Row:
    return Row(f"{member.name}:{voice.name}" if voice.name else member.name, member, voice)
