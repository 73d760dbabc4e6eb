"""What a voice's sound is like without listening: how loud, how much silence at its ends, what is cut off.

Loudness is that of ITU-R BS.1770 for one channel, in LUFS; a sine of 997 Hz at full scale has -3.0.
"""

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SILENT = 10 ** (-50 / 20)  # quieter is silence
FULL_SCALE = 0.999
_BLOCK_S, _STEP_S = 0.4, 0.1
_ABSOLUTE_LUFS, _RELATIVE_LU = -70.0, -10.0
_OFFSET = -0.691


@dataclass(frozen=True, slots=True)
class Level:
    loudness_lufs: float
    peak_dbfs: float
    cut_off: int  # samples at full scale
    silence_before_ms: float
    silence_after_ms: float


def level(sound: "array[float]", rate_hz: int) -> Level:
    """Of a sound that is not silent all through."""
    loud = [place for place, sample in enumerate(sound) if abs(sample) > SILENT]
    if not loud:
        raise ValueError("there is nothing but silence")
    return Level(
        loudness_lufs=loudness(sound, rate_hz),
        peak_dbfs=20 * math.log10(max(map(abs, sound))),
        cut_off=sum(abs(sample) >= FULL_SCALE for sample in sound),
        silence_before_ms=loud[0] / rate_hz * 1e3,
        silence_after_ms=(len(sound) - 1 - loud[-1]) / rate_hz * 1e3,
    )


def loudness(sound: Sequence[float], rate_hz: int) -> float:
    """In LUFS; quiet stretches do not count, so pauses make nobody quieter."""
    powers = list(_block_powers(_weighted(sound, rate_hz), rate_hz))
    heard = [power for power in powers if _lufs(power) > _ABSOLUTE_LUFS]
    if not heard:
        return -math.inf
    floor = _lufs(sum(heard) / len(heard)) + _RELATIVE_LU
    heard = [power for power in heard if _lufs(power) > floor]
    return _lufs(sum(heard) / len(heard))


def _lufs(power: float) -> float:
    return _OFFSET + 10 * math.log10(power) if power > 0 else -math.inf


def _block_powers(samples: Sequence[float], rate_hz: int) -> Iterator[float]:
    """Of overlapping blocks; a sound shorter than one is one itself."""
    frames, step = round(_BLOCK_S * rate_hz), round(_STEP_S * rate_hz)
    for at in range(0, max(1, len(samples) - frames + 1), step):
        block = samples[at : at + frames]
        yield math.fsum(sample * sample for sample in block) / len(block)


def _weighted(samples: Sequence[float], rate_hz: int) -> Sequence[float]:
    """As the ear weighs them: the head's shelf first, then a high-pass."""
    return _filtered(_filtered(samples, *_shelf(rate_hz)), *_high_pass(rate_hz))


Coefficients = tuple[float, float, float]


def _shelf(rate_hz: int) -> tuple[Coefficients, Coefficients]:
    k, q = math.tan(math.pi * 1681.974450955533 / rate_hz), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    whole = 1 + k / q + k * k
    forward = (high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k)
    return _scaled(forward, whole), (1.0, 2 * (k * k - 1) / whole, (1 - k / q + k * k) / whole)


def _high_pass(rate_hz: int) -> tuple[Coefficients, Coefficients]:
    k, q = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    whole = 1 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / whole, (1 - k / q + k * k) / whole)


def _scaled(values: Coefficients, whole: float) -> Coefficients:
    return values[0] / whole, values[1] / whole, values[2] / whole


def _filtered(samples: Sequence[float], forward: Coefficients, back: Coefficients) -> "array[float]":
    (b0, b1, b2), (_, a1, a2) = forward, back
    one = two = 0.0
    made = array("d")
    for sample in samples:
        value = b0 * sample + one
        one = b1 * sample - a1 * value + two
        two = b2 * sample - a2 * value
        made.append(value)
    return made
