"""One of Google Translate's voices.

gTTS writes the requests; they are sent from here, because gTTS itself would not check Google's certificate.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO

import soundfile
from gtts import gTTS

from streamtts.engine import EngineError, Pcm, Ticket
from streamtts.synthesizers import speakable
from streamtts.synthesizers.pcm import from_floats, trim_stream
from streamtts.web.address import WebAddress
from streamtts.web.server import Server
from streamtts.web.trouble import PostError

RATE_HZ = 24_000

_PATH = "/_/TranslateWebserverUi/data/batchexecute"
_LONGEST_PIECE = 90  # characters; gTTS divides what is longer than 100, and drops marks behind brackets
_MOST_BYTES = 1 << 22
_MOST_FRAMES = 120 * RATE_HZ  # of a hundred characters
_SOUND = re.compile(rb'jQ1olc","\[\\"([A-Za-z0-9+/=]*)\\"\]')


class GttsVoice:
    """Asks for a hundred characters at a time, which is what Google takes."""

    rate_hz = RATE_HZ
    streams = False

    def __init__(self, address: WebAddress, language: str, timeout_s: float) -> None:
        self._address = address
        self._language = language
        self._server = Server(address, timeout_s=timeout_s)

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        requests = (
            body
            for piece in speakable.pieces(text, _LONGEST_PIECE)
            for body in gTTS(piece, lang=self._language, lang_check=False).get_bodies()
        )
        sounds = (self._sound(body.encode(), ticket) for body in requests)
        for sound in trim_stream(sounds, RATE_HZ):
            ticket.check()
            yield sound

    def close(self) -> None:
        self._server.close()

    def _sound(self, body: bytes, ticket: Ticket) -> Pcm:
        name = self._address.name
        try:
            with self._server.ask(
                self._address.path.rstrip("/") + _PATH,
                gTTS.GOOGLE_TTS_HEADERS,
                body,
                ticket,
                most_bytes=_MOST_BYTES,
            ) as answer:
                status = answer.head().status
                if status != 200:
                    raise EngineError(
                        f"{name} refuses ({status}): it limits how much one may ask, try again later"
                    )
                said = b"".join(answer.pieces())
        except PostError as problem:
            raise EngineError(f"{name} {problem}") from problem
        found = _SOUND.search(said)
        if not found or not found[1]:
            raise EngineError(f"{name} sent no sound for {self._language!r}: choose another voice")
        return self._decoded(found[1])

    def _decoded(self, base64: bytes) -> Pcm:
        try:
            with soundfile.SoundFile(BytesIO(b64decode(base64 + b"=="))) as file:
                rate_hz = file.samplerate
                frames = file.read(_MOST_FRAMES, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, ValueError) as problem:
            raise EngineError(
                f"{self._address.name} sent no sound that can be played: try again later"
            ) from problem
        if rate_hz != RATE_HZ:
            raise EngineError(f"{self._address.name} sent {rate_hz} Hz, not {RATE_HZ}: choose another voice")
        return from_floats(frames[:, 0].copy())
