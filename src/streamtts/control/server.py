"""The control socket: the keys' verbs, from another terminal or a program."""

import os
import selectors
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from streamtts.control import runtime_folder
from streamtts.control import sessions as control_sessions
from streamtts.control.desk import Desk
from streamtts.control.signals import before_dying
from streamtts.control.waker import Waker
from streamtts.errors import StreamttsError
from streamtts.verbs import Remote

BACKLOG = 64


class ControlSocket:
    """Within the block a socket in the user's runtime folder answers for the session.

    It never ends the session: if it cannot be had, `tell` gets one sentence that says why.
    """

    def __init__(self, remote: Remote, environ: Mapping[str, str], tell: Callable[[str], None]) -> None:
        self._remote = remote
        self._environ = environ
        self._tell = tell
        self._ending = False
        self._undo = ExitStack()
        self.path: Path | None = None

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            try:
                self._start(undo)
            except StreamttsError as error:
                self._tell(str(error))
                return self
            except OSError as error:
                self._tell(f"no control socket: {error.strerror or error}")
                return self
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()
        self.path = None

    def _start(self, undo: ExitStack) -> None:
        self._ending = False
        folder = runtime_folder.prepared(runtime_folder.candidates(self._environ)[0])
        control_sessions.remove_stale(folder)
        waker = Waker()
        undo.callback(waker.close)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        undo.callback(listener.close)
        path = control_sessions.free_name(folder)
        listener.bind(os.fspath(path))
        remove = _Removal(path)
        undo.callback(remove)
        undo.enter_context(before_dying(remove))
        path.chmod(0o600)  # nobody connects before it listens
        listener.setblocking(False)
        listener.listen(BACKLOG)
        thread = threading.Thread(target=self._serve, args=(listener, waker), name="control", daemon=True)
        undo.callback(self._join, thread, waker)
        thread.start()
        self.path = path

    def _join(self, thread: threading.Thread, waker: Waker) -> None:
        self._ending = True
        waker.wake()
        thread.join()

    def _serve(self, listener: socket.socket, waker: Waker) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        with selectors.DefaultSelector() as selector:
            selector.register(waker, selectors.EVENT_READ)
            desk = Desk(self._remote, listener, selector)
            try:
                while not self._ending:
                    desk.serve_once()
            finally:
                desk.close()


class _Removal:
    """Removes the socket's file if it still is the one that was made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made = self._identity()

    def __call__(self) -> None:
        with suppress(OSError):
            if self._identity() == self._made:
                self._path.unlink()

    def _identity(self) -> tuple[int, int]:
        status = self._path.lstat()
        return status.st_dev, status.st_ino
