"""Who asks at the control socket, served side by side: no client is waited for."""

import os
import selectors
import socket
import struct
import sys

from streamtts.control import words as control_words
from streamtts.verbs import Remote

CLIENTS = 32
LINE_BYTES = 64 * 1024
FULL_PAUSE_S = 1.0  # before accepting again, when the process has no descriptor left

DARWIN_SOL_LOCAL, DARWIN_LOCAL_PEERCRED = 0, 1  # <sys/un.h>; Python has no names for them
XUCRED_BYTES = 76


class _Client:
    """A connection: what it has asked, and the answers that it has not read yet."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.asked = bytearray()
        self.answers = bytearray()
        self.ended = False  # it asks nothing more

    def next_line(self) -> bytes | None:
        """One whole line, or the last that has no end."""
        end = self.asked.find(b"\n") + 1
        if not end and not self.ended:
            return None
        line = bytes(self.asked[: end or None])
        del self.asked[: len(line)]
        return line or None

    def asks_too_much(self) -> bool:
        end = self.asked.find(b"\n")
        return (len(self.asked) if end < 0 else end) > LINE_BYTES


class Desk:
    """Serves them a step at a time; the longest silent one makes room for a new one."""

    def __init__(self, remote: Remote, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        self._remote = remote
        self._listener = listener
        self._selector = selector
        self._clients: dict[int, _Client] = {}  # by descriptor, the longest silent first
        selector.register(listener, selectors.EVENT_READ)
        self._accepting = True

    def serve_once(self) -> None:
        events = self._selector.select(None if self._accepting else FULL_PAUSE_S)
        self._accept_again()
        for key, _ in events:
            if key.fileobj is self._listener:
                self._accept()
            elif client := self._clients.get(key.fd):
                self._attend(client)

    def close(self) -> None:
        for client in list(self._clients.values()):
            self._drop(client)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError:
            self._make_room()
            return
        if not is_ours(connection):
            connection.close()
            return
        if len(self._clients) >= CLIENTS:
            self._drop_silent()
        connection.setblocking(False)
        self._clients[connection.fileno()] = _Client(connection)
        self._selector.register(connection, selectors.EVENT_READ)

    def _make_room(self) -> None:
        """No descriptor is left: a client's may do, or the program gives one back."""
        if self._clients:
            self._drop_silent()
        else:
            self._selector.unregister(self._listener)
            self._accepting = False

    def _drop_silent(self) -> None:
        self._drop(next(iter(self._clients.values())))

    def _accept_again(self) -> None:
        if not self._accepting:
            self._selector.register(self._listener, selectors.EVENT_READ)
            self._accepting = True

    def _attend(self, client: _Client) -> None:
        fd = client.connection.fileno()
        self._clients[fd] = self._clients.pop(fd)
        try:
            if not client.answers:
                self._listen_to(client)
            self._answer(client)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(client)
            return
        if client.ended and not client.answers:
            self._drop(client)
            return
        wanted = selectors.EVENT_WRITE if client.answers else selectors.EVENT_READ
        self._selector.modify(client.connection, wanted)

    def _listen_to(self, client: _Client) -> None:
        chunk = client.connection.recv(LINE_BYTES)
        client.asked += chunk
        client.ended = not chunk

    def _answer(self, client: _Client) -> None:
        """Answer each line once the one before is on its way. BlockingIOError: the client does not read."""
        while True:
            if client.answers:
                del client.answers[: client.connection.send(client.answers)]
            if client.asks_too_much():
                client.asked.clear()
                client.ended = True
                client.answers += control_words.refusal(f"a line has at most {LINE_BYTES} bytes")
            elif (line := client.next_line()) is not None:
                client.answers += control_words.answer(self._remote, line)
            else:
                return

    def _drop(self, client: _Client) -> None:
        self._selector.unregister(client.connection)
        del self._clients[client.connection.fileno()]
        client.connection.close()


def is_ours(connection: socket.socket, platform: str = sys.platform) -> bool:
    """The peer is the same user, or root, who can do it anyway; where the system tells."""
    peer = _peer_uid(connection, platform)
    return peer is None or peer in (os.geteuid(), 0)


def _peer_uid(connection: socket.socket, platform: str) -> int | None:
    if platform == "linux":
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", credentials)[1])
    if platform == "darwin":
        credentials = connection.getsockopt(DARWIN_SOL_LOCAL, DARWIN_LOCAL_PEERCRED, XUCRED_BYTES)
        return int(struct.unpack_from("=II", credentials)[1])
    return None
