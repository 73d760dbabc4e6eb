"""The thread that a model works in: one sentence at a time, and beginnings of the next while it has none."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from streamtts.engine import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streamtts.engine import Ticket
    from streamtts.translators.gguf.server import LlamaServer

# Tokens that are read with the request itself: the mark behind a sentence, and at least one of the sentence.
_READ_LAST = 2


class Errand:
    """A text that is to be gone on with; what is written comes out piece by piece."""

    def __init__(self, request: dict[str, object]) -> None:
        self.request = request
        self.stopped = False
        self._pieces: queue.SimpleQueue[str | EngineError | None] = queue.SimpleQueue()

    @property
    def prompt(self) -> Sequence[int]:
        prompt = self.request["prompt"]
        assert isinstance(prompt, list)  # noqa: S101
        return prompt

    def pieces(self, ticket: Ticket) -> Iterator[str]:
        """Raises EngineError, and Cancelled at once when the ticket is cancelled."""
        try:
            with ticket.cancelling(self.stop):
                while (piece := self._pieces.get()) is not None:
                    if isinstance(piece, EngineError):
                        raise piece
                    yield piece
                ticket.check()
        finally:
            self.stop()

    def stop(self) -> None:
        self.stopped = True
        self._pieces.put(None)

    def take(self, piece: str) -> bool:
        if piece and not self.stopped:
            self._pieces.put(piece)
        return self.stopped

    def fail(self, error: EngineError) -> None:
        self._pieces.put(error)


class Desk:
    """Any thread may ask and hint."""

    def __init__(self, server: LlamaServer, head: Sequence[int]) -> None:
        self._server = server
        self._head = list(head)
        self._known: list[int] = []  # what the model has read
        self._forget()
        self._changed = threading.Condition()
        self._errands: list[Errand] = []
        self._beginning: Sequence[int] = ()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="llama", daemon=True)
        self._thread.start()

    def ask(self, request: dict[str, object], ticket: Ticket) -> Iterator[str]:
        errand = Errand(request)
        with self._changed:
            self._errands.append(errand)
            self._beginning = ()
            self._changed.notify()
        return errand.pieces(ticket)

    def read_ahead(self, tokens: Sequence[int]) -> None:
        """What the next text begins with; the newest counts, and whoever asks comes first."""
        with self._changed:
            self._beginning = tokens
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            for errand in self._errands:
                errand.stop()
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while (work := self._next()) is not None:
            if isinstance(work, Errand):
                self._do(work)
            else:
                with suppress(EngineError):  # the sentence itself will show what is wrong
                    self._read(work, self._is_wanted)

    def _next(self) -> Errand | Sequence[int] | None:
        with self._changed:
            while not (self._closed or self._errands or self._beginning):
                self._changed.wait()
            if self._closed:
                return None
            if self._errands:
                return self._errands.pop(0)
            beginning, self._beginning = self._beginning, ()
            return beginning

    def _is_wanted(self) -> bool:
        return bool(self._closed or self._errands or self._beginning)

    def _do(self, errand: Errand) -> None:
        try:
            self._read(errand.prompt[:-_READ_LAST], lambda: errand.stopped)
            if not errand.stopped:
                self._known = []
                self._server.write(errand.request, errand.take)
        except EngineError as error:
            errand.fail(error)
        finally:
            errand.stop()
        if not self._known:
            with suppress(EngineError):
                self._forget()

    def _read(self, tokens: Sequence[int], is_enough: Callable[[], bool]) -> None:
        """Whole strides from the end of the head, so that a sentence read in pieces is one that came whole:

        numbers depend on how many tokens are read at once.
        """
        if not self._known or list(tokens[: len(self._known)]) != self._known:
            self._forget()
        stride = self._server.stride
        for end in range(len(self._known) + stride, len(tokens) + 1, stride):
            if is_enough():
                return
            known, self._known = list(tokens[:end]), []
            self._server.read(known)
            self._known = known

    def _forget(self) -> None:
        """All but the head: a text that shared a word with the last would be read in other strides."""
        self._server.read(self._head)
        self._known = self._head
