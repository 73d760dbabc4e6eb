"""WAV files of any usual kind, so that the most common recordings need no further package."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_FORMAT, _FORMAT_EXTENSIBLE, _LONGEST_FORMAT = 16, 26, 64
_MOST_CHUNKS = 1000
_NOT_KNOWN = 0x7FF0_0000  # or more bytes: who wrote it to a pipe did not know how long it would be
_KINDS = {
    (_PCM, 8): "u1",
    (_PCM, 16): "<i2",
    (_PCM, 24): "i3",
    (_PCM, 32): "<i4",
    (_FLOAT, 32): "<f4",
    (_FLOAT, 64): "<f8",
}


class NoWavError(ValueError):
    """The file is no WAV, or a broken one; the message says why, as part of a sentence."""


class ForeignError(NoWavError):
    """A WAV whose samples are coded in a way that others may know."""


@dataclass(frozen=True, slots=True)
class WavForm:
    """Where a file's samples are, and of which kind."""

    rate_hz: int
    channels: int
    kind: str
    begin: int
    frames: int
    lacking: int = 0  # frames that its header promises and that are not there

    @property
    def frame_bytes(self) -> int:
        return self.channels * int(self.kind[-1])


def is_wav(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def form_of(file: BinaryIO, size: int) -> WavForm:
    """What the header of a file of so many bytes says."""
    at, found = 12, None
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        at += 8
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"fmt ":
            found = _described(file.read(min(length, _LONGEST_FORMAT)))
        elif head[:4] == b"data":
            if found is None:
                raise NoWavError("it does not say what its samples are")
            rate_hz, channels, kind = found
            form, left = WavForm(rate_hz, channels, kind, at, 0), size - at
            promised = length if 0 < length < _NOT_KNOWN else left
            frames = min(promised, left) // form.frame_bytes
            if not frames:
                cut = promised > left
                raise NoWavError("it breaks off before its sound" if cut else "there is no sound in it")
            return replace(form, frames=frames, lacking=promised // form.frame_bytes - frames)
        at += length + length % 2
    raise NoWavError("there is no sound in it")


def samples_of(file: BinaryIO, form: WavForm) -> "NDArray[np.float64]":
    """A row for each frame, from -1 to 1; floats are as they were written."""
    import numpy as np  # noqa: PLC0415 - importing this module must stay light

    file.seek(form.begin)
    content = file.read(form.frames * form.frame_bytes)
    content = content[: len(content) - len(content) % form.frame_bytes]
    if form.kind == "i3":
        wide = np.zeros((len(content) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(content, np.uint8).reshape(-1, 3)
        flat = wide.reshape(-1).view("<i4") / 2.0**31
    else:
        raw = np.frombuffer(content, form.kind)
        flat = raw.astype(np.float64)
        if form.kind == "u1":
            flat = (flat - 128.0) / 128.0
        elif raw.dtype.kind == "i":
            flat = flat / 2.0 ** (8 * raw.dtype.itemsize - 1)
    return flat.reshape(-1, form.channels)


def _described(chunk: bytes) -> tuple[int, int, str]:
    if len(chunk) < _FORMAT:
        raise NoWavError("it does not say what its samples are")
    tag, channels, rate_hz, bits = (
        int.from_bytes(chunk[begin:end], "little") for begin, end in ((0, 2), (2, 4), (4, 8), (14, 16))
    )
    if tag == _EXTENSIBLE and len(chunk) >= _FORMAT_EXTENSIBLE:
        tag = int.from_bytes(chunk[24:26], "little")
    if (tag, bits) not in _KINDS:
        raise ForeignError(f"its samples have {bits} bits in format {tag}")
    if not channels:
        raise NoWavError("it has no channels")
    return rate_hz, channels, _KINDS[tag, bits]
