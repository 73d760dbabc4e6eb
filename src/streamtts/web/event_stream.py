"""Server-sent events, as far as servers that stream JSON use them: each `data:` line is one message."""

from collections.abc import Iterator

from streamtts.web.trouble import PostError

_LONGEST_LINE_BYTES = 1 << 18


class EventStream:
    """Bytes in, in any pieces; messages out."""

    def __init__(self, longest_line_bytes: int = _LONGEST_LINE_BYTES) -> None:
        self._held = bytearray()
        self._longest_line_bytes = longest_line_bytes

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if b"\n" not in piece and b"\r" not in piece:
            self._hold(piece)
            return
        lines = (self._held + piece).splitlines(keepends=True)
        self._held = bytearray()
        if not lines[-1].endswith((b"\n", b"\r")):
            self._hold(lines.pop())
        for line in lines:
            yield from _message(line)

    def finish(self) -> Iterator[bytes]:
        line, self._held = bytes(self._held), bytearray()
        yield from _message(line)

    def _hold(self, piece: bytes | bytearray) -> None:
        self._held += piece
        if len(self._held) > self._longest_line_bytes:
            raise PostError("sends a line that does not end: check its address")


def _message(line: bytes | bytearray) -> Iterator[bytes]:
    """Comments, which keep a connection alive, and names of events say nothing to us."""
    name, colon, value = bytes(line).rstrip(b"\r\n").partition(b":")
    if colon and name in (b"data", b"error") and (value := value.strip()):
        yield value
