"""A voice for tests: every text is a sine as long as the text, at a pitch of its own."""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from zlib import crc32

from streamtts.engine import ANY_LANGUAGE, Pcm, SynthesizerEngine, Ticket, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.settings import Settings

RATE_HZ = 24_000
AMPLITUDE = 0.2

_VOICE = "sine"
_LONGEST_PIECE = 200  # characters
_SHORTEST_PERIOD, _PERIODS = 48, 73  # frames: 200 to 500 Hz
_FADE = RATE_HZ // 200


@dataclass(frozen=True)
class ToneVoice:
    """Speaks `chars_per_s`; waits before each sentence and each piece as if it had to think."""

    chars_per_s: float
    piece_s: float  # 0: a sentence is one piece
    delay_s: float
    piece_delay_s: float
    rate_hz: int = RATE_HZ

    @property
    def streams(self) -> bool:
        return self.piece_s > 0

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        woken = Event()
        with ticket.cancelling(woken.set):
            _wait(woken, self.delay_s, ticket)
            for part in speakable.pieces(text, _LONGEST_PIECE):
                sound = tone(pitch_frames(text), round(len(part) / self.chars_per_s * RATE_HZ))
                step = max(round(self.piece_s * RATE_HZ), _FADE) if self.streams else len(sound)
                for start in range(0, len(sound), step):
                    _wait(woken, self.piece_delay_s, ticket)
                    yield sound[start : start + step]

    def close(self) -> None:
        pass


def pitch_frames(text: str) -> int:
    """The period of the sine for this text, in frames; the same in every run."""
    return _SHORTEST_PERIOD + crc32(text.encode("utf-8", "surrogatepass")) % _PERIODS


def tone(period_frames: int, frames: int) -> Pcm:
    step = math.tau / period_frames
    period = array("f", (AMPLITUDE * math.sin(step * i) for i in range(period_frames)))
    sound = (period * (frames // period_frames + 1))[:frames]
    for i in range(min(_FADE, frames // 2)):
        sound[i] *= i / _FADE
        sound[-1 - i] *= i / _FADE
    return memoryview(sound)


def _wait(woken: Event, seconds: float, ticket: Ticket) -> None:
    if seconds:
        woken.wait(seconds)
    ticket.check()


def _create(options: VoiceOptions) -> ToneVoice:
    packages.check_voice("tone", options.voice or _VOICE, [_VOICE])
    settings = Settings("tone", options.settings)
    voice = ToneVoice(
        chars_per_s=settings.number("chars_per_s", 15, 0.1, 10_000),
        piece_s=settings.number("piece_s", 0, 0, 60),
        delay_s=settings.number("delay_s", 0, 0, 3600),
        piece_delay_s=settings.number("piece_delay_s", 0, 0, 3600),
    )
    settings.close()
    return voice


engine = SynthesizerEngine(
    name="tone",
    summary="a test voice: one sine for each sentence",
    languages=(ANY_LANGUAGE,),
    licence="Apache-2.0",
    create=_create,
    missing=lambda: None,
    voices=lambda: (VoiceInfo(_VOICE, ANY_LANGUAGE, "length and pitch follow the text"),),
    refuses=lambda voice: packages.unknown_voice("tone", voice, [_VOICE]),
    settings=("chars_per_s", "piece_s", "delay_s", "piece_delay_s"),
)
