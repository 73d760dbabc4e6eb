"""What a Mach-O library wants of others."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER = struct.Struct("<8I")
_COMMAND = struct.Struct("<2I")
_SYMBOL_TABLE = struct.Struct("<4I")
_SYMBOL = struct.Struct("<IBBHQ")
_MAGIC_64 = 0xFEEDFACF
_LC_SYMTAB = 0x02
_LC_LOADS_A_LIBRARY = {0x0C, 0x18, 0x1F}  # plain, weak, re-exported
_MUST_UNDERSTAND = 0x80000000
_DEBUGGING, _KIND, _EXTERNAL = 0xE0, 0x0E, 0x01
_WHEREVER = {
    0x00,
    0xFE,
}  # what a dynamic lookup finds: as zig writes it, as Apple does


@dataclass(frozen=True)
class Wanted:
    symbol: str
    library: str | None  # None: whoever has it when the library is loaded


def libraries(image: bytes) -> list[str]:
    return [
        _text(image, at + struct.unpack_from("<I", image, at + _COMMAND.size)[0])
        for kind, at in _commands(image)
        if kind in _LC_LOADS_A_LIBRARY
    ]


def wanted(path: Path) -> list[Wanted]:
    image = path.read_bytes()
    names = libraries(image)
    table = next(at for kind, at in _commands(image) if kind == _LC_SYMTAB)
    symbols, count, strings, _ = _SYMBOL_TABLE.unpack_from(image, table + _COMMAND.size)
    found = []
    for index in range(count):
        name, kind, _, described, _ = _SYMBOL.unpack_from(image, symbols + index * _SYMBOL.size)
        undefined = kind & _EXTERNAL and not kind & _KIND and not kind & _DEBUGGING
        if undefined:
            ordinal = described >> 8
            library = None if ordinal in _WHEREVER else names[ordinal - 1]
            found.append(Wanted(_text(image, strings + name), library))
    return found


def _commands(image: bytes) -> Iterator[tuple[int, int]]:
    magic, _, _, _, count, _, _, _ = _HEADER.unpack_from(image)
    if magic != _MAGIC_64:
        raise ValueError("this is no Mach-O file of 64 bits")
    at = _HEADER.size
    for _ in range(count):
        kind, size = _COMMAND.unpack_from(image, at)
        yield kind & ~_MUST_UNDERSTAND, at
        at += size


def _text(image: bytes, at: int) -> str:
    return image[at : image.index(b"\0", at)].decode()
