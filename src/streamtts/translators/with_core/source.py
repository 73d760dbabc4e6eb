"""The rows that words are read as: few of many are needed, so each is read from its file when it is."""

import os
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from streamtts.engine import EngineError
from streamtts.models.safetensors import damaged


class Source(Protocol):
    kind: str  # of its floats: float32, float16 or bfloat16

    def rows(self, words: Sequence[int]) -> bytes: ...


class FromFile:
    def __init__(self, file: Path, at: int, size: int, row: int, kind: str) -> None:
        self.kind = kind
        self._path = file
        self._at, self._size, self._row = at, size, row
        try:
            self._file = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise damaged(file, error.strerror or "") from error
        weakref.finalize(self, os.close, self._file)

    def rows(self, words: Sequence[int]) -> bytes:
        return b"".join(map(self._one, words))

    def _one(self, word: int) -> bytes:
        at = word * self._row
        found = os.pread(self._file, self._row, self._at + at) if at < self._size else b""
        if len(found) != self._row:
            raise EngineError(f"{self._path} has no row for the token {word}: pull the model again")
        return found


class FromMemory:
    def __init__(self, table: memoryview, row: int, kind: str) -> None:
        self.kind = kind
        self._table, self._row = table, row

    def rows(self, words: Sequence[int]) -> bytes:
        return b"".join(self._table[word * self._row : (word + 1) * self._row] for word in words)
