"""Questions to a child and its answers: one life of it, from the first frame to its death."""

import selectors
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from time import monotonic

from streamtts.engine import Ticket
from streamtts.worker.mailbox import Died, Mailbox
from streamtts.worker.process import Process
from streamtts.worker.wire import SETUP_REQUEST, Decoder, Frame, Kind, WireError, encode

_CHUNK_BYTES = 1 << 18
_MOMENT_S = 0.2  # from the end of a child's connection to its exit
_POLITE_S = 1.0  # for a child that was asked to end
_FORCED_S = 10.0
_STEP_S = 0.05


class Exchange:
    """A child and the thread that receives from it. One thread asks; any thread may cancel or kill."""

    def __init__(self, setup: bytes, environment: Mapping[str, str], command: Sequence[str]) -> None:
        self.setup = Mailbox(SETUP_REQUEST)  # READY or FAILED
        self._lock = threading.Lock()
        self._asked = SETUP_REQUEST
        self._current: Mailbox | None = None
        self._answered = SETUP_REQUEST  # to the end: answers come in the order of the questions
        self._left = SETUP_REQUEST  # by its asker
        self._patience: threading.Timer | None = None  # until who does not stop is killed
        self._grace_s = 0.0
        self._decoder = Decoder()
        self._verdict: Died | None = None
        self._died: Died | None = None
        self._process = Process(environment, command)
        self._thread = threading.Thread(target=self._receive, args=(setup,), name="worker", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._died is None and self._verdict is None

    @contextmanager
    def asking(self, payload: bytes, ticket: Ticket, timeout_s: float, grace_s: float) -> Iterator[Mailbox]:
        """The mailbox gets the answer. Leaving before its end cancels it.

        A child that goes on answering for more than `grace_s` is killed then.
        """
        mailbox = self._opened(grace_s)
        try:
            self._post(Frame(Kind.ASK, mailbox.request, payload), ticket, timeout_s)
            yield mailbox
        finally:
            self._leave(mailbox, grace_s)

    def hint(self, words: bytes) -> None:
        """Sent at once, or dropped where there is no room: the asker has better things to do than to wait."""
        frame = encode(Frame(Kind.HINT, SETUP_REQUEST, words))
        if 0 < self._process.send(frame) < len(frame):  # half a frame is none
            self.kill("it did not read what it was told", blameless=True)

    def kill(self, why: str, *, blameless: bool = False) -> None:
        with self._lock:
            self._verdict = self._verdict or Died(why, blameless=blameless)
        self._process.kill()

    def close(self) -> None:
        """Asks the child to end, and makes it if it does not."""
        with self._lock:
            current, self._current = self._current, None
            self._forget_patience()
        self.setup.close()
        if current is not None:
            current.close()
        try:
            with suppress(OSError):
                self._process.socket.shutdown(socket.SHUT_WR)
            self._thread.join(_POLITE_S)
        finally:
            self.kill("it was closed")
            self._thread.join(_FORCED_S)
            self._process.close()

    # The asker's thread.

    def _opened(self, grace_s: float) -> Mailbox:
        if self._current is not None:  # its asker has lost interest
            self._leave(self._current, grace_s)
        with self._lock:
            self._asked += 1
            self._current = Mailbox(self._asked)
            if self._died is not None:
                self._current.end(self._died)
            return self._current

    def _post(self, frame: Frame, ticket: Ticket, timeout_s: float) -> None:
        rest = memoryview(encode(frame))
        give_up_at = monotonic() + timeout_s
        try:
            while rest := rest[self._process.send(rest) :]:
                self._process.wait_to_send(_STEP_S)
                ticket.check()
                if monotonic() > give_up_at:
                    raise TimeoutError
        finally:
            if rest:  # half a frame is none
                self.kill("it did not read what it was asked", blameless=ticket.cancelled)

    def _leave(self, mailbox: Mailbox, grace_s: float) -> None:
        mailbox.close()
        with self._lock:
            if self._current is mailbox:
                self._current = None
            if self._died is not None or mailbox.request <= max(self._answered, self._left):
                return
            self._left = mailbox.request
            if self._patience is None:
                self._be_patient(grace_s)
        cancel = encode(Frame(Kind.CANCEL, mailbox.request))
        if self._process.send(cancel) < len(cancel):
            self.kill("it did not even read that it should stop", blameless=True)

    # The receiving thread.

    def _receive(self, setup: bytes) -> None:
        try:
            self._process.send_all(encode(Frame(Kind.SETUP, SETUP_REQUEST, setup)))
            with selectors.PollSelector() as selector:
                selector.register(self._process.socket, selectors.EVENT_READ, self._read_frames)
                selector.register(self._process.output, selectors.EVENT_READ, self._process.read_output)
                while self._process.socket in (map_ := selector.get_map()):
                    for key, _ in selector.select():
                        if key.fileobj in map_ and not key.data():
                            selector.unregister(key.fileobj)
        except WireError as error:
            self.kill(f"it sent what it should not: {error}")
        finally:
            self._bury()

    def _read_frames(self) -> bool:
        try:
            data = self._process.socket.recv(_CHUNK_BYTES)
        except OSError:
            data = b""
        for frame in self._decoder.feed(data):
            self._route(frame)
        if not data:
            self._decoder.finish()
        return bool(data)

    def _route(self, frame: Frame) -> None:
        with self._lock:
            if frame.request > self._asked:
                raise WireError(f"there is no request {frame.request}")
            if frame.kind in (Kind.DONE, Kind.FAILED):
                self._answered = frame.request
                self._forget_patience()
                if self._answered < self._left:
                    self._be_patient(self._grace_s)
            mailbox = self.setup if frame.request == SETUP_REQUEST else self._current
        if mailbox is not None and mailbox.request == frame.request:
            mailbox.put(frame)

    def _bury(self) -> None:
        how = self._process.ended(_MOMENT_S)
        with self._lock:
            self._forget_patience()
            self._died = self._verdict or Died(how)
            current = self._current
        for mailbox in (self.setup, current):
            if mailbox is not None:
                mailbox.end(self._died)

    # With the lock held.

    def _be_patient(self, grace_s: float) -> None:
        self._grace_s = grace_s
        self._patience = threading.Timer(
            grace_s, self.kill, ["it did not stop when it was told to"], {"blameless": True}
        )
        self._patience.daemon = True
        self._patience.start()

    def _forget_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
