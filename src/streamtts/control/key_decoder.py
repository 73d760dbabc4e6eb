"""What a keyboard sends, cut into keys; no terminal and no clock inside."""

ESCAPE, BELL = 0x1B, 0x07
SEQUENCE_BYTES = 32
PASTE_BYTES = 64  # nobody types so much between two reads

CSI, SS3 = b"\x1b[", b"\x1bO"
STRINGS = b"]P_^X"  # after an escape: the terminal answers a question of some other program


class KeyDecoder:
    """`feed` returns whole keys: one byte each, or one whole escape sequence.

    While `pending`, a sequence is incomplete or a paste goes on: call `quiet` when nothing came for a moment.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._pasting = False

    @property
    def pending(self) -> bool:
        return self._pasting or bool(self._held)

    def quiet(self) -> None:
        """What is held was a lone escape key, or the end of a paste."""
        self._held.clear()
        self._pasting = False

    def feed(self, chunk: bytes) -> list[bytes]:
        self._pasting = self._pasting or len(chunk) > PASTE_BYTES
        if self._pasting:
            self._held.clear()
            return []
        return [key for byte in chunk if (key := self._next(byte))]

    def _next(self, byte: int) -> bytes:
        """The key that this byte completes, or nothing."""
        held = self._held
        if len(held) >= 2 and held[1] in STRINGS:
            return self._in_string(byte)
        if byte == ESCAPE:
            held[:] = b"\x1b"
        elif not held:
            return bytes([byte])
        elif len(held) == 1 and (byte in STRINGS or byte in b"[O"):
            held.append(byte)
        elif len(held) == 1:  # the escape was a key of its own
            return self._complete(bytes([byte]))
        elif held.startswith(CSI) and not 0x40 <= byte <= 0x7E:
            held.extend([byte] if len(held) < SEQUENCE_BYTES else [])
        else:
            return self._complete(bytes([*held, byte]))
        return b""

    def _in_string(self, byte: int) -> bytes:
        """Nothing, up to a bell or an escape with a backslash."""
        if byte == BELL or (byte == ord("\\") and self._held[-1] == ESCAPE):
            self._held.clear()
        else:
            self._held[2:] = [byte]
        return b""

    def _complete(self, key: bytes) -> bytes:
        self._held.clear()
        return key
