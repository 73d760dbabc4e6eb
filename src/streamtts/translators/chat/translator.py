"""A translator that is a chat server: one sentence while it streams, several at once where they wait."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from unicodedata import category

from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.synthesizers.speakable import has_words
from streamtts.translators.chat.api import Chat
from streamtts.translators.chat.line import ChatLine
from streamtts.web.server import Server

_END_S = 1.0
_WARMING = "Done."  # what comes before it is the same for every sentence
_UNSENDABLE = frozenset(("Cc", "Cs", "Zl", "Zp"))


class ChatTranslator:
    """Keeps its connections from sentence to sentence."""

    def __init__(
        self, chat: Chat, line: ChatLine, server: Server, *, parallel: int, warm: bool, prefill: bool
    ) -> None:
        self._chat = chat
        self._line = line
        self._parallel = parallel
        self._lock = threading.Lock()
        self._idle = [server]
        self._hinted = prefill
        self._ahead = _ReadingAhead(chat, line.server()) if warm or prefill else None
        if self._ahead and warm:
            self._ahead.give(_WARMING)

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        if self._ahead:
            self._ahead.stop()
        text = _sendable(text)
        if has_words(text):
            with self._server() as server:
                yield from self._chat.clauses(text, server, ticket)
        elif text:
            yield text

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        """A sentence that fails is empty, unless all do."""
        ticket.check()
        if not texts:
            return []
        with ThreadPoolExecutor(min(self._parallel, len(texts)), "chat-batch") as pool:
            asked = [pool.submit(lambda text: "".join(self.translate(text, ticket)), text) for text in texts]
            _wait(asked, self._parallel)
        ticket.check()
        return _results(asked)

    def prefix(self, text: str) -> None:
        if self._ahead and self._hinted and has_words(text):
            self._ahead.give(_sendable(text))

    def close(self) -> None:
        if self._ahead:
            self._ahead.close()
        with self._lock:
            idle, self._idle = self._idle, []
        for server in idle:
            server.close()

    @contextmanager
    def _server(self) -> Iterator[Server]:
        with self._lock:
            server = self._idle.pop() if self._idle else None
        server = server or self._line.server()
        try:
            yield server
        finally:
            with self._lock:
                self._idle.append(server)


class _ReadingAhead:
    """Lets the server read what will come; only the newest is worth it, and only while nothing is asked."""

    def __init__(self, chat: Chat, server: Server) -> None:
        self._chat = chat
        self._server = server
        self._changed = threading.Condition()
        self._newest = ""
        self._closed = False
        self._ticket = Ticket()
        self._thread = threading.Thread(target=self._work, name="chat-prefill", daemon=True)
        self._thread.start()

    def give(self, text: str) -> None:
        with self._changed:
            self._newest = text
            self._changed.notify()

    def stop(self) -> None:
        """The sentence itself goes before its beginning."""
        with self._changed:
            self._newest = ""
            self._ticket.cancel()

    def close(self) -> None:
        self._closed = True
        self.stop()
        with self._changed:
            self._changed.notify()
        self._thread.join(_END_S)
        self._server.close()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest or self._closed)
                text, self._newest = self._newest, ""
                ticket = self._ticket = Ticket()
            if self._closed:
                return
            with suppress(EngineError, Cancelled):  # the sentence itself will show what is wrong
                self._chat.prefill(text, self._server, ticket)


def _wait(asked: Sequence[Future[str]], parallel: int) -> None:
    """Until all are answered, or as many have failed as were asked at once."""
    for failed, each in enumerate(as_completed(asked), 1):
        if each.exception() is None:
            return
        if failed >= parallel:
            for other in asked:
                other.cancel()
            return


def _results(asked: Sequence[Future[str]]) -> list[str]:
    answered = [each for each in asked if not each.cancelled()]
    failed = [each for each in answered if isinstance(each.exception(), EngineError)]
    if len(failed) == len(answered):
        failed[0].result()
    return ["" if each.cancelled() or each in failed else each.result() for each in asked]


def _sendable(text: str) -> str:
    """Without what has no place in JSON for a model: control characters, lone surrogates."""
    return "".join(" " if category(char) in _UNSENDABLE else char for char in text).strip()
