"""The child: `python -m streamtts.worker.child SOCKET LIFELINE` serves one engine while its parent lives."""

import fcntl
import io
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress

from streamtts._core import return_large_blocks
from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.worker.serving import ROLES, Servant
from streamtts.worker.wire import SETUP_REQUEST, Decoder, Frame, Kind, WireError, encode

_CHUNK_BYTES = 1 << 16
_FAREWELL_S = 0.5  # for the engine to close once the parent is gone


class Parent:
    """The other end of the socket. A thread listens, so that its end is noticed whatever the engine does."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._decoder = Decoder()
        self._frames: queue.SimpleQueue[tuple[Frame, Ticket] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._tickets: dict[int, Ticket] = {}
        threading.Thread(target=self._listen, name="worker-listen", daemon=True).start()

    def next(self) -> tuple[Frame, Ticket] | None:
        """The next question and its ticket, or a hint to which nothing newer came; None without a parent."""
        while (taken := self._frames.get()) is not None:
            if taken[0].kind is not Kind.HINT or self._frames.empty():
                break
        return taken

    def tell(self, kind: Kind, request: int, payload: bytes = b"") -> None:
        self._socket.sendall(encode(Frame(kind, request, payload)))

    def finish(self, request: int) -> None:
        with self._lock:
            self._tickets.pop(request, None)

    def _listen(self) -> None:
        try:
            while data := self._socket.recv(_CHUNK_BYTES):
                for frame in self._decoder.feed(data):
                    self._take(frame)
        except (OSError, WireError):
            pass  # as good as the end
        finally:
            self._leave()

    def _take(self, frame: Frame) -> None:
        with self._lock:
            if frame.kind is not Kind.CANCEL:
                ticket = Ticket()
                if frame.kind is not Kind.HINT:
                    self._tickets[frame.request] = ticket
                self._frames.put((frame, ticket))
                return
            cancelled = self._tickets.get(frame.request)
        if cancelled is not None:
            cancelled.cancel()

    def _leave(self) -> None:
        self._frames.put(None)
        with self._lock:
            tickets = list(self._tickets.values())
        for ticket in tickets:
            ticket.cancel()
        time.sleep(_FAREWELL_S)
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # whatever the engine has started goes too
        os._exit(0)


def serve(parent: Parent) -> None:
    """Loads what the first frame names, then answers until the parent is gone."""
    if (first := parent.next()) is None:
        return
    setup = json.loads(first[0].payload)
    sys.path[:] = setup["path"]
    try:
        servant: Servant = ROLES[setup["role"]](setup["engine"], setup["options"])
        loaded = servant.loaded()
    except EngineError as error:
        _tell_failure(parent, SETUP_REQUEST, error)
        return
    parent.finish(SETUP_REQUEST)
    parent.tell(Kind.READY, SETUP_REQUEST, json.dumps(loaded).encode())
    while (asked := parent.next()) is not None:
        if asked[0].kind is Kind.HINT:
            servant.hint(asked[0].payload)
        else:
            _answer(parent, servant, *asked)
    servant.close()


def _answer(parent: Parent, servant: Servant, question: Frame, ticket: Ticket) -> None:
    request = question.request
    try:
        for piece in servant.answer(question.payload, ticket):
            parent.tell(Kind.PIECE, request, piece)
        parent.tell(Kind.DONE, request)
    except Cancelled:
        parent.tell(Kind.DONE, request)
    except EngineError as error:
        _tell_failure(parent, request, error)
    finally:
        parent.finish(request)


def _tell_failure(parent: Parent, request: int, error: EngineError) -> None:
    if error.__cause__ is not None:
        traceback.print_exception(error)
    parent.tell(Kind.FAILED, request, str(error).encode("utf-8", "replace"))


def _die_with(lifeline: int) -> None:
    """The kernel ends this whole group with the parent, even while native code holds the interpreter."""
    os.set_inheritable(lifeline, False)
    if sys.platform == "linux" and os.getpgrp() == os.getpid():
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def main() -> None:
    descriptor, lifeline = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the parent's affair
    _die_with(lifeline)
    return_large_blocks()
    connection = socket.socket(fileno=descriptor)
    connection.set_inheritable(False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    with suppress(OSError):  # the parent is gone
        serve(Parent(connection))
    os._exit(0)  # an engine's threads and exit handlers could hang


if __name__ == "__main__":
    main()
