"""A client of the control socket that does as it is told, well or ill."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from controls.pty_rig import PATIENCE_S
from controls.recorder import Recorder
from streamtts.control.runtime_folder import VARIABLE
from streamtts.control.server import ControlSocket


@contextmanager
def private_world() -> Iterator[dict[str, str]]:
    """Where no other session is seen; not under pytest's folder, since a socket's path is short."""
    with tempfile.TemporaryDirectory(prefix="streamtts-", dir="/tmp") as folder:
        yield {**os.environ, "XDG_RUNTIME_DIR": folder, VARIABLE: f"{folder}/streamtts"}


@dataclass(frozen=True)
class Served:
    """A session that only records, and where it is found."""

    recorder: Recorder
    path: Path
    environ: Mapping[str, str]
    told: list[str]


@contextmanager
def served(environ: Mapping[str, str]) -> Iterator[Served]:
    recorder, told = Recorder(), list[str]()
    with ControlSocket(recorder, environ, told.append) as control:
        assert control.path is not None, told
        yield Served(recorder, control.path, environ, told)


@contextmanager
def serving(environ: Mapping[str, str], *traits: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A session in a process of its own, without a terminal; killed at the end."""
    command = [sys.executable, str(Path(__file__).with_name("recorder.py")), "socket", *traits]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"<ready False>\r\n"
            yield process
        finally:
            process.kill()


def only_socket(environ: Mapping[str, str]) -> Path:
    (path,) = Path(environ["XDG_RUNTIME_DIR"]).glob("streamtts/*.sock")
    return path


class Client:
    """One connection to a session."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(os.fspath(path))  # without a timeout it waits while many want to connect
        self.socket.settimeout(PATIENCE_S)
        self._received = b""

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def end(self) -> None:
        """It asks no more, but still listens."""
        self.socket.shutdown(socket.SHUT_WR)

    def answer(self) -> dict[str, object]:
        while b"\n" not in self._received:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise EOFError
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def is_hung_up(self) -> bool:
        """Waits for the end."""
        try:
            self.answer()
        except (EOFError, ConnectionResetError):
            return True
        return False


def ask(path: Path, line: bytes) -> dict[str, object]:
    with Client(path) as client:
        client.send(line + b"\n")
        return client.answer()
