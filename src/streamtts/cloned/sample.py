"""A recording made ready for engines: one channel, at one rate and level, without silence around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from streamtts.cloned import recording
from streamtts.cloned.measures import Speech, clipped_share, speech_in
from streamtts.cloned.recording import BEST, Recording
from streamtts.cloned.trouble import SampleError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE_HZ = 24_000
LEAST_S, GOOD_S, MOST_S = 3.0, 5.0, 30.0

_ANEW = "copy or record it anew"
_LEVEL_DB, _PEAK = -20.0, 0.95
_FADE_S = 0.005
_SILENT_BESIDE, _ALIKE = 0.01, 0.9  # a channel's share of the loudest; how much two have in common
_DULL_HZ = 16_000
_QUIET_DB, _NOISY_DB, _CLIPPED, _MOSTLY_PAUSES = -40.0, 20.0, 0.0002, 0.4


@dataclass(frozen=True, slots=True)
class Sample:
    """What is kept of a recording, and what the user should know of it."""

    pcm: bytes  # 16-bit integers, little-endian, mono
    warnings: Sequence[str]

    @property
    def length_s(self) -> float:
        return len(self.pcm) / 2 / RATE_HZ


def prepared(path: Path) -> Sample:
    """SampleError if no voice can be made of it."""
    given = recording.read(path)
    mono, differ = _mono(given.frames)
    clipped = clipped_share(mono)
    mono = mono - mono.mean()
    speech = speech_in(mono, given.rate_hz)
    if speech is None and given.broken_off:
        raise SampleError(f"{given.broken_off}, before anything is to be heard: {_ANEW}")
    if speech is None:
        raise SampleError(f"nothing is to be heard in {given.title}: record it louder")
    length_s = (speech.end - speech.begin) / given.rate_hz
    if length_s < LEAST_S and given.broken_off:
        raise SampleError(f"{given.broken_off}, which is too short: {_ANEW}")
    _check_length(length_s, given.title)
    warnings = [warning for wrong, warning in _doubts(given, speech, length_s, clipped, differ) if wrong]
    at_rate = _resampled(mono[speech.begin : speech.end], given.rate_hz)
    return Sample(_levelled(at_rate, speech.level_db), warnings)


def _check_length(length_s: float, title: str) -> None:
    if length_s < LEAST_S:
        raise SampleError(
            f"{title} has only {length_s:.1f} seconds of speech: {LEAST_S:.0f} are needed, best are {BEST}"
        )
    if length_s > MOST_S:
        raise SampleError(f"{title} is {length_s:.0f} seconds long: cut out {BEST}")


def _doubts(
    given: Recording, speech: Speech, length_s: float, clipped: float, differ: bool
) -> Sequence[tuple[bool, str]]:
    title = given.title
    above_db = _NOISY_DB if speech.above_noise_db is None else speech.above_noise_db
    return (
        (bool(given.broken_off), f"{given.broken_off}: the voice is made of what is there"),
        (differ, f"the channels of {title} differ: only the loudest is kept"),
        (
            given.rate_hz < _DULL_HZ,
            f"{title} has only {given.rate_hz} samples a second, so the voice will be dull: 24000 are better",
        ),
        (
            clipped > _CLIPPED,
            f"{title} is clipped ({clipped:.1%} of it was too loud for the microphone): record it less loud",
        ),
        (
            speech.level_db < _QUIET_DB,
            f"{title} is very quiet ({speech.level_db:.0f} dBFS): record it closer to the microphone",
        ),
        (
            above_db < _NOISY_DB,
            f"{title} is noisy (the speech is about {max(above_db, 0):.0f} dB above the noise, "
            f"{_NOISY_DB:.0f} are good): record it where it is quiet",
        ),
        (length_s < GOOD_S, f"{title} has only {length_s:.1f} seconds of speech: better are {BEST}"),
        (
            speech.share < _MOSTLY_PAUSES,
            f"{title} is mostly pauses: better are {BEST} without them",
        ),
    )


def _mono(frames: "NDArray[np.float64]") -> "tuple[NDArray[np.float64], bool]":
    """One channel of them, and whether they differed. Mixed only if they agree: others would cancel out."""
    import numpy as np  # noqa: PLC0415 - importing this module must stay light

    centred = frames - frames.mean(axis=0)
    sizes = np.sqrt(np.square(centred).sum(axis=0))
    loudest = int(sizes.argmax())
    heard = np.flatnonzero(sizes > _SILENT_BESIDE * sizes[loudest])
    if len(heard) < 2:
        return frames[:, loudest], False
    common = centred[:, heard].T @ centred[:, loudest] / (sizes[heard] * sizes[loudest])
    if common.min() < _ALIKE:
        return frames[:, loudest], True
    return frames[:, heard].mean(axis=1), False


def _resampled(mono: "NDArray[np.float64]", rate_hz: int) -> "NDArray[np.float64]":
    """Its spectrum, as far as both rates have it: exact, and quick for a few seconds."""
    import numpy as np  # noqa: PLC0415 - importing this module must stay light

    if rate_hz == RATE_HZ:
        return mono
    # Silence behind it keeps its end from being heard at its beginning, and makes the lengths whole seconds.
    seconds = len(mono) // rate_hz + 2
    spectrum = np.fft.rfft(mono, seconds * rate_hz)
    kept = seconds * min(rate_hz, RATE_HZ) // 2
    spectrum = spectrum[: kept + 1]
    edge = np.linspace(0, np.pi, kept // 20)
    spectrum[len(spectrum) - len(edge) :] *= (1 + np.cos(edge)) / 2
    back = np.fft.irfft(spectrum, seconds * RATE_HZ) * (RATE_HZ / rate_hz)
    return back[: round(len(mono) * RATE_HZ / rate_hz)]


def _levelled(mono: "NDArray[np.float64]", level_db: float) -> bytes:
    """As loud as our voices are, unless its peaks would be cut."""
    import numpy as np  # noqa: PLC0415 - importing this module must stay light

    gain = min(10 ** ((_LEVEL_DB - level_db) / 20), _PEAK / float(np.abs(mono).max()))
    out = mono * gain
    fade = np.linspace(0, 1, round(_FADE_S * RATE_HZ))
    out[: len(fade)] *= fade
    out[len(out) - len(fade) :] *= fade[::-1]
    content: bytes = np.rint(out * 32767).astype("<i2").tobytes()
    return content
