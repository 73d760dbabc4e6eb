"""An engine in a child process: started, asked, and replaced when it dies."""

import json
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic

from streamtts.engine import EngineError, Ticket
from streamtts.worker.exchange import Exchange
from streamtts.worker.mailbox import Died
from streamtts.worker.process import OUR_CHILD
from streamtts.worker.wire import MAX_PAYLOAD_BYTES, Kind

_THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
)
_LONGEST_HINT_BYTES = 1 << 12
_AND_NOW = "if that happens again, choose another engine"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for a child."""

    start_s: float = 60.0
    reply_s: float = 20.0  # to the next piece
    grace_s: float = 1.0  # to stop after a cancel; longer if a new child would take longer to start


@dataclass(frozen=True, slots=True)
class Child:
    """What is started: our own child, or one of another's Python that speaks the same frames."""

    command: Sequence[str] = OUR_CHILD
    remedy: str = "choose another one"  # where it does not start
    failure: Callable[[str], EngineError] = EngineError  # of the words that came with FAILED


OURS = Child()


class Host:
    """One thread asks; `close` may be called by another once nobody asks."""

    def __init__(
        self,
        name: str,
        setup: Mapping[str, object],
        threads: int,
        limits: Limits,
        child: Child = OURS,
    ) -> None:
        self._name = name
        self._setup = json.dumps(setup).encode()
        self._threads = threads
        self._limits = limits
        self._child = child
        self._exchange: Exchange | None = None
        self._loaded: Mapping[str, object] | None = None  # what the child of now said of its engine
        self._started_at = 0.0
        self._start_took_s = 0.0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the child, if there is one now."""
        return self._exchange.pid if self._exchange is not None and self._exchange.alive else None

    def load(self, ticket: Ticket) -> Mapping[str, object]:
        """Waits until the engine is there, and returns what it says of itself."""
        exchange = self._living()
        if self._loaded is not None:
            return self._loaded
        try:
            left_s = max(0.0, self._started_at + self._limits.start_s - monotonic())
            frame = exchange.setup.take(left_s, ticket)
        except TimeoutError:
            exchange.kill("it was too slow")
            took = f"was not ready after {self._limits.start_s:g} s"
            raise EngineError(f"the engine {self._name} {took}: {self._child.remedy}") from None
        except Died as died:
            raise EngineError(
                f"the engine {self._name} did not start ({died}): {self._child.remedy}"
            ) from None
        if frame.kind is not Kind.READY:
            self._end()
            raise self._child.failure(frame.payload.decode("utf-8", "replace"))
        self._start_took_s = monotonic() - self._started_at
        self._loaded = json.loads(frame.payload)
        return self._loaded

    def ask(self, question: bytes, ticket: Ticket) -> Iterator[bytes]:
        """The engine's answer in pieces.

        If the child dies before the first piece, another one is asked once more.
        """
        if len(question) > MAX_PAYLOAD_BYTES:
            raise EngineError(f"a text of {len(question)} bytes is too long for {self._name}: shorten it")
        again = True
        while True:
            begun = False
            try:
                with closing(self._answer(question, ticket)) as pieces:
                    for piece in pieces:
                        begun = True
                        yield piece
                    return
            except Died as died:
                if begun or not (again or died.blameless):
                    where = "in the middle of a sentence" if begun else "over a sentence, twice"
                    raise EngineError(f"the engine {self._name} died {where} ({died}); {_AND_NOW}") from None
                again = again and died.blameless

    def hint(self, words: bytes) -> None:
        """Tells a child that is ready what may be asked next; without one, nobody."""
        exchange = self._exchange
        if exchange is None or self._loaded is None or len(words) > _LONGEST_HINT_BYTES:
            return
        exchange.hint(words)

    def close(self) -> None:
        self._closed = True
        self._end()

    def _answer(self, question: bytes, ticket: Ticket) -> Generator[bytes]:
        ticket.check()
        self.load(ticket)
        exchange, limits = self._living(), self._limits
        grace_s = min(max(limits.grace_s, self._start_took_s), limits.reply_s)
        try:
            with exchange.asking(question, ticket, limits.reply_s, grace_s) as mailbox:
                while True:
                    frame = mailbox.take(limits.reply_s, ticket)
                    match frame.kind:
                        case Kind.PIECE:
                            yield frame.payload
                        case Kind.DONE:
                            return
                        case _:
                            raise self._child.failure(frame.payload.decode("utf-8", "replace"))
        except TimeoutError:
            silence = f"gave no sign of life for {limits.reply_s:g} s"
            exchange.kill(f"it {silence}")
            raise EngineError(f"the engine {self._name} {silence} and was ended; {_AND_NOW}") from None

    def _living(self) -> Exchange:
        if self._closed:
            raise EngineError(f"the engine {self._name} is closed")
        if self._exchange is not None and not self._exchange.alive:
            self._end()
        if self._exchange is None:
            limits = dict.fromkeys(_THREAD_LIMITS, str(self._threads))
            self._started_at = monotonic()
            try:
                self._exchange = Exchange(self._setup, os.environ | limits, self._child.command)
            except OSError as error:
                raise EngineError(
                    f"no process for the engine {self._name} ({error.strerror}): close other programs"
                ) from None
        return self._exchange

    def _end(self) -> None:
        exchange, self._exchange, self._loaded = self._exchange, None, None
        if exchange is not None:
            exchange.close()
