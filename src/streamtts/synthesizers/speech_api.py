"""A voice behind OpenAI's speech interface: asked for, asked again, listened to, and not believed."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from itertools import chain

from streamtts.engine import EngineError, Pcm, Ticket
from streamtts.synthesizers import stressed
from streamtts.synthesizers.doubts import JUDGED_BYTES, kind_of_text, longest_s, may_be_text
from streamtts.synthesizers.pcm import trim_stream
from streamtts.synthesizers.speech_events import sound_of
from streamtts.synthesizers.wav import Decoder, Samples, WavError, WavFormat, WavReader
from streamtts.web.address import WebAddress
from streamtts.web.attempts import PAUSES_S, NotNow, attempts
from streamtts.web.openai import KEY_VARIABLES, headers_with
from streamtts.web.quote import quoted
from streamtts.web.refusal import Refusing, complaint_of
from streamtts.web.server import Head, Patience, Server
from streamtts.web.trouble import ConnectionLost, PostError

_MOST_BYTES_A_FRAME = 3  # of 16-bit samples, which may come as text
_WAV_START = b"RIFF"
_EVENTS = "text/event-stream"
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
    first_timeout_s: float = 0.0  # until there is some sound; as `timeout_s` unless set
    longest: int = 4000  # characters at once; OpenAI takes 4096
    speed: float = 1.0  # that the server is told, in `extra`
    streams: bool = True
    engine: str = "openai"  # whose settings these are
    key_variable: str = KEY_VARIABLES[0]
    check: str = "url, model and voice"  # the settings that may be wrong
    extra: Mapping[str, object] = field(default_factory=dict, repr=False)  # that this server wants to know
    plain: Callable[[str], str] = str  # without what its model would take for orders
    strong: Callable[[str], str] = str  # words to be stressed, as its model wants them

    @property
    def patience_s(self) -> float:
        return self.first_timeout_s or self.timeout_s

    def asked(self, text: str) -> bytes:
        named = {"model": self.model, "voice": self.voice}
        wanted = {"input": text, "response_format": self.form, **self.extra}
        return json.dumps({name: word for name, word in named.items() if word} | wanted).encode()


class SpeechApiVoice:
    """Keeps its connection from sentence to sentence."""

    def __init__(self, api: SpeechApi, address: WebAddress) -> None:
        self._api = api
        self._address = address
        self._server = Server(address, timeout_s=max(api.timeout_s, api.patience_s))
        self._headers = headers_with(api.key)
        self._refusing = Refusing(address.name, api.key, api.check, api.key_variable)

    @property
    def rate_hz(self) -> int:
        return self._api.rate_hz

    @property
    def streams(self) -> bool:
        return self._api.streams

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        api = self._api
        parts = (
            stressed.written(runs, api.plain, api.strong)
            for runs in stressed.pieces(api.plain(text), api.longest)
        )
        sounds = (self._sound(part, ticket) for part in parts)
        for sound in trim_stream(chain.from_iterable(sounds), self.rate_hz):
            ticket.check()
            yield sound

    def close(self) -> None:
        self._server.close()

    def _sound(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        return attempts(lambda: self._attempt(text, ticket), self._api.pauses_s, ticket)

    def _attempt(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        name, api = self._address.name, self._api
        most_frames = round(api.rate_hz * longest_s(text, api.speed))
        try:
            with self._server.ask(
                self._address.path,
                self._headers,
                api.asked(text),
                ticket,
                most_bytes=_MOST_BYTES_A_FRAME * most_frames,
            ) as answer:
                patience = Patience(api.patience_s)
                head = answer.head(patience)
                if head.status != 200:
                    raise self._refusing.error(head, complaint_of(answer.pieces()))
                left = most_frames
                for sound in self._heard(head, answer.pieces(patience, api.timeout_s)):
                    left -= len(sound)
                    if left < 0:
                        raise PostError("sends far more than the text can need: check its address")
                    yield sound
        except ConnectionLost as problem:
            raise NotNow(f"{name} {problem}: check whether it is well") from problem
        except PostError as problem:
            raise EngineError(f"{name} {problem}") from problem

    def _heard(self, head: Head, pieces: Iterator[bytes]) -> Iterator[Pcm]:
        kind, rate_hz = _kind_of(head)
        if kind == _EVENTS:
            kind, pieces = "", sound_of(pieces, self._refusing)
        first = b""
        while len(first) < JUDGED_BYTES and may_be_text(first) and (more := next(pieces, b"")):
            first += more
        if not first:
            raise EngineError(f"{self._address.name} sent no sound: check the model and the voice")
        decoder = self._decoder(kind, rate_hz, first, pieces)
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

    def _decoder(self, kind: str, rate_hz: str, first: bytes, rest: Iterator[bytes]) -> Decoder:
        """By what comes, not by what was asked for: compressed sound taken for samples is a loud noise."""
        if first.startswith(_WAV_START):
            return WavReader(self._check)
        is_pcm = kind in _PCM_TYPES or (kind in _ANY_TYPES and self._api.form == "pcm")
        is_text = may_be_text(first)
        if is_pcm and not is_text:
            self._check_rate(rate_hz or str(self.rate_hz))
            return Samples()
        if kind in _WAV_TYPES:
            return WavReader(self._check)
        said = self._refusing.saying(complaint_of(chain((first,), rest)))
        name, api = self._address.name, self._api
        if is_pcm:
            raise EngineError(f"{name} sent {kind_of_text(first)} instead of sound{said}: check {api.check}")
        raise EngineError(
            f"{name} sent {quoted(kind)} instead of {api.form}{said}:"
            f" set engines.{api.engine}.format to what it can send"
        )

    def _check(self, form: WavFormat) -> None:
        if form.kind != "s16":
            raise WavError("its samples are not 16-bit integers")
        self._check_rate(str(form.rate_hz))

    def _check_rate(self, rate_hz: str) -> None:
        if rate_hz != str(self.rate_hz):
            raise EngineError(
                f"{self._address.name} sends {quoted(rate_hz)} Hz:"
                f" set engines.{self._api.engine}.rate_hz to that"
            )


def _kind_of(head: Head) -> tuple[str, str]:
    """What the server says that it sends, and the rate of that, if it says one."""
    header = Message()
    header["Content-Type"] = head.content_type
    kind = header.get_content_type() if head.content_type else ""
    return kind, str(header.get_param("rate", head.rate_hz))
