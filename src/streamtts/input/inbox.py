"""Sentences between the thread that reads them and one that takes its time over them."""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from threading import Condition

from streamtts.translation.backlog import MOST_AT_ONCE
from streamtts.types import Sentence

_MOST_WAITING = 4096  # sentences; then the reader waits
_LONGEST_WAIT_S = 1.0  # not every system lets Ctrl-C end a wait without a limit


class Inbox:
    """One thread puts, another takes."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: deque[Sentence] = deque()
        self._notices: list[str] = []
        self._arriving = ""
        self._ended = self._closed = False
        self._error: BaseException | None = None

    def put(self, sentence: Sentence) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._waiting) < _MOST_WAITING)
            self._waiting.append(sentence)
            self._arriving = ""
            self._changed.notify_all()

    def note(self, notices: Sequence[str]) -> None:
        """Messages for the eye."""
        if notices:
            with self._changed:
                self._notices += notices
                self._changed.notify_all()

    def hint(self, words: str) -> None:
        """How the sentence begins that is still arriving."""
        with self._changed:
            self._arriving = words
            if words:
                self._changed.notify_all()

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more comes, because of `error` if there is one."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def take(
        self,
        how_many: Callable[[Sequence[Sentence]], int],
        *,
        hinted: Callable[[str], None],
        noted: Callable[[str], None],
    ) -> list[Sentence]:
        """The next sentences, as many as are wanted of those that wait; none at the end.

        While there are none, `hinted` is told how the next begins; `noted` is told what is for the eye.
        """
        while True:
            taken: list[Sentence] = []
            with self._changed:
                while not (self._waiting or self._arriving or self._notices or self._ended):
                    self._changed.wait(_LONGEST_WAIT_S)
                notices, self._notices = self._notices, []
                if self._waiting:
                    wanted = max(how_many(tuple(islice(self._waiting, MOST_AT_ONCE))), 1)
                    taken = [self._waiting.popleft() for _ in range(min(wanted, len(self._waiting)))]
                    self._changed.notify_all()
                words, self._arriving = self._arriving, ""
                ended = self._ended and not taken
            for notice in notices:
                noted(notice)
            if taken:
                return taken
            if ended:
                if self._error is not None:
                    raise self._error
                return []
            if words:
                hinted(words)

    def close(self) -> None:
        """Whoever puts is kept waiting no longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
