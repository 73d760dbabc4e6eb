"""eSpeak NG: about a hundred languages, robotic and instant; the last resort.

A voice is what `espeak-ng --voices` lists as language, name or file, or that with a variant (`de+f3`).
"""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

from streamtts.engine import (
    ANY_LANGUAGE,
    EngineError,
    Pcm,
    SynthesizerEngine,
    Ticket,
    VoiceInfo,
    VoiceOptions,
)
from streamtts.synthesizers import packages, stressed
from streamtts.synthesizers.markup import without_commands
from streamtts.synthesizers.pcm import trim_stream
from streamtts.synthesizers.program import output_of
from streamtts.synthesizers.settings import Settings
from streamtts.synthesizers.wav import WavError, WavFormat, WavReader

PROGRAMS = ("espeak-ng", "espeak")
INSTALL = "install it with `apt install espeak-ng` or `brew install espeak-ng`"

_PATIENCE_S = 20.0
_LONGEST_PIECE = 2000  # characters; in UTF-8 they fit into any pipe
_PIECE_BYTES = 1 << 13
_ABBREVIATION = re.compile(r"\w&\w|\b\w\.\w\b")  # AT&T, e.g.: with markup it would not be known
_EMPHASIS = '<emphasis level="strong">{}</emphasis>'  # weaker ones are not heard
_FAVOURITES = {"en": "en-us", "zh": "cmn", "no": "nb"}  # where the list's own order is not what most expect
_VARIANT = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class ListedVoice:
    """A line of `espeak-ng --voices`."""

    language: str
    name: str
    file: str
    ranks: tuple[tuple[str, int], ...]  # the languages it serves, each with how far from the best it is


@dataclass(frozen=True)
class EspeakVoice:
    """Runs the program for each sentence: it starts in a few milliseconds."""

    argv: tuple[str, ...]
    rate_hz: int = 0
    streams: bool = True

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        parts = stressed.pieces(text, _LONGEST_PIECE)
        sounds = (self._sound(part, ticket) for part in parts)
        for sound in trim_stream(chain.from_iterable(sounds), self.rate_hz):
            ticket.check()
            yield sound

    def close(self) -> None:
        pass

    def asked(self, runs: Sequence[stressed.Run]) -> tuple[Sequence[str], str]:
        """The program, and what it reads: markup only where something is to be stressed."""
        runs = [(text, strong and not _ABBREVIATION.search(text)) for text, strong in runs]
        if any(strong for _, strong in runs):
            markup = stressed.written(runs, lambda text: escape(text, quote=False), _EMPHASIS.format)
            return (*self.argv, "-m"), without_commands(markup)
        return self.argv, without_commands("".join(text for text, _ in runs))

    def _sound(self, runs: Sequence[stressed.Run], ticket: Ticket) -> Iterator[Pcm]:
        reader = WavReader(self._check)
        argv, text = self.asked(runs)
        try:
            output = output_of(argv, text, ticket, patience_s=_PATIENCE_S)
            for data in _even(output):
                if sound := reader.feed(data):
                    yield sound
            reader.finish()
        except WavError as problem:
            raise EngineError(f"{self.argv[0]} wrote no sound that can be played: {problem}") from problem

    def _check(self, form: WavFormat) -> None:
        if form.rate_hz != self.rate_hz:
            raise WavError(f"it has {form.rate_hz} Hz now, {self.rate_hz} Hz before")


def _even(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut where they always are, whatever the pipe does, so that a text sounds the same each time."""
    waiting = b""
    for piece in pieces:
        waiting += piece
        while len(waiting) >= _PIECE_BYTES:
            yield waiting[:_PIECE_BYTES]
            waiting = waiting[_PIECE_BYTES:]
    yield waiting


def listed(listing: str) -> list[ListedVoice]:
    """The voices in the output of `espeak-ng --voices`."""
    voices = []
    for line in listing.splitlines():
        columns = line.split()
        if len(columns) < 5 or not columns[0].isdigit():
            continue
        priority, language, _, name, file = columns[:5]
        others = re.findall(r"\((\S+) (\d+)\)", line)
        ranks = ((language, int(priority)), *((other, int(rank)) for other, rank in others))
        voices.append(ListedVoice(language.lower(), name, file, ranks))
    return voices


def for_language(code: str, voices: Sequence[ListedVoice]) -> str:
    """The best voice for a language code such as `ja`, `pt-BR` or `zh_TW`."""
    wanted = code.lower().replace("_", "-") or "en"
    base = wanted.partition("-")[0]
    for language in (_FAVOURITES.get(wanted, wanted), wanted, _FAVOURITES.get(base, base), base):
        served = [
            (voice.language != language, rank, voice.language)
            for voice in voices
            for name, rank in voice.ranks
            if name == language
        ]
        if served:
            return min(served)[2]
    family = [voice.language for voice in voices if voice.language.partition("-")[0] == base]
    if not family:
        raise EngineError(f"espeak has no voice for the language {code!r}: `streamtts voices` lists them")
    return family[0]


def chosen(voice: str, voices: Sequence[ListedVoice]) -> str:
    """The voice that a user named."""
    name, plus, variant = voice.partition("+")
    known = [
        each for one in voices for each in (one.language, one.name, one.file, *(s for s, _ in one.ranks))
    ]
    packages.check_voice("espeak", name, known)
    if plus and not _VARIANT.fullmatch(variant):
        raise EngineError(f"espeak has no voice {voice[:200]!r}: after the + stands a variant, as in de+f3")
    return voice


def _program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def _missing() -> str | None:
    return None if _program() else f"espeak-ng is not installed: {INSTALL}"


def _listing(program: str) -> list[ListedVoice]:
    try:
        told = subprocess.run(  # noqa: S603 - nothing of others among the arguments
            [program, "--voices"], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise EngineError(f"`{program} --voices` fails: {INSTALL}") from problem
    return listed(told.stdout.decode(errors="replace"))


def _voices() -> Sequence[VoiceInfo]:
    program = _program()
    if program is None:
        return ()
    return list(described(_listing(program)))


def described(voices: Sequence[ListedVoice]) -> Iterator[VoiceInfo]:
    """By language, as one would name them; a second one of a language by its file."""
    taken: set[str] = set()
    for voice in voices:
        name = voice.file if voice.language in taken else voice.language
        taken.add(name)
        base = voice.language.partition("-")[0]
        yield VoiceInfo(name, base, voice.name, default=name == for_language(base, voices))


def _refuses(voice: str) -> str | None:
    program = _program()
    return packages.objection(chosen, voice, _listing(program)) if program else None


def _create(options: VoiceOptions) -> EspeakVoice:
    Settings("espeak", options.settings).close()
    program = _program()
    if program is None:
        raise EngineError(f"espeak-ng is not installed: {INSTALL}")
    voices = _listing(program)
    voice = chosen(options.voice, voices) if options.voice else for_language(options.language, voices)
    argv = (program, "--stdin", "--stdout", "-b", "1", "-v", voice)
    return EspeakVoice(argv, _rate_hz(argv))


def _rate_hz(argv: Sequence[str]) -> int:
    """It depends on the voice; asking also shows, before the first sentence, that the voice works."""
    forms: list[WavFormat] = []
    reader = WavReader(forms.append)
    try:
        for data in output_of(argv, "a", Ticket(), patience_s=_PATIENCE_S):
            reader.feed(data)
        reader.finish()
    except WavError as problem:
        raise EngineError(f"{argv[0]} wrote no sound that can be played: {problem}") from problem
    return forms[0].rate_hz


engine = SynthesizerEngine(
    name="espeak",
    summary="any language, robotic and instant: the last resort",
    languages=(ANY_LANGUAGE,),
    licence="GPL-3.0 program, run as it is",
    create=_create,
    missing=_missing,
    voices=_voices,
    program=True,
    refuses=_refuses,
    stresses=True,
    settings=(),
)
