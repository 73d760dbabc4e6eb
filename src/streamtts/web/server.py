"""Questions over one warm connection; the answer comes in pieces, and a ticket ends it at any moment.

The standard library's client: nothing to install, and its socket is at hand, so that a cancel can cut it. It
does not follow redirects, so neither the text nor a key can be led elsewhere.
"""

import socket
import ssl
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic

from streamtts.engine import Ticket
from streamtts.web.address import WebAddress
from streamtts.web.proxy import Proxy, proxy_for
from streamtts.web.trouble import ConnectionLost, PostError, reason_of

_PIECE_BYTES = 1 << 14
_LEAST_PROGRESS_BYTES = 1 << 11
_WARM_S = 30.0  # most servers keep an idle connection for longer
_END_S = 1.0
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Head:
    """What comes before the body."""

    status: int
    content_type: str
    retry_after: str
    location: str
    encoding: str
    rate_hz: str  # of sound, from servers that say it here


class Patience:
    """How long a server may keep us waiting. Only time in which somebody waits is held against it."""

    def __init__(self, seconds: float, failing: str = "kept us waiting") -> None:
        self._failing = failing
        self.renew(seconds)

    def renew(self, seconds: float) -> None:
        self._seconds = self._left_s = seconds

    def next(self, told: "SimpleQueue[_Told]") -> "_Told":
        began = monotonic()
        try:
            return told.get(timeout=max(0.0, self._left_s))
        except Empty:
            raise PostError(
                f"{self._failing} for {self._seconds:g} s: check whether it is overloaded"
            ) from None
        finally:
            self._left_s -= monotonic() - began


class Server:
    """One server; one request at a time."""

    def __init__(
        self, address: WebAddress, *, timeout_s: float, connect_timeout_s: float | None = None
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._connect_timeout_s = connect_timeout_s
        self._tls = ssl.create_default_context() if address.tls else None
        self._proxy = proxy_for(address)
        self._warm: tuple[HTTPConnection, float] | None = None
        self._exchanges: list[_Exchange] = []

    @contextmanager
    def ask(
        self, path: str, headers: Mapping[str, str], body: bytes | None, ticket: Ticket, *, most_bytes: int
    ) -> Iterator["Answer"]:
        """A POST, or without a body a GET. Who leaves the answer early cuts it.

        The answer raises PostError, and Cancelled once the ticket is.
        """
        ticket.check()
        connection = self._take_warm() or self._cold()
        patience_s = 2 * self._timeout_s  # whoever waits for the answer has given up long before
        exchange = _Exchange(connection, path, headers, body, most_bytes=most_bytes, patience_s=patience_s)
        with ticket.cancelling(exchange.cut):
            exchange.start()
            self._exchanges = [*filter(_Exchange.is_alive, self._exchanges), exchange]
            try:
                yield Answer(exchange.told, ticket, self._timeout_s, self._connect_timeout_s)
            finally:
                exchange.cut()
                if exchange.complete:
                    exchange.join()
                    self._keep_warm(connection)

    def close(self) -> None:
        for exchange in self._exchanges:
            exchange.cut()
            exchange.join(_END_S)
        self._exchanges = []
        if self._warm is not None:
            self._warm[0].close()
            self._warm = None

    def _keep_warm(self, connection: HTTPConnection) -> None:
        if connection.sock is not None:
            self._warm = (connection, monotonic())

    def _take_warm(self) -> HTTPConnection | None:
        warm, self._warm = self._warm, None
        if warm is None or monotonic() - warm[1] < _WARM_S:
            return warm and warm[0]
        warm[0].close()
        return None

    def _cold(self) -> HTTPConnection:
        place = self._proxy or self._address
        patience_s = 2 * (self._connect_timeout_s or self._timeout_s)
        if self._tls is None:
            return HTTPConnection(place.host, place.port, timeout=patience_s)
        connection = HTTPSConnection(place.host, place.port, timeout=patience_s, context=self._tls)
        if isinstance(place, Proxy):
            connection.set_tunnel(self._address.host, self._address.port, dict(place.headers))
        return connection


class Answer:
    """What the server says, as it says it."""

    def __init__(
        self,
        told: "SimpleQueue[_Told]",
        ticket: Ticket,
        timeout_s: float,
        connect_timeout_s: float | None,
    ) -> None:
        self._told = told
        self._ticket = ticket
        self._timeout_s = timeout_s
        self._connect_timeout_s = connect_timeout_s

    def head(self, patience: Patience | None = None) -> Head:
        patience = patience or Patience(self._timeout_s)
        connecting = (
            patience
            if self._connect_timeout_s is None
            else Patience(self._connect_timeout_s, "could not be reached")
        )
        head = self._next(connecting)
        while head is _CONNECTED:
            head = self._next(patience)
        if not isinstance(head, Head):
            raise ConnectionLost("closed the connection without an answer")
        return head

    def pieces(self, patience: Patience | None = None, next_s: float | None = None) -> Iterator[bytes]:
        """The body, as long as it comes at more than a drip. `patience` is for its beginning."""
        patience, next_s, got_bytes = patience or Patience(self._timeout_s), next_s or self._timeout_s, 0
        for piece in self.pieces_within(patience):
            got_bytes += len(piece)
            if got_bytes >= _LEAST_PROGRESS_BYTES:
                patience.renew(next_s)
                got_bytes = 0
            yield piece

    def pieces_within(self, patience: Patience) -> Iterator[bytes]:
        """The body, for one who renews the patience when something of worth has come."""
        while isinstance(piece := self._next(patience), bytes):
            yield piece

    def _next(self, patience: Patience) -> "_Told":
        told = patience.next(self._told)
        self._ticket.check()
        if isinstance(told, Exception):
            raise reason_of(told) from told
        return told


class _Connected(Enum):
    YES = True


_CONNECTED = _Connected.YES
_Told = Head | bytes | Exception | _Connected | None  # None: that was all


class _Exchange(Thread):
    """One request in a thread of its own, so that even a name that is looked up for ever can be left."""

    def __init__(
        self,
        connection: HTTPConnection,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        most_bytes: int,
        patience_s: float,
    ) -> None:
        super().__init__(name="http-exchange", daemon=True)
        self._connection = connection
        self._request = ("GET" if body is None else "POST", path, body, dict(headers))
        self._left_bytes = most_bytes
        self._patience_s = patience_s
        self._socket: socket.socket | None = None
        self._lock = Lock()
        self._is_cut = False
        self.told: SimpleQueue[_Told] = SimpleQueue()
        self.complete = False

    def cut(self) -> None:
        """From any thread; returns at once. What is complete stays so, and its connection warm."""
        with self._lock:
            if self.complete or self._is_cut:
                return
            self._is_cut = True
        self._hang_up()
        self.told.put(None)

    def run(self) -> None:
        try:
            with closing(self._ask()) as response:
                head = _head(response)
                self.told.put(head)
                if head.encoding.strip().lower() not in ("", "identity"):
                    raise PostError("sends compressed bytes, which nobody asked for: switch that off there")
                self._pass_on(response)
            self._complete()
            self.told.put(None)
        except (OSError, HTTPException, ValueError, PostError) as problem:
            self.told.put(problem)
        finally:
            if not self.complete:
                self._connection.close()

    def _complete(self) -> None:
        with self._lock:
            self.complete = not self._is_cut

    def _ask(self) -> HTTPResponse:
        """A warm connection may have grown cold without a word: then a new one is made."""
        if self._connection.sock is not None:
            try:
                return self._send()
            except (ConnectionError, ssl.SSLError):
                self._connection.close()
        return self._send()

    def _send(self) -> HTTPResponse:
        if self._connection.sock is None:
            self._connection.connect()
        self._socket = self._connection.sock
        if self._socket is not None:
            self._socket.settimeout(self._patience_s)
        if self._is_cut:
            raise ConnectionAbortedError
        self.told.put(_CONNECTED)
        self._connection.request(*self._request)
        return self._connection.getresponse()

    def _pass_on(self, response: HTTPResponse) -> None:
        promised = response.length
        while promised != 0:
            piece = response.read1(min(_PIECE_BYTES, promised or _PIECE_BYTES))
            if not piece:
                break
            self._left_bytes -= len(piece)
            if self._left_bytes < 0:
                raise PostError("sends far more than the text can need: check its address")
            promised = promised and promised - len(piece)
            self.told.put(piece)
        if promised:
            raise ConnectionResetError

    def _hang_up(self) -> None:
        """Wakes the reading thread, which closes: with a reset, for a server that floods us to notice."""
        if self._socket is not None:
            with suppress(OSError):  # not SSLSocket's own method, which the reading thread would trip over
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _head(response: HTTPResponse) -> Head:
    names = ("Content-Type", "Retry-After", "Location", "Content-Encoding", "X-Sample-Rate")
    return Head(response.status, *(response.headers.get(name, "") for name in names))
