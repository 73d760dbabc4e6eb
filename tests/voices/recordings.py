"""Recordings as people make them: something like speech, of any rate, in WAV files of every kind."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 24_000

Sound = NDArray[np.float64]

_KINDS = {"u1": (1, 8), "i2": (1, 16), "i3": (1, 24), "i4": (1, 32), "f4": (3, 32), "f8": (3, 64)}


def speech(seconds: float = 6.0, rate_hz: int = RATE_HZ, loud: float = 0.3, pitch_hz: float = 120.0) -> Sound:
    """Syllables of a humming voice, a pause every second and a half, and nothing above 4 kHz."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    hum = sum(np.sin(2 * np.pi * pitch_hz * k * t + k * k) / k for k in range(1, int(3900 / pitch_hz)))
    syllables = np.sin(np.pi * 4 * t) ** 2
    pauses = np.where(t % 1.5 < 1.25, 1.0, 0.0)
    sound: Sound = loud * hum / np.abs(hum).max() * syllables * pauses
    return sound


def silence(seconds: float, rate_hz: int = RATE_HZ) -> Sound:
    return np.zeros(round(seconds * rate_hz))


def noise(like: Sound, below_db: float) -> Sound:
    """White noise so much below the sound, as far as that is to be heard."""
    power = np.square(like[np.abs(like) > 0.01 * np.abs(like).max()]).mean() / 10 ** (below_db / 10)
    sound: Sound = np.random.default_rng(1).standard_normal(len(like)) * np.sqrt(power)
    return sound


def wav(
    path: Path, sound: Sound, rate_hz: int = RATE_HZ, kind: str = "i2", *, extensible: bool = False
) -> Path:
    """Written by hand, so that what reads it is not tested with itself. A column for each channel."""
    rows = sound.reshape(len(sound), -1)
    tag, bits = _KINDS[kind]
    head = (0xFFFE if extensible else tag, rows.shape[1], rate_hz, 0, rows.shape[1] * bits // 8, bits)
    form = b"".join(n.to_bytes(size, "little") for n, size in zip(head, (2, 2, 4, 4, 2, 2), strict=True))
    if extensible:
        form += b"\x16\0" + bits.to_bytes(2, "little") + bytes(4) + tag.to_bytes(2, "little") + bytes(14)
    content = _coded(rows, kind)
    chunks = chunk(b"fmt ", form) + chunk(b"LIST", b"odd") + chunk(b"data", content)
    path.write_bytes(chunk(b"RIFF", b"WAVE" + chunks))
    return path


def chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def _coded(rows: Sound, kind: str) -> bytes:
    if kind[0] == "f":
        return rows.astype(f"<{kind}").tobytes()
    if kind == "u1":
        return np.rint(rows * 127 + 128).astype(np.uint8).tobytes()
    whole = np.rint(rows * (2.0 ** (8 * int(kind[1]) - 1) - 1)).astype("<i4")
    if kind == "i3":
        return whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    return whole.astype(f"<{kind}").tobytes()
