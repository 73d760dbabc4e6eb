"""What came for one request: the receiver puts, the asker takes."""

import threading
from collections import deque

from streamtts.engine import Cancelled, Ticket
from streamtts.worker.wire import Frame

_ROOM = 16  # frames; a voice far ahead of the ear waits


class Died(Exception):  # noqa: N818 - the child did, which may or may not be an error
    """The child is gone; the message says how. `blameless`: the request at hand had no part in it."""

    def __init__(self, how: str, *, blameless: bool = False) -> None:
        super().__init__(how)
        self.blameless = blameless


class Mailbox:
    """Frames of one request, in order, and then perhaps the death of the child."""

    def __init__(self, request: int) -> None:
        self.request = request
        self._changed = threading.Condition()
        self._frames: deque[Frame] = deque()
        self._closed = False
        self._died: Died | None = None

    def put(self, frame: Frame) -> None:
        """Waits while there is no room; after `close` frames are dropped."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._frames) < _ROOM)
            if not self._closed:
                self._frames.append(frame)
                self._changed.notify_all()

    def end(self, died: Died) -> None:
        """Nothing more will come."""
        with self._changed:
            self._died = died
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more is wanted; who still takes is Cancelled."""
        with self._changed:
            self._closed = True
            self._frames.clear()
            self._changed.notify_all()

    def take(self, timeout_s: float, ticket: Ticket) -> Frame:
        """The next frame. Raises Cancelled at once when `ticket` is, TimeoutError, or Died."""
        with ticket.cancelling(self._wake), self._changed:
            self._changed.wait_for(
                lambda: ticket.cancelled or self._closed or self._frames or self._died, timeout_s
            )
            if ticket.cancelled or self._closed:
                raise Cancelled
            if self._frames:
                self._changed.notify_all()
                return self._frames.popleft()
            if self._died is not None:
                raise self._died
            raise TimeoutError

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
