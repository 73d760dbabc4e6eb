"""Bytes of sound as they arrive, in any chunking, to `Pcm`: WAV from any writer, and raw samples."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from streamtts.engine import Pcm
from streamtts.synthesizers.pcm import from_s16

Kind = Literal["s16", "f32"]

_RIFF, _CHUNK, _FORMAT, _FORMAT_EXTENSIBLE = 12, 8, 16, 26
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_UNKNOWN_LENGTH = 0x7FFF0000  # a writer that cannot seek back says at least this, or 0
_LONGEST_HEADER = 1 << 16
_KINDS: dict[tuple[int, int], Kind] = {(_PCM, 16): "s16", (_FLOAT, 32): "f32"}


class WavError(ValueError):
    """This is no WAV that can be played; the message says why, as part of a sentence."""


class Decoder(Protocol):
    """What makes sound of bytes as they arrive."""

    def feed(self, data: bytes) -> Pcm: ...


@dataclass(frozen=True, slots=True)
class WavFormat:
    """What a WAV says of its sound."""

    rate_hz: int
    channels: int
    kind: Kind


class Samples:
    """Raw little-endian frames; half a frame waits for its rest. Of several channels the first is kept."""

    def __init__(self, kind: Kind = "s16", channels: int = 1) -> None:
        self._kind = kind
        self._sample_bytes = 2 if kind == "s16" else 4
        self._channels = channels
        self._rest = b""

    def feed(self, data: bytes) -> Pcm:
        data = self._rest + data
        whole = len(data) - len(data) % (self._sample_bytes * self._channels)
        self._rest = data[whole:]
        mono = self._first_channel(data[:whole])
        return from_s16(mono) if self._kind == "s16" else memoryview(mono).cast("f")

    def _first_channel(self, data: bytes) -> bytes:
        if self._channels == 1:
            return data
        return memoryview(data).cast("h" if self._kind == "s16" else "f")[:: self._channels].tobytes()


class WavReader:
    """A WAV stream. `told` may look at the format, and object, before the first sample is given out."""

    def __init__(self, told: Callable[[WavFormat], None] = lambda _: None) -> None:
        self._told = told
        self._header = b""
        self._samples = Samples()
        self._left: int | None = None  # bytes of sound still to come; None while the header is being read

    def feed(self, data: bytes) -> Pcm:
        if self._left is None:
            self._header += data
            data = self._read_header()
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        return self._samples.feed(data)

    def finish(self) -> None:
        if self._left is None:
            raise WavError("it ends before its sound begins")

    def _read_header(self) -> bytes:
        """What follows the header, once all of that is there."""
        header = self._header
        if not b"RIFF".startswith(header[:4]) or (len(header) >= _RIFF and header[8:_RIFF] != b"WAVE"):
            raise WavError("it does not begin as a WAV does")
        form: WavFormat | None = None
        at = _RIFF
        while len(header) >= at + _CHUNK:
            name, size = header[at : at + 4], int.from_bytes(header[at + 4 : at + _CHUNK], "little")
            at += _CHUNK
            if name == b"data":
                return self._begin(form, size, header[at:])
            if name == b"fmt " and len(header) >= at + min(size, _FORMAT_EXTENSIBLE):
                form = wav_format(header[at : at + size])
            at += size + size % 2
        if max(at, len(header)) > _LONGEST_HEADER:
            raise WavError("its header does not end")
        return b""

    def _begin(self, form: WavFormat | None, size: int, sound: bytes) -> bytes:
        if form is None:
            raise WavError("it does not say what its samples are")
        self._told(form)
        self._samples = Samples(form.kind, form.channels)
        self._left = size if 0 < size < _UNKNOWN_LENGTH else 1 << 62
        self._header = b""
        return sound


def wav_format(chunk: bytes) -> WavFormat:
    """The body of a `fmt ` chunk."""
    if len(chunk) < _FORMAT:
        raise WavError("it does not say what its samples are")
    tag, channels, rate_hz, bits = (
        int.from_bytes(chunk[begin:end], "little") for begin, end in ((0, 2), (2, 4), (4, 8), (14, 16))
    )
    if tag == _EXTENSIBLE and len(chunk) >= _FORMAT_EXTENSIBLE:
        tag = int.from_bytes(chunk[24:26], "little")
    kind = _KINDS.get((tag, bits))
    if kind is None:
        raise WavError(f"its samples have {bits} bits in format {tag}, not 16-bit integers or 32-bit floats")
    if not (0 < channels <= 8 and 4_000 <= rate_hz <= 384_000):
        raise WavError(f"it says {channels} channels at {rate_hz} Hz")
    return WavFormat(rate_hz, channels, kind)
