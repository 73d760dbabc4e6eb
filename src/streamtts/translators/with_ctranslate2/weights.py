"""model.bin of CTranslate2: which variables it has, and a copy in which some have fewer rows."""

import mmap
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_VERSION = 6
_AT_ONCE = 1 << 24  # bytes

SCALE = "_scale"  # of a weight that is int8; it goes with the weight wherever that is another's


@dataclass(frozen=True, slots=True)
class Variable:
    shape: tuple[int, ...]
    kind: int
    at: int
    size: int


class Weights:
    """A file as it lies there; `variables` by name, and `aliases` for those that are another's."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, and ValueError for a file that is no such model."""
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            self._read()
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise ValueError(f"{path} is no model of CTranslate2") from error

    def close(self) -> None:
        self._bytes.close()

    def find(self, name: str) -> Variable:
        """The variable of this name, or the one that it is an alias of."""
        weight = name.removesuffix(SCALE)
        owner = self.aliases.get(name) or self.aliases.get(weight, weight) + name[len(weight) :]
        try:
            return self.variables[owner]
        except KeyError:
            raise ValueError(f"it has no {name}") from None

    def write(self, target: BinaryIO, rows: Mapping[str, Sequence[int]], same: Mapping[str, str]) -> None:
        """A copy in which the variables in `rows` have these alone, and those in `same` are another's."""
        gone = {*rows, *same, *(name + SCALE for name in same)}
        kept = [name for name in self.variables if name not in gone]
        target.write(self._head)
        target.write(struct.pack("<I", len(kept) + len(rows)))
        for name in kept:
            found = self.variables[name]
            self._announce(target, name, found, found.shape)
            for at in range(found.at, found.at + found.size, _AT_ONCE):
                target.write(self._bytes[at : min(at + _AT_ONCE, found.at + found.size)])
        for name, chosen in rows.items():
            found = self.find(name)
            self._announce(target, name, found, (len(chosen), *found.shape[1:]))
            target.writelines(self._rows(found, chosen))
        aliases = {name: owner for name, owner in self.aliases.items() if name not in rows} | dict(same)
        target.write(struct.pack("<I", len(aliases)))
        for name, owner in aliases.items():
            target.write(_text(name) + _text(owner))

    def _rows(self, found: Variable, chosen: Sequence[int]) -> Iterator[bytes]:
        length = found.size // found.shape[0]
        for row in chosen:
            at = found.at + row * length
            yield self._bytes[at : at + length]

    def _announce(self, target: BinaryIO, name: str, found: Variable, shape: tuple[int, ...]) -> None:
        size = found.size // found.shape[0] * shape[0] if shape and found.shape[0] else found.size
        head = struct.pack(f"<B{len(shape)}IBI", len(shape), *shape, found.kind, size)
        target.write(_text(name) + head)

    def _read(self) -> None:
        self._place = 0
        if self._number("I") != _VERSION:
            raise ValueError("its version is another one")
        self._string()
        self._number("I")
        self._head = self._bytes[: self._place]
        self.variables = dict(self._variable() for _ in range(self._number("I")))
        self.aliases = {self._string(): self._string() for _ in range(self._number("I"))}
        if self._place != len(self._bytes):
            raise ValueError("it does not end where it should")

    def _variable(self) -> tuple[str, Variable]:
        name = self._string()
        shape = tuple(self._number("I") for _ in range(self._number("B")))
        kind, size = self._number("B"), self._number("I")
        found = Variable(shape, kind, self._place, size)
        self._place += size
        return name, found

    def _string(self) -> str:
        length = self._number("H")
        self._place += length
        return self._bytes[self._place - length : self._place - 1].decode("utf-8")

    def _number(self, code: str) -> int:
        (value,) = struct.unpack_from(f"<{code}", self._bytes, self._place)
        self._place += struct.calcsize(code)
        return int(value)


def _text(name: str) -> bytes:
    encoded = name.encode("utf-8")
    return struct.pack("<H", len(encoded) + 1) + encoded + b"\0"
