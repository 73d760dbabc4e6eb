"""What somebody recorded, from a file of any common format, whatever the file says of itself."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from streamtts.cloned import wav_file
from streamtts.cloned.trouble import SampleError
from streamtts.cloned.wav_file import ForeignError, NoWavError
from streamtts.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST_S = 60  # of a file; what it may hold of speech is less
BEST = "5 to 10 seconds of one person who speaks"

_MOST_SAMPLES = 40_000_000
_LEAST_HZ, _MOST_HZ = 8_000, 384_000
_HARDLY_S = 0.1  # that nobody misses
_LOUDEST = 1e6  # times full scale: no recording
_INSTALL = "pip install 'streamtts[clone]'"
# How files begin that others than us can read, and those that only a converter can.
_KNOWN_TO_SOUNDFILE = (b"fLaC", b"OggS", b"ID3", b"FORM", b"RF64", b"RIFF", b"caff", b".snd", b"riff")
_MPEG, _MPEG_MASK = 0xFFE0, 0xFFE0
_FOR_CONVERTERS = (b"ftyp", b"\x1a\x45\xdf\xa3", b"\x30\x26\xb2\x75", b"#!AMR")


@dataclass(frozen=True, slots=True)
class Recording:
    """Samples, a row for each frame; each number of them is finite."""

    title: str
    rate_hz: int
    frames: "NDArray[np.float64]"
    lacking: int = 0  # frames that the file should have, too

    @property
    def broken_off(self) -> str:
        """The beginning of a sentence, if the file ends before its time."""
        lacking_s = self.lacking / self.rate_hz
        if lacking_s < _HARDLY_S:
            return ""
        there_s = len(self.frames) / self.rate_hz
        return f"{self.title} breaks off after {there_s:.1f} of {_duration(there_s + lacking_s)}"


def read(path: Path) -> Recording:
    """SampleError if there is no sound in the file, or more than anybody needs."""
    if find_spec("numpy") is None:
        raise SampleError("to add a voice numpy is needed: pip install numpy")
    title = path.name or str(path)
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise SampleError(f"{title} is empty: give a recording of {BEST}")
        try:
            rate_hz, frames, lacking = _decoded(file, size, title)
        except OSError as error:
            raise SampleError(f"cannot read {title}: {error.strerror or error}") from error
    return Recording(title, rate_hz, _checked(frames, title), lacking)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A file, and nothing that could keep us waiting."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can be called so"
        raise UsageError(f"cannot read {str(path)[:200]}: {why}") from error
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        os.close(fd)
        what = "a folder" if stat.S_ISDIR(mode) else "no file"
        raise UsageError(f"{str(path)[:200]} is {what}: give the file of a recording")
    with os.fdopen(fd, "rb") as file:
        yield file


def _decoded(file: BinaryIO, size: int, title: str) -> "tuple[int, NDArray[np.float64], int]":
    head = file.read(16)
    if wav_file.is_wav(head):
        try:
            form = wav_file.form_of(file, size)
            _check_form(form.rate_hz, form.channels, form.frames, title)
            return form.rate_hz, wav_file.samples_of(file, form), form.lacking
        except ForeignError:
            pass
        except NoWavError as error:
            raise SampleError(f"{title} is a broken WAV file, {error}: record or save it anew") from error
    return *_with_soundfile(file, head, title), 0


def _with_soundfile(file: BinaryIO, head: bytes, title: str) -> "tuple[int, NDArray[np.float64]]":
    try:
        import soundfile  # noqa: PLC0415 - an optional package
    except (ImportError, OSError):  # the latter where its library is not there
        if _could_be_sound(head):
            raise SampleError(f"{title} is no plain WAV file, so soundfile is needed: {_INSTALL}") from None
        raise _no_sound(title, head) from None
    file.seek(0)
    try:
        with soundfile.SoundFile(file) as sound:
            rate_hz, known = sound.samplerate, sound.frames
            _check_form(rate_hz, sound.channels, 0 if known >= 1 << 62 else known, title)
            frames = sound.read(LONGEST_S * rate_hz + 1, dtype="float64", always_2d=True)
    except soundfile.SoundFileError as error:
        raise _no_sound(title, head) from error
    _check_form(rate_hz, frames.shape[1], len(frames), title)
    return rate_hz, frames


def _check_form(rate_hz: int, channels: int, frames: int, title: str) -> None:
    if not _LEAST_HZ <= rate_hz <= _MOST_HZ:
        raise SampleError(f"{title} has {rate_hz} samples a second: record it with 24000 or more")
    if frames > LONGEST_S * rate_hz:
        raise SampleError(f"{title} is {_duration(frames / rate_hz)} long: cut out {BEST}")
    if frames * channels > _MOST_SAMPLES:
        raise SampleError(f"{title} has {channels} channels at {rate_hz} Hz: save it with one, at 48000 Hz")


def _duration(seconds: float) -> str:
    for unit, length_s in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{seconds:.{0 if seconds >= LONGEST_S else 1}f} seconds"


def _checked(frames: "NDArray[np.float64]", title: str) -> "NDArray[np.float64]":
    import numpy as np  # noqa: PLC0415 - importing this module must stay light

    if not frames.size:
        raise SampleError(f"there is no sound in {title}: give a recording of {BEST}")
    if not np.isfinite(frames).all() or np.abs(frames).max() > _LOUDEST:
        raise SampleError(f"{title} holds numbers that are no sound: record or save it anew")
    return frames


def _could_be_sound(head: bytes) -> bool:
    mpeg = int.from_bytes(head[:2], "big") & _MPEG_MASK == _MPEG
    return mpeg or head.startswith(_KNOWN_TO_SOUNDFILE)


def _no_sound(title: str, head: bytes) -> SampleError:
    if head[4:8] == b"ftyp" or head.startswith(_FOR_CONVERTERS):
        return SampleError(
            f"{title} is of a kind that soundfile cannot read: convert it, as with `ffmpeg -i IN OUT.wav`"
        )
    return SampleError(f"{title} is no sound file: give a recording of {BEST}, as WAV, FLAC, OGG or MP3")
