"""Frames between a parent and its child: a fixed header and a payload, over a stream socket."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

MAX_PAYLOAD_BYTES = 1 << 24

SETUP_REQUEST = 0  # of the frames that start a child; the requests after it count from 1


class Kind(IntEnum):
    """What a frame says. Every ASK is answered by any number of PIECEs and then DONE or FAILED."""

    SETUP = 1  # parent: JSON, what to load; answered by READY or FAILED
    READY = 2  # child: JSON, what was loaded
    ASK = 3  # parent: the engine's input
    PIECE = 4  # child: some of the engine's output
    DONE = 5  # child: that was all, or it was cancelled
    FAILED = 6  # child: one sentence that says why
    CANCEL = 7  # parent: stop answering this request
    HINT = 8  # parent: what the next question may begin with; unanswered


@dataclass(frozen=True, slots=True)
class Frame:
    kind: Kind
    request: int
    payload: bytes = b""


class WireError(Exception):
    """The bytes are no frames; nothing after them can be trusted."""


_HEADER = struct.Struct("!IIB")  # payload bytes, request, kind
_KINDS = {int(kind): kind for kind in Kind}


def encode(frame: Frame) -> bytes:
    if len(frame.payload) > MAX_PAYLOAD_BYTES:
        raise WireError(f"a frame of {len(frame.payload)} bytes is too long")
    return _HEADER.pack(len(frame.payload), frame.request, frame.kind) + frame.payload


class Decoder:
    """Bytes, however they were cut, to frames. After its first error it takes no more."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._broken = ""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are now complete; raises WireError where they cease to be frames."""
        self._held += data
        start = 0
        try:
            while (end := self._end_of_frame(start)) <= len(self._held):
                _, request, kind = _HEADER.unpack_from(self._held, start)
                payload = bytes(memoryview(self._held)[start + _HEADER.size : end])
                start = end
                yield Frame(_KINDS[kind], request, payload)
        finally:
            del self._held[:start]

    def finish(self) -> None:
        """The stream has ended; raises WireError if that was in the middle of a frame."""
        if self._broken or self._held:
            raise WireError(self._broken or "the stream ended in the middle of a frame")

    def _end_of_frame(self, start: int) -> int:
        """Where the frame ends, or at least the header that is still to come."""
        if self._broken:
            raise WireError(self._broken)
        if len(self._held) < start + _HEADER.size:
            return start + _HEADER.size
        size: int
        size, _, kind = _HEADER.unpack_from(self._held, start)
        if kind not in _KINDS:
            self._broken = f"there is no frame of kind {kind}"
        elif size > MAX_PAYLOAD_BYTES:
            self._broken = f"a frame of {size} bytes is too long"
        if self._broken:
            raise WireError(self._broken)
        return start + _HEADER.size + size
