"""Bytes from standard input or files to sentences; os.read on the descriptor, no line buffering."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from streamtts._core import ExtractorStats, SentenceStream
from streamtts.environment import Clock
from streamtts.errors import StreamttsError, UsageError
from streamtts.pipeline.stop import Stop
from streamtts.types import Sentence, SentenceRow, StressedRow

READ_BYTES = 64 * 1024
STANDARD_INPUT = Path("-")

_TELLING_BYTES = 4096
_IN_NO_TEXT = frozenset((*range(7), *range(14, 27)))  # control characters that not even a terminal's log has


def _chunks(fd: int, name: str, stop: Stop | None) -> Iterator[bytes]:
    """What the descriptor gives, as soon as it gives it, until its end or the stop."""
    while (stop is None or stop.readable(fd)) and (chunk := _read(fd, name)):
        yield chunk


def _read(fd: int, name: str) -> bytes:
    try:
        return os.read(fd, READ_BYTES)
    except OSError as error:
        raise StreamttsError(f"cannot read {name}: {error.strerror}") from error


def check_readable(files: Sequence[Path], stdin_fd: int) -> None:
    """Refuse a wrong file before the first word is heard."""
    for path in files or [STANDARD_INPUT]:
        if path == STANDARD_INPUT:
            _refuse_binary(stdin_fd, "standard input")
        elif not _is_pipe(path):
            with _opened(path) as fd:
                _refuse_binary(fd, str(path))


def _refuse_binary(fd: int, name: str) -> None:
    """Sound, a picture, a program: of an agent's words there is nothing in it. A pipe is not looked into."""
    mode = os.fstat(fd).st_mode
    if stat.S_ISDIR(mode):
        raise UsageError(f"{name} is a folder: name the log files inside it")
    if not stat.S_ISREG(mode):
        return
    try:
        begin = os.pread(fd, _TELLING_BYTES, os.lseek(fd, 0, os.SEEK_CUR))
    except OSError as error:
        raise StreamttsError(f"cannot read {name}: {error.strerror}") from error
    if not begin.lstrip().startswith((b"{", b"[")) and not _IN_NO_TEXT.isdisjoint(begin):
        raise UsageError(f"{name} is no text: give a log of an agent's JSON lines")


def _is_pipe(path: Path) -> bool:
    """It cannot be tried: opening and closing it once would kill its writer."""
    try:
        return path.is_fifo()
    except OSError:
        return False


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise UsageError(f"cannot open {path}: {error.strerror}") from error
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder: name the log files inside it")
        yield fd
    finally:
        os.close(fd)


def inputs(stdin_fd: int, files: list[Path], stop: Stop | None = None) -> Iterator[Iterator[bytes]]:
    """One stream of chunks for each file; no file, or `-` among them, is standard input."""
    for path in files or [STANDARD_INPUT]:
        if path == STANDARD_INPUT:
            yield _chunks(stdin_fd, "standard input", stop)
        else:
            with _opened(path) as fd:
                yield _chunks(fd, str(path), stop)


class SentenceSource:
    """The agent's bytes to sentences, each stamped with the moment it was known."""

    def __init__(self, stream: SentenceStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self.start_s = clock.now()

    def feed(self, chunk: bytes) -> Iterator[list[Sentence]]:
        """What the chunk completes, in batches: a line may be a book."""
        self._stream.push(chunk)
        yield from self._batches()

    def finish(self) -> Iterator[list[Sentence]]:
        """The end of one input; the next may follow, its turns count on."""
        self._stream.push_end()
        yield from self._batches()

    def arriving(self) -> str:
        """The first words of the sentence that is not complete yet."""
        return self._stream.arriving()

    def take_notices(self) -> list[str]:
        return self._stream.take_notices()

    def stats(self) -> ExtractorStats:
        return self._stream.stats()

    def _batches(self) -> Iterator[list[Sentence]]:
        while rows := self._stream.pull():
            yield self._stamped(rows)

    def _stamped(self, rows: Sequence[SentenceRow | StressedRow]) -> list[Sentence]:
        t_ms = round((self._clock.now() - self.start_s) * 1000, 3)
        return [_sentence(row, t_ms) for row in rows]


def _sentence(row: SentenceRow | StressedRow, t_ms: float) -> Sentence:
    turn, seq, text, end, spans = row[:5]
    return Sentence(turn, seq, text, end, tuple(spans), t_ms, tuple(row[5]) if len(row) == 6 else ())
