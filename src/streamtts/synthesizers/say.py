"""The voices of macOS, through its `say` program.

A voice is a name of `say -v '?'`: `Kyoko`, `Ava (Premium)`. More of them: System Settings, Accessibility,
Spoken Content, System Voice, Manage Voices.
"""

import difflib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from streamtts.engine import (
    ANY_LANGUAGE,
    STRESS_BEGIN,
    EngineError,
    Pcm,
    SynthesizerEngine,
    Ticket,
    VoiceInfo,
    VoiceOptions,
)
from streamtts.synthesizers import packages, stressed
from streamtts.synthesizers.pcm import trimmed
from streamtts.synthesizers.program import output_of
from streamtts.synthesizers.settings import Settings
from streamtts.synthesizers.wav import WavError, WavFormat, WavReader

RATE_HZ = 22_050

_PATIENCE_S = 60.0  # it is silent until the whole sentence is in its file
_LONGEST_PIECE = 1000  # characters; in UTF-8 they fit into any pipe
_OPENING = re.compile(rf"\[(?=[\[{STRESS_BEGIN}])")  # "[[" is a command's
_WORD = re.compile(r"\S*\w\S*")
_LINE = re.compile(r"^(?P<name>\S.*?)\s+(?P<locale>[a-z]{2,3}(?:[_-][A-Za-z0-9_-]+)?)\s+#")
# Whatever locale the session has: the text is UTF-8.
_UTF8 = {"LC_ALL": "en_US.UTF-8", "__CF_USER_TEXT_ENCODING": "0x0:0x8000100:0x0"}

# By language, the best first; every voice not named here comes after, the odd ones last.
_FAVOURITES = {
    "ar": ("Majed", "Maged"),
    "de": ("Anna",),
    "en": ("Samantha", "Alex", "Daniel"),
    "es": ("Mónica", "Monica", "Paulina"),
    "fr": ("Thomas", "Audrey", "Amélie"),
    "it": ("Alice", "Federica"),
    "ja": ("Kyoko", "Otoya", "Hattori", "O-Ren"),
    "ko": ("Yuna",),
    "nl": ("Xander", "Ellen"),
    "pt": ("Luciana", "Joana"),
    "ru": ("Milena", "Yuri"),
    "zh": ("Tingting", "Ting-Ting", "Meijia", "Mei-Jia", "Sinji", "Sin-ji"),
}
_QUALITIES = ("(Premium)", "(Enhanced)")
_ODD = frozenset(
    (
        *("Agnes", "Albert", "Bad News", "Bahh", "Bells", "Boing", "Bruce", "Bubbles", "Cellos", "Deranged"),
        *(
            "Eddy",
            "Flo",
            "Fred",
            "Good News",
            "Grandma",
            "Grandpa",
            "Hysterical",
            "Jester",
            "Junior",
            "Kathy",
        ),
        *("Organ", "Pipe Organ", "Princess", "Ralph", "Reed", "Rocko", "Sandy", "Shelley", "Superstar"),
        *("Trinoids", "Vicki", "Whisper", "Wobble", "Zarvox"),
    )
)


@dataclass(frozen=True, slots=True)
class ListedVoice:
    """A line of `say -v '?'`."""

    name: str
    locale: str

    @property
    def language(self) -> str:
        return re.split("[_-]", self.locale)[0]

    @property
    def plain_name(self) -> str:
        return self.name.partition(" (")[0]


class SayVoice:
    """Runs `say` for each sentence; it can only write to a file, which lies in a folder of our own."""

    rate_hz = RATE_HZ
    streams = False

    def __init__(self, program: str, voice: str) -> None:
        self._argv = (program, "-v", voice)
        self._folder = TemporaryDirectory(prefix="streamtts-say-")
        self._numbers = count()

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        for runs in stressed.pieces(text, _LONGEST_PIECE):
            sound = trimmed(self._sound(_commanded(runs), ticket), RATE_HZ)
            if not sound:
                raise EngineError(
                    f"{self._argv[-1]} of `say` cannot speak this text: choose a voice for its language"
                )
            yield sound

    def close(self) -> None:
        self._folder.cleanup()

    def _sound(self, text: str, ticket: Ticket) -> Pcm:
        path = Path(self._folder.name, f"{next(self._numbers)}.wav")
        argv = (
            *self._argv,
            "-o",
            str(path),
            "--file-format=WAVE",
            f"--data-format=LEF32@{RATE_HZ}",
            "-f",
            "-",
        )
        output = output_of(argv, text, ticket, patience_s=_PATIENCE_S, extra_environment=_UTF8)
        try:
            for _ in output:
                pass
            return _read(path.read_bytes())
        except (OSError, WavError) as problem:
            raise EngineError(f"`say` wrote no sound that can be played: {_words(problem)}") from problem
        finally:
            with suppress(FileNotFoundError):
                path.unlink()


def _commanded(runs: Sequence[stressed.Run]) -> str:
    """With our commands, each for one word; those of the text are only text."""
    text = stressed.written(runs, str, lambda words: _WORD.sub(rf"{STRESS_BEGIN}\g<0>", words))
    return _OPENING.sub("[ ", text).replace(STRESS_BEGIN, "[[emph +]]")


def listed(listing: str) -> list[ListedVoice]:
    """The voices in the output of `say -v '?'`."""
    lines = map(_LINE.match, listing.splitlines())
    return [ListedVoice(line["name"], line["locale"]) for line in lines if line]


def for_language(code: str, voices: Sequence[ListedVoice]) -> str:
    """The best voice for a language code such as `ja`, `pt-BR` or `zh_TW`."""
    wanted = code.replace("-", "_").lower() or "en"
    base = wanted.partition("_")[0]
    fitting = [voice for voice in voices if voice.language == base]
    if not fitting:
        raise EngineError(
            f"macOS has no voice for the language {code!r} yet: add one in System Settings, Accessibility,"
            " Spoken Content, System Voice, Manage Voices"
        )
    return min(fitting, key=lambda voice: _rank(voice, wanted)).name


def _rank(voice: ListedVoice, wanted: str) -> tuple[bool, bool, int, int]:
    favourites = _FAVOURITES.get(voice.language, ())
    named = voice.plain_name in favourites
    quality = next((i for i, word in enumerate(_QUALITIES) if word in voice.name), len(_QUALITIES))
    return (
        "_" in wanted and voice.locale.lower() != wanted,
        voice.plain_name in _ODD,
        favourites.index(voice.plain_name) if named else len(favourites),
        quality,
    )


def chosen(voice: str, voices: Sequence[ListedVoice]) -> str:
    """The voice that a user named, in any case: `say` itself would quietly take another."""
    for one in voices:
        if voice.casefold() in (one.name.casefold(), one.plain_name.casefold()):
            return one.name
    names = {one.plain_name.casefold(): one.plain_name for one in voices}
    near = difflib.get_close_matches(voice.casefold(), names, n=1)
    hint = f"did you mean {names[near[0]]}?" if near else "`streamtts voices say` lists them"
    raise EngineError(f"macOS has no voice {voice[:200]!r}: {hint}")


def _read(data: bytes) -> Pcm:
    reader = WavReader(_check)
    sound = reader.feed(data)
    reader.finish()
    return sound


def _check(form: WavFormat) -> None:
    if form.rate_hz != RATE_HZ:
        raise WavError(f"it has {form.rate_hz} Hz, not the {RATE_HZ} Hz asked for")


def _words(problem: Exception) -> str:
    return "there is no file" if isinstance(problem, FileNotFoundError) else str(problem)


def _listing() -> list[ListedVoice]:
    """Empty where there is no `say`, or another program of that name."""
    program = shutil.which("say")
    if program is None:
        return []
    try:
        told = subprocess.run(  # noqa: S603 - nothing of others among the arguments
            [program, "-v", "?"], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return listed(told.stdout.decode(errors="replace"))


def _missing() -> str | None:
    if sys.platform == "darwin" or _listing():
        return None
    return "say needs macOS: choose another voice, `streamtts engines` lists what there is"


def _voices() -> Sequence[VoiceInfo]:
    voices = _listing()
    usual = {for_language(voice.language, voices) for voice in voices}
    return [VoiceInfo(v.name, v.language, v.locale, default=v.name in usual) for v in voices]


def _refuses(voice: str) -> str | None:
    voices = _listing()
    return packages.objection(chosen, voice, voices) if voices else None


def _create(options: VoiceOptions) -> SayVoice:
    Settings("say", options.settings).close()
    voices = _listing()
    program = shutil.which("say")
    if program is None or not voices:
        raise EngineError(
            _missing() or "`say -v '?'` lists no voices: see whether `say hello` works in a terminal"
        )
    voice = chosen(options.voice, voices) if options.voice else for_language(options.language, voices)
    return SayVoice(program, voice)


engine = SynthesizerEngine(
    name="say",
    summary="the voices of macOS",
    languages=(ANY_LANGUAGE,),
    licence="part of macOS, under Apple's licence",
    create=_create,
    missing=_missing,
    voices=_voices,
    program=True,
    refuses=_refuses,
    stresses=True,
    settings=(),
)
