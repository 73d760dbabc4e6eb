"""A voice behind OpenAI's speech interface: asked for, asked again, listened to, and not believed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from itertools import chain
from threading import Event
from typing import Any

from streamtts.engine import EngineError, Pcm, Ticket
from streamtts.synthesizers import speakable
from streamtts.synthesizers.http_post import Answer, Head, Server
from streamtts.synthesizers.http_trouble import ConnectionLost, PostError
from streamtts.synthesizers.pcm import trim_stream
from streamtts.synthesizers.quote import quoted
from streamtts.synthesizers.retry_after import seconds_of
from streamtts.synthesizers.wav import Decoder, Samples, WavError, WavFormat, WavReader
from streamtts.synthesizers.web_address import WebAddress

_LONGEST_PIECE = 4000  # characters; OpenAI takes 4096
_LONGEST_PAUSE_S = 30.0
_MOST_COMPLAINT_BYTES = 1 << 13
_SLOWEST_CHAR_S, _LONGEST_REST_S = 1.0, 20.0  # what comes after that much sound is no speech of the text
_NO_CREDIT = "insufficient_quota"  # which comes as 429, but no waiting helps
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
    pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0)  # before the second, third and fourth attempt


class NotNow(EngineError):  # noqa: N818 - it is what the server says
    """It may go better in `pause_s`."""

    def __init__(self, message: str, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.pause_s = pause_s


class SpeechApiVoice:
    """Keeps its connection from sentence to sentence."""

    streams = True

    def __init__(self, api: SpeechApi, address: WebAddress) -> None:
        self._api = api
        self._address = address
        self._server = Server(address, timeout_s=api.timeout_s)
        self._headers = {"Content-Type": "application/json", "User-Agent": "streamtts"}
        if api.key:
            self._headers["Authorization"] = f"Bearer {api.key}"

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
        """Asked again only while nothing of it was heard."""
        for pause_s in (*self._api.pauses_s, None):
            begun = False
            try:
                for sound in self._attempt(text, ticket):
                    begun = True
                    yield sound
            except NotNow as problem:
                if begun or pause_s is None or problem.pause_s > _LONGEST_PAUSE_S:
                    raise
                _wait(max(pause_s, problem.pause_s), ticket)
            else:
                return

    def _attempt(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        name, api = self._address.name, self._api
        asked = {"model": api.model, "input": text, "voice": api.voice, "response_format": api.form}
        most_s = _LONGEST_REST_S + _SLOWEST_CHAR_S * len(text)
        try:
            with self._server.post(
                self._address.path,
                self._headers,
                json.dumps(asked).encode(),
                ticket,
                most_bytes=round(2 * api.rate_hz * most_s),
            ) as answer:
                head = answer.head()
                if head.status != 200:
                    raise self._refusal(head, _complaint(answer.pieces()))
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
        said = self._saying(_complaint(chain((first,), rest)))
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

    def _refusal(self, head: Head, complaint: str) -> EngineError:
        name, said = self._address.name, self._saying(complaint)
        if _NO_CREDIT in complaint:
            return EngineError(f"{name} has no credit left for this key{said}: see to it there")
        if head.status in (408, 429) or head.status >= 500:
            pause_s = seconds_of(head.retry_after)
            return NotNow(f"{name} cannot answer now ({head.status}){said}: try again later", pause_s)
        if 300 <= head.status < 400:
            return EngineError(
                f"{name} sends us on to {quoted(head.location)}: if that is right, give it as url"
            )
        if head.status in (401, 403):
            return EngineError(f"{name} does not accept the key{said}: check STREAMTTS_OPENAI_API_KEY")
        return EngineError(f"{name} refuses ({head.status}){said}: check url, model and voice")

    def _saying(self, complaint: str) -> str:
        """What the server says about it, ready to be put into a sentence."""
        text = message_of(complaint)
        if self._api.key:
            text = text.replace(self._api.key, "...")
        return f', saying "{quoted(text)}"' if quoted(text) else ""


def _complaint(pieces: Iterator[bytes]) -> str:
    """The beginning of a body that is no sound; what came of it will do."""
    body = b""
    with suppress(PostError):
        for piece in pieces:
            body += piece
            if len(body) >= _MOST_COMPLAINT_BYTES:
                break
    return body.decode(errors="replace")


def message_of(body: str) -> str:
    """The message in the JSON that such servers send, whichever of their forms it has."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "" if "<" in body else body
    for _ in range(4):
        if isinstance(found, list) and found:
            found = found[0]
        elif isinstance(found, dict):
            found = next((found[name] for name in ("error", "detail", "message", "msg") if name in found), "")
    return found if isinstance(found, str) else ""


def _wait(seconds: float, ticket: Ticket) -> None:
    woken = Event()
    with ticket.cancelling(woken.set):
        woken.wait(seconds)
    ticket.check()
