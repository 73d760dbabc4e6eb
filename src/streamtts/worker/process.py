"""The child process: how it is started, what of it reaches us besides frames, how it is ended."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress

from streamtts.worker.guard import quotable

_REAP_S = 5.0  # after SIGKILL; only a process stuck in its driver takes longer
_KEPT_BYTES = 4096
_CHUNK_BYTES = 1 << 16
_SOCKET_BYTES = 1 << 18  # some systems give a socket room for 40 ms of sound
_LAST_CHUNKS = 16


OUR_CHILD = (
    sys.executable,
    "-P",  # the folder that the user happens to be in holds no modules of ours
    "-m",
    "streamtts.worker.child",
)


class Process:
    """Its own session, no standard input, and both outputs in a pipe that keeps its last words for us.

    What `command` is told are two descriptors: of the socket and of the lifeline.
    """

    def __init__(self, environment: Mapping[str, str], command: Sequence[str] = OUR_CHILD) -> None:
        with ExitStack() as theirs, ExitStack() as ours:
            self.socket, their_socket = socket.socketpair()
            ours.callback(self.socket.close)
            theirs.callback(their_socket.close)
            for end in (self.socket, their_socket):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BYTES)
            self.output, their_output = os.pipe()
            ours.callback(os.close, self.output)
            theirs.callback(os.close, their_output)
            their_lifeline, lifeline = os.pipe()  # says nothing; its end is our end
            ours.callback(os.close, lifeline)
            theirs.callback(os.close, their_lifeline)
            self._process = subprocess.Popen(  # noqa: S603 - no shell, and nothing of any text
                [*command, str(their_socket.fileno()), str(their_lifeline)],
                stdin=subprocess.DEVNULL,
                stdout=their_output,
                stderr=their_output,
                pass_fds=(their_socket.fileno(), their_lifeline),
                start_new_session=True,
                env=environment,
            )
            self._descriptors = ours.pop_all()
        self._last_output = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, data: bytes | memoryview) -> int:
        """How many bytes went out without waiting. A dead child takes all: its death is told elsewhere."""
        try:
            return self.socket.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)

    def send_all(self, data: bytes) -> None:
        with suppress(OSError):
            self.socket.sendall(data)

    def wait_to_send(self, timeout_s: float) -> None:
        poll = select.poll()
        poll.register(self.socket, select.POLLOUT)
        poll.poll(1000 * timeout_s)

    def read_output(self) -> bool:
        """Keeps some of what was printed, once there is something; False at the end."""
        data = os.read(self.output, _CHUNK_BYTES)
        self._last_output = (self._last_output + data)[-_KEPT_BYTES:]
        return bool(data)

    def kill(self) -> None:
        """With everything it has started."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def ended(self, patience_s: float) -> str:
        """Reaps the process, killing it after `patience_s`, and says how it ended and its last words."""
        how = "it closed its connection"
        try:
            how = _described(self._process.wait(patience_s))
        except subprocess.TimeoutExpired:
            self.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_REAP_S)
        os.set_blocking(self.output, False)
        with suppress(BlockingIOError):
            for _ in range(_LAST_CHUNKS):
                if not self.read_output():
                    break
        lines = self._last_output.decode("utf-8", "replace").splitlines()
        words = next((quoted for line in reversed(lines) if (quoted := quotable(line))), "")
        return f"{how}, and said last: {words}" if words else how

    def close(self) -> None:
        """After `ended`."""
        self._descriptors.close()


def _described(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
