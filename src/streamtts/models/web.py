"""GET with the standard library's client; redirects are followed here, so that a token stays home."""

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.error import URLError
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from streamtts.environment import Clock
from streamtts.models.trouble import ModelError

_TIMEOUT_S = 30.0
_PIECE_BYTES = 1 << 18
_MOST_REDIRECTS = 8
_MOST_JSON_BYTES = 1 << 25
_SLOW_WINDOW_S, _SLOW_BYTES = 60.0, 60_000
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (408, 425, 429, 500, 502, 503, 504)


class WebError(Exception):
    """The message is a predicate of which the server is the subject."""

    def __init__(self, told: str, *, passing: bool = False, status: int = 0, wait_s: float = 0) -> None:
        super().__init__(told)
        self.passing = passing  # the next attempt may go better
        self.status = status
        self.wait_s = wait_s


@dataclass(slots=True)
class Answer:
    """The head, and a body that is read once."""

    status: int
    headers: Mapping[str, str]
    _response: HTTPResponse
    _clock: Clock
    _window: list[float] = field(default_factory=list)

    def pieces(self, most_bytes: int) -> Iterator[bytes]:
        """The body. Raises WebError if it ends early, drips, or goes on for ever."""
        promised = self.headers.get("content-length", "")
        got, since_s, since_bytes = 0, self._clock.now(), 0
        while True:
            with _in_words():
                piece = self._response.read1(_PIECE_BYTES)
            if not piece:
                break
            got += len(piece)
            if got > most_bytes:
                raise WebError("sends more than it announced: try again later")
            yield piece
            now_s = self._clock.now()
            if now_s - since_s > _SLOW_WINDOW_S:
                if got - since_bytes < _SLOW_BYTES:
                    raise WebError("sends next to nothing: check the network", passing=True)
                since_s, since_bytes = now_s, got
        if promised.isdecimal() and got < int(promised):
            raise WebError("closed the connection in the middle: check the network", passing=True)


class Web:
    """One server, and those that it sends us to."""

    def __init__(self, endpoint: str, token: str, clock: Clock, timeout_s: float = _TIMEOUT_S) -> None:
        self.home = endpoint.rstrip("/")
        self._origin = _origin(urlsplit(self.home))
        self._token = token
        self._clock = clock
        self._timeout_s = timeout_s
        self._opener = OpenerDirector()
        for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(context=ssl.create_default_context())):
            self._opener.add_handler(handler)

    @property
    def name(self) -> str:
        return urlsplit(self.home).netloc.rpartition("@")[2]

    def json(self, path: str) -> Any:
        with self.get(path) as answer:
            text = b"".join(answer.pieces(_MOST_JSON_BYTES))
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise WebError("does not answer as a model hub does: check HF_ENDPOINT") from None

    @contextmanager
    def get(self, path: str, start: int = 0) -> Iterator[Answer]:
        """The answer, if it is a good one; else WebError."""
        url = f"{self.home}{path}"
        for _ in range(_MOST_REDIRECTS):
            with _in_words():
                response = self._open(url, start, "GET")
            with response:
                headers = _headers(response)
                if response.status in _REDIRECTS:
                    url = self.onward(url, headers.get("location", ""))
                    continue
                if response.status not in (200, 206, 416):
                    raise _refusal(response.status, headers)
                yield Answer(response.status, headers, response, self._clock)
                return
        raise WebError("sends us round in circles: try again later")

    def head(self, path: str) -> Mapping[str, str]:
        """What is said of a file here, also if its content lies elsewhere."""
        url = f"{self.home}{path}"
        for _ in range(_MOST_REDIRECTS):
            with _in_words():
                response = self._open(url, 0, "HEAD")
            with response:
                headers = _headers(response)
                onward = (
                    self.onward(url, headers.get("location", "")) if response.status in _REDIRECTS else ""
                )
                if onward and "x-linked-etag" not in headers and _origin(urlsplit(onward)) == self._origin:
                    url = onward
                    continue
                if not onward and response.status != 200:
                    raise _refusal(response.status, headers)
                return headers
        raise WebError("sends us round in circles: try again later")

    def _open(self, url: str, start: int, method: str) -> HTTPResponse:
        headers = {"User-Agent": "streamtts", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        if self._token and _origin(urlsplit(url)) == self._origin:
            headers["Authorization"] = f"Bearer {self._token}"
        request = Request(url, headers=headers, method=method)  # noqa: S310 - only http and https have handlers
        response: HTTPResponse = self._opener.open(request, timeout=self._timeout_s)
        return response

    def onward(self, url: str, location: str) -> str:
        """Where a redirect leads, if we may go there."""
        try:
            target = urljoin(url, location)
        except ValueError:
            target = ""
        parts = _split(target)
        if not location or parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise WebError("sends us nowhere: try again later")
        if parts.scheme == "http" and urlsplit(url).scheme == "https":
            raise WebError("sends us to an address without encryption, which is refused: try again later")
        return target


def _headers(response: HTTPResponse) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if url.isascii() and url.isprintable() and " " not in url else None


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80}.get(parts.scheme, 443)


def _refusal(status: int, headers: Mapping[str, str]) -> WebError:
    wait = headers.get("retry-after", "").strip()
    wait_s = float(wait) if wait.isdecimal() and len(wait) < 7 else 0.0
    passing = status in _PASSING
    return WebError(f"answers {status}: try again later", passing=passing, status=status, wait_s=wait_s)


_WORDS: tuple[tuple[type[BaseException], str, bool], ...] = (
    (socket.gaierror, "cannot be found: check the network", True),
    (
        ssl.SSLCertVerificationError,
        "has a certificate that is not trusted: set SSL_CERT_FILE if it should be",
        False,
    ),
    (ssl.SSLError, "does not speak TLS as it should: check the network", True),
    (ConnectionRefusedError, "takes no connections: check the network, and HF_ENDPOINT", True),
    (TimeoutError, "does not answer: check the network", True),
    (ConnectionError, "closed the connection: check the network", True),
    (OSError, "cannot be reached: check the network", True),
    (IncompleteRead, "closed the connection in the middle: check the network", True),
    (HTTPException, "does not speak HTTP as it should: check HF_ENDPOINT", True),
    (ValueError, "does not speak HTTP as it should: check HF_ENDPOINT", False),
)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException, ValueError) as problem:
        cause = problem.reason if isinstance(problem, URLError) else problem
        for kind, words, passing in _WORDS:
            if isinstance(cause, kind):
                raise WebError(words, passing=passing) from problem
        raise WebError("cannot be reached: check the network", passing=True) from problem


def checked_endpoint(url: str) -> str:
    """An address that a token may be sent to."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ModelError("HF_ENDPOINT is no address: give one like https://huggingface.co")
    return url


def is_private(url: str) -> bool:
    """True where nobody on the way can read along."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")
