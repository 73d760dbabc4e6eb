"""A file that grows until it is whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from streamtts.models.folder import unwritable


@contextmanager
def opened(part: Path) -> Iterator[FileIO]:
    """For reading and writing, at its beginning; never through a link."""
    try:
        fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise unwritable(part, error) from error
    with FileIO(fd, "r+") as file:
        try:
            yield file
        except OSError as error:
            raise unwritable(part, error) from error


def write_all(file: FileIO, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]
