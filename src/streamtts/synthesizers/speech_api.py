"""A voice behind OpenAI's speech interface: asked for, asked again, listened to, and not believed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from itertools import chain

from streamtts.engine import EngineError, Pcm, Ticket
from streamtts.synthesizers import speakable
from streamtts.synthesizers.pcm import trim_stream
from streamtts.synthesizers.wav import Decoder, Samples, WavError, WavFormat, WavReader
from streamtts.web.address import WebAddress
from streamtts.web.attempts import PAUSES_S, NotNow, attempts
from streamtts.web.openai import headers_with
from streamtts.web.quote import quoted
from streamtts.web.refusal import Refusing, complaint_of
from streamtts.web.server import Answer, Head, Server
from streamtts.web.trouble import ConnectionLost, PostError

_LONGEST_PIECE = 4000  # characters; OpenAI takes 4096
_SLOWEST_CHAR_S, _LONGEST_REST_S = 1.0, 20.0  # what comes after that much sound is no speech of the text
_WAV_START = b"RIFF"
_PCM_TYPES = frozenset(("", "audio/pcm", "audio/l16", "audio/raw", "audio/x-raw"))
_ANY_TYPES = frozenset(("application/octet-stream", "binary/octet-stream"))
_WAV_TYPES = frozenset(("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"))


@dataclass(frozen=True, slots=True)
class SpeechApi:
    """What is asked of the server, whatever the text."""

    model: str
    voice: str
    form: str
    rate_hz: int
    timeout_s: float
    key: str = field(repr=False)
    pauses_s: tuple[float, ...] = PAUSES_S


class SpeechApiVoice:
    """Keeps its connection from sentence to sentence."""

    streams = True

    def __init__(self, api: SpeechApi, address: WebAddress) -> None:
        self._api = api
        self._address = address
        self._server = Server(address, timeout_s=api.timeout_s)
        self._headers = headers_with(api.key)
        self._refusing = Refusing(address.name, api.key, "url, model and voice")

    @property
    def rate_hz(self) -> int:
        return self._api.rate_hz

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        sounds = (self._sound(part, ticket) for part in speakable.pieces(text, _LONGEST_PIECE))
        for sound in trim_stream(chain.from_iterable(sounds), self.rate_hz):
            ticket.check()
            yield sound

    def close(self) -> None:
        self._server.close()

    def _sound(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        return attempts(lambda: self._attempt(text, ticket), self._api.pauses_s, ticket)

    def _attempt(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        name, api = self._address.name, self._api
        asked = {"model": api.model, "input": text, "voice": api.voice, "response_format": api.form}
        most_s = _LONGEST_REST_S + _SLOWEST_CHAR_S * len(text)
        try:
            with self._server.ask(
                self._address.path,
                self._headers,
                json.dumps(asked).encode(),
                ticket,
                most_bytes=round(2 * api.rate_hz * most_s),
            ) as answer:
                head = answer.head()
                if head.status != 200:
                    raise self._refusing.error(head, complaint_of(answer.pieces()))
                yield from self._heard(head, answer)
        except ConnectionLost as problem:
            raise NotNow(f"{name} {problem}: check whether it is well") from problem
        except PostError as problem:
            raise EngineError(f"{name} {problem}") from problem

    def _heard(self, head: Head, answer: Answer) -> Iterator[Pcm]:
        pieces = answer.pieces()
        first = b""
        while len(first) < len(_WAV_START) and (more := next(pieces, b"")):
            first += more
        if not first:
            raise EngineError(f"{self._address.name} sent no sound: check the model and the voice")
        decoder = self._decoder(head, first, pieces)
        try:
            for piece in chain((first,), pieces):
                if sound := decoder.feed(piece):
                    yield sound
            if isinstance(decoder, WavReader):
                decoder.finish()
        except WavError as problem:
            raise EngineError(
                f"{self._address.name} sent no sound that can be played: {problem}"
            ) from problem

    def _decoder(self, head: Head, first: bytes, rest: Iterator[bytes]) -> Decoder:
        """By what comes, not by what was asked for: compressed sound taken for samples is a loud noise."""
        header = Message()
        header["Content-Type"] = head.content_type
        kind = header.get_content_type() if head.content_type else ""
        if first.startswith(_WAV_START):
            return WavReader(self._check)
        if kind in _PCM_TYPES or (kind in _ANY_TYPES and self._api.form == "pcm" and first[:1] != b"{"):
            self._check_rate(str(header.get_param("rate", self.rate_hz)))
            return Samples()
        if kind in _WAV_TYPES:
            return WavReader(self._check)
        said = self._refusing.saying(complaint_of(chain((first,), rest)))
        raise EngineError(
            f"{self._address.name} sent {quoted(kind)} instead of {self._api.form}{said}:"
            " set engines.openai.format to what it can send"
        )

    def _check(self, form: WavFormat) -> None:
        if form.kind != "s16":
            raise WavError("its samples are not 16-bit integers")
        self._check_rate(str(form.rate_hz))

    def _check_rate(self, rate_hz: str) -> None:
        if rate_hz != str(self.rate_hz):
            raise EngineError(
                f"{self._address.name} sends {quoted(rate_hz)} Hz: set engines.openai.rate_hz to that"
            )
