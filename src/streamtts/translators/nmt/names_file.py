"""The names of a vocabulary in a file: only those that were asked for take memory."""

import os
import weakref
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import overload

_FILE = "names.bin"
_COUNT_BYTES = 4
_AT_ONCE = 4096  # names


class NamesFile(Sequence[str]):
    """`rows` may be more than there are names: the others have none."""

    def __init__(self, folder: Path, rows: int = 0) -> None:
        """Raises OSError and ValueError."""
        self._file = os.open(folder / _FILE, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)
        (self.known,) = self._numbers(0, 1)
        self._rows = max(rows, self.known)
        self._begin = _COUNT_BYTES * (self.known + 2)
        self._asked: dict[int, str] = {}
        (size,) = self._numbers(self.known + 1, 1)
        if self._begin + size != os.fstat(self._file).st_size:
            raise ValueError(f"{folder / _FILE} does not end where it should")

    def __len__(self) -> int:
        return self._rows

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            begin, end, step = place.indices(self._rows)
            return self._read(begin, max(begin, end))[::step]
        if not 0 <= place < self._rows:
            raise IndexError(place)
        if (name := self._asked.get(place)) is None:
            name = self._asked[place] = self._read(place, place + 1)[0]
        return name

    def __iter__(self) -> Iterator[str]:
        for begin in range(0, self._rows, _AT_ONCE):
            yield from self[begin : begin + _AT_ONCE]

    def _read(self, begin: int, end: int) -> list[str]:
        last = min(end, self.known)
        if begin >= last:
            return [""] * (end - begin)
        places = self._numbers(begin + 1, last - begin + 1)
        first = places[0]
        found = os.pread(self._file, places[-1] - first, self._begin + first)
        names = [
            found[here - first : there - first].decode("utf-8", "replace") for here, there in pairwise(places)
        ]
        return names + [""] * (end - last)

    def _numbers(self, at: int, count: int) -> "array[int]":
        numbers = array("I")
        numbers.frombytes(os.pread(self._file, _COUNT_BYTES * count, _COUNT_BYTES * at))
        if len(numbers) != count:
            raise ValueError(f"{_FILE} is cut off")
        return numbers


def write(folder: Path, names: Sequence[str]) -> None:
    """How many there are, where each ends, and all of them in a row."""
    spelled = [name.encode("utf-8", "replace") for name in names]
    places = array("I", [len(spelled), 0])
    for each in spelled:
        places.append(places[-1] + len(each))
    with (folder / _FILE).open("wb") as file:
        places.tofile(file)
        file.writelines(spelled)
