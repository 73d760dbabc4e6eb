"""A voice that costs nothing, to measure what is around it; or one as slow as it is told to be."""

import time
from array import array
from collections.abc import Iterator

from streamtts.engine import ANY_LANGUAGE, Pcm, SynthesizerEngine, Ticket, VoiceInfo, VoiceOptions
from streamtts.synthesizers.settings import Settings

RATE_HZ = 24_000


class NullVoice:
    rate_hz = RATE_HZ
    streams = False

    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("null", options.settings)
        self._second_per_character = settings.number("second_per_character", 0.005, 0, 1)
        self._rtf = settings.number("rtf", 0, 0, 10)
        settings.close()
        self._sound: Pcm = memoryview(array("f", [0.1]) * (60 * RATE_HZ))

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        seconds = len(text) * self._second_per_character
        if self._rtf:
            time.sleep(self._rtf * seconds)
        ticket.check()
        yield self._sound[: int(seconds * RATE_HZ)]

    def close(self) -> None:
        pass


engine = SynthesizerEngine(
    name="null",
    summary="a level, at once",
    languages=(ANY_LANGUAGE,),
    licence="Apache-2.0",
    create=NullVoice,
    missing=lambda: None,
    voices=lambda: (VoiceInfo("null", ANY_LANGUAGE),),
)
