"""What a file must be, and whether it is."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Expected:
    """A file as its source announces it; without a digest only its size is known."""

    name: str
    size: int
    sha256: str = ""
    git_sha1: str = ""  # git's own name of the content, which hubs give for small files


class Digest:
    """Takes a file's bytes in turn, and knows in the end whether they are the expected ones."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(b"blob %d\0" % expected.size, usedforsecurity=False)
        self.size = 0

    def update(self, piece: bytes) -> None:
        self._sha256.update(piece)
        if self._expected.git_sha1 and not self._expected.sha256:
            self._git.update(piece)
        self.size += len(piece)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def good(self) -> bool:
        if self.size != self._expected.size:
            return False
        if self._expected.sha256:
            return self.sha256 == self._expected.sha256
        return not self._expected.git_sha1 or self._git.hexdigest() == self._expected.git_sha1


def digest_of(path: Path, expected: Expected, read: Callable[[int], None] = lambda _: None) -> Digest:
    """Of the file as it lies there; `read` is told of every piece."""
    digest = Digest(expected)
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
            read(len(piece))
    return digest
