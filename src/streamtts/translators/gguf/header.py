"""What a GGUF file says of itself at its beginning."""

from pathlib import Path

_BEGIN_BYTES = 4096
_KIND_OF_TEXT = (8).to_bytes(4, "little")


def beginning(file: Path) -> bytes:
    """Raises OSError."""
    with file.open("rb") as content:
        return content.read(_BEGIN_BYTES)


def text(begin: bytes, key: str) -> str:
    """The text of `key`, or nothing."""
    _, found, rest = begin.partition(key.encode("ascii") + _KIND_OF_TEXT)
    length = int.from_bytes(rest[:8], "little")
    return rest[8 : 8 + length].decode("utf-8", "replace") if found else ""
