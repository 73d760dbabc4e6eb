"""A voice that opens a socket to the network, in the way that its settings name. For tests alone."""

import ctypes
import socket
import subprocess
import sys
from array import array
from collections.abc import Callable, Iterator

from streamtts.engine import ANY_LANGUAGE, Pcm, SynthesizerEngine, Ticket, VoiceOptions

IO_URING_SETUP = 425  # on every processor
AF_VSOCK = 40
NOWHERE = ("127.0.0.1", 9)


def by_python() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.connect(NOWHERE)


def by_c() -> None:
    """As a library does, unseen by Python's audit hooks."""
    libc = ctypes.CDLL(None)
    libc.close(libc.socket(socket.AF_INET6, socket.SOCK_STREAM, 0))


def by_program() -> None:
    script = "import socket; socket.socket(socket.AF_INET).close()"
    subprocess.run([sys.executable, "-c", script], check=True)


def by_ring() -> None:
    ctypes.CDLL(None).syscall(IO_URING_SETUP, 0, None)


def out_of_the_virtual_machine() -> None:
    libc = ctypes.CDLL(None)
    libc.close(libc.socket(AF_VSOCK, socket.SOCK_STREAM, 0))


WAYS: dict[str, Callable[[], None]] = {
    "python": by_python,
    "c": by_c,
    "program": by_program,
    "ring": by_ring,
    "vsock": out_of_the_virtual_machine,
    "none": lambda: None,
}


class Telling:
    rate_hz = 8000
    streams = True

    def __init__(self, options: VoiceOptions) -> None:
        self._tell = WAYS[options.settings["way"]]

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        ticket.check()
        self._tell()
        yield memoryview(array("f", [0.1] * 100 * len(text)))

    def close(self) -> None:
        pass


engine = SynthesizerEngine(
    name="telling",
    summary="opens a socket with every sentence",
    languages=(ANY_LANGUAGE,),
    licence="none",
    create=Telling,
    missing=lambda: None,
    voices=tuple,
)
