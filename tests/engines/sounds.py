"""Sound for fake voices to give, and a look at what real ones gave."""

import math
import struct
from array import array
from collections.abc import Iterable

from streamtts.engine import Pcm, Synthesizer, Ticket


def sine_s16(seconds: float, rate_hz: int = 24_000, hz: float = 440.0, amplitude: float = 0.3) -> bytes:
    frames = range(round(seconds * rate_hz))
    samples = (round(32767 * amplitude * math.sin(math.tau * hz * i / rate_hz)) for i in frames)
    return struct.pack(f"<{len(frames)}h", *samples)


def silence_s16(seconds: float, rate_hz: int = 24_000) -> bytes:
    return bytes(2 * round(seconds * rate_hz))


def chunk(name: bytes, body: bytes, size: int | None = None) -> bytes:
    length = len(body) if size is None else size
    return name + struct.pack("<I", length) + body + b"\0" * (len(body) % 2 if size is None else 0)


def format_chunk(
    rate_hz: int, *, tag: int = 1, bits: int = 16, channels: int = 1, extended: bool = False
) -> bytes:
    width = bits // 8 * channels
    plain = struct.pack(
        "<HHIIHH", 0xFFFE if extended else tag, channels, rate_hz, rate_hz * width, width, bits
    )
    guid = struct.pack("<H", tag) + bytes.fromhex("000000001000800000aa00389b71")
    return chunk(b"fmt ", plain + struct.pack("<HHI", 22, bits, 4) + guid if extended else plain)


def wav(chunks: Iterable[bytes], size: int | None = None) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def plain_wav(samples: bytes, rate_hz: int = 24_000) -> bytes:
    return wav((format_chunk(rate_hz), chunk(b"data", samples)))


def spoken(voice: Synthesizer, text: str, ticket: Ticket | None = None) -> "array[float]":
    """All of what the voice says, in one row."""
    heard = array("f")
    for piece in voice.speak(text, ticket or Ticket()):
        check_pcm(piece)
        heard.frombytes(piece.tobytes())
    return heard


def check_pcm(piece: Pcm) -> None:
    assert piece.format == "f"
    assert piece.ndim == 1
    assert piece.c_contiguous
    assert len(piece) > 0


def pitch_hz(heard: "array[float]", rate_hz: int) -> float:
    """Of a sine: by its upward zero crossings."""
    ups = [i for i in range(1, len(heard)) if heard[i - 1] < 0 <= heard[i]]
    return (len(ups) - 1) * rate_hz / (ups[-1] - ups[0])
