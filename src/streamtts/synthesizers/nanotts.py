"""NanoTTS (SVOX Pico): German, Spanish, French, Italian and English, tiny and quick."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from streamtts.engine import EngineError, SynthesizerEngine, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.pcm import from_s16, with_pauses
from streamtts.synthesizers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Pcm, Ticket

_DEFAULTS = {"de": "de-DE", "en": "en-US", "es": "es-ES", "fr": "fr-FR", "it": "it-IT"}
_VOICES = (*_DEFAULTS.values(), "en-GB")
_VOLUME = 0.32  # at its own 1.0 the loudest vowels are cut off
_LONGEST_PIECE = 200  # characters; it can only be interrupted between two pieces
_MARKUP = re.compile(r"[<>\\]")  # the engine obeys commands in angle brackets; text is only to be spoken


class NanoVoice:
    streams = False
    rate_hz = 16_000

    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("nanotts", options.settings)
        self._speed = settings.number("speed", 1, 0.2, 5)
        self._pitch = settings.number("pitch", 1, 0.5, 2)
        settings.close()
        self._voice = options.voice or _DEFAULTS.get(options.language, "en-US")
        packages.require(_missing())
        packages.check_voice("nanotts", self._voice, _VOICES)
        import py_nanotts

        self._engine: Any = py_nanotts.NanoTTS()

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        spoken = False
        for piece in with_pauses(self._clips(text, ticket), self.rate_hz):
            spoken = True
            yield piece
        if not spoken and speakable.has_words(text):
            raise EngineError(
                f"nanotts found no word of {self._voice}: choose a voice for the language of this text"
            )

    def close(self) -> None:
        pass  # it keeps nothing between two calls

    def _clips(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        for piece in speakable.pieces(_MARKUP.sub(" ", normalize("NFKC", text)), _LONGEST_PIECE):
            ticket.check()
            try:
                data = self._engine.speak(
                    piece, voice=self._voice, speed=self._speed, pitch=self._pitch, volume=_VOLUME
                )
            except RuntimeError as error:
                raise EngineError(f"nanotts failed ({error}): try another voice") from error
            yield from_s16(data)


def _voices() -> Sequence[VoiceInfo]:
    return [
        VoiceInfo(name, name[:2], name[3:], default=name == _DEFAULTS[name[:2]]) for name in sorted(_VOICES)
    ]


def _missing() -> str | None:
    return packages.reason_missing("nanotts", ("py_nanotts",), "pip install 'streamtts[nanotts]'")


engine = SynthesizerEngine(
    name="nanotts",
    summary="German, Spanish, French, Italian, English; tiny, 16 kHz",
    languages=tuple(sorted(_DEFAULTS)),
    licence="Apache-2.0, voices Apache-2.0 (SVOX Pico)",
    create=NanoVoice,
    missing=_missing,
    voices=_voices,
    hosted=True,  # it holds the interpreter's lock while it speaks, and is C that parses what it is given
    refuses=lambda voice: packages.unknown_voice("nanotts", voice, _VOICES),
    settings=("speed", "pitch"),
)
