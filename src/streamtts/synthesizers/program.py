"""A program that speaks: text in by its standard input, never as an argument; a cancel kills it at once."""

import os
import selectors
import signal
import subprocess
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from streamtts.engine import EngineError, Ticket
from streamtts.web.quote import quoted

_PIECE_BYTES = 1 << 16
_EXIT_S = 5.0


def output_of(
    argv: Sequence[str],
    text: str,
    ticket: Ticket,
    *,
    patience_s: float,
    extra_environment: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """What the program writes, as it writes it.

    `text` must fit into a pipe, so that nobody waits for anybody. Raises EngineError if the program fails or
    is silent for longer than `patience_s`, Cancelled once the ticket is.
    """
    ticket.check()
    environment = {**os.environ, **(extra_environment or {})}
    with (
        TemporaryFile() as complaints,
        _running(argv, environment, complaints) as process,
        ticket.cancelling(lambda: _kill(process)),
        closing(_pieces(process, Path(argv[0]).name, patience_s)) as pieces,
    ):
        _give(process, text)
        for piece in pieces:
            ticket.check()
            yield piece
        status = process.wait(_EXIT_S)
        ticket.check()
        if status != 0:
            raise EngineError(f"{Path(argv[0]).name} failed: {_complaint(complaints, status)}")


@contextmanager
def _running(
    argv: Sequence[str], environment: Mapping[str, str], complaints: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and nothing of the text among the arguments
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
            process_group=0,  # Ctrl-C is ours to handle
        )
    except OSError as problem:
        raise EngineError(f"cannot run {argv[0]}: {problem.strerror}") from problem
    try:
        yield process
    finally:
        _kill(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With what it started itself, which may hold the other end of our pipe."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _give(process: subprocess.Popen[bytes], text: str) -> None:
    pipe = cast("IO[bytes]", process.stdin)
    with suppress(BrokenPipeError):  # it has failed already, and its exit status says so
        pipe.write(text.encode())
        pipe.close()


def _pieces(process: subprocess.Popen[bytes], name: str, patience_s: float) -> Generator[bytes, None, None]:
    pipe = cast("IO[bytes]", process.stdout)
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(patience_s):
                raise EngineError(f"{name} gave no sound for {patience_s:g} s: try it by hand")
            piece = os.read(pipe.fileno(), _PIECE_BYTES)
            if not piece:
                return
            yield piece


def _complaint(complaints: IO[bytes], status: int) -> str:
    complaints.seek(0)
    return quoted(complaints.read(4096).decode(errors="replace")) or f"exit status {status}"
