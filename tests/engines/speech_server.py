"""A server on this machine that answers as it is told to, byte by byte if need be."""

import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, Self

HANG_S = 20.0

Answer = Callable[["Line"], None]


@dataclass(frozen=True)
class Request:
    """What a client asked, on which of its connections."""

    line: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """The connection to one client."""

    def __init__(self, sock: socket.socket, server: "SpeechServer") -> None:
        self.sock = sock
        self.over = server.over
        self.lost = server.lost
        self.keep = True
        self.request = Request("", {}, b"", 0)  # the one to be answered

    def send(self, data: bytes) -> None:
        """A client that has gone is noticed here."""
        try:
            self.sock.sendall(data)
        except OSError:
            self.keep = False
            self.lost.set()

    def wait_until_lost(self) -> None:
        with suppress(OSError):
            self.sock.recv(1)
        self.keep = False
        self.lost.set()


class SpeechServer:
    """Gives `answers` one after the other, the last one for ever."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.over = Event()
        self.lost = Event()  # a client has gone before its answer was complete
        self._tls = tls
        self._socks: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._go(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for sock in (self._listener, *self._socks):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(HANG_S)
        for sock in (self._listener, *self._socks):
            sock.close()

    def _go(self, work: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        number = 0
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._socks.append(sock)
                self._go(self._serve, sock, number)
                number += 1

    def _serve(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError, ValueError):
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
                self._socks.append(sock)
            with sock.makefile("rb") as reader:
                line = Line(sock, self)
                while line.keep and (first := reader.readline()):
                    headers = dict(header_lines(reader))
                    size = int(headers.get("content-length", "0"))
                    body = reader.read(size)
                    if len(body) < size:
                        break  # the client went away while it asked
                    line.request = Request(first.decode().strip(), headers, body, number)
                    self.requests.append(line.request)
                    answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                    answer(line)
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sock.close()


def header_lines(reader: Iterable[bytes]) -> Iterable[tuple[str, str]]:
    for line in reader:
        name, colon, value = line.decode("latin-1").strip().partition(":")
        if not colon:
            return
        yield name.lower(), value.strip()


def head(status: int, content_type: str = "audio/pcm", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def whole(body: bytes, status: int = 200, content_type: str = "audio/pcm", **headers: str) -> Answer:
    def answer(line: Line) -> None:
        line.send(head(status, content_type, Content_Length=str(len(body)), **headers) + body)

    return answer


def chunked(pieces: Iterable[bytes], content_type: str = "audio/pcm") -> Answer:
    def answer(line: Line) -> None:
        line.send(head(200, content_type, Transfer_Encoding="chunked"))
        for piece in pieces:
            line.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        line.send(b"0\r\n\r\n")

    return answer


def complaint(status: int, message: object, **headers: str) -> Answer:
    return whole(json.dumps(message).encode(), status, "application/json", **headers)


def cut_after(data: bytes) -> Answer:
    """Sends that, then resets the connection."""

    def answer(line: Line) -> None:
        line.send(data)
        line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sock.close()
        line.keep = False

    return answer


def hang_after(data: bytes) -> Answer:
    """Sends that, then nothing more until the client goes."""

    def answer(line: Line) -> None:
        line.send(data)
        line.wait_until_lost()

    return answer


def drip(data: bytes, piece: bytes, every_s: float = 0.01) -> Answer:
    """Sends that, then a little every moment, for ever."""

    def answer(line: Line) -> None:
        line.send(data)
        while line.keep and not line.over.wait(every_s):
            line.send(piece)

    return answer
