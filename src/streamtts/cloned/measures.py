"""What a recording is like: where its speech is, how loud, how far above the noise, and if it was cut off."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOTHING_DB = -60.0  # of full scale: what is never louder is silence

_FRAME_S = 0.02
_KEPT_BEFORE_S, _KEPT_AFTER_S = 0.1, 0.2  # soft consonants begin and die away below any line
_DIGITAL_SILENCE_DB = -100.0  # was put there by a program, and says nothing of the noise
_BELOW_SPEECH_DB, _ABOVE_NOISE_DB = 35.0, 6.0
_SURELY_SPEECH_DB = 10.0
_STEADY_DB = 4.0  # noise varies less than this from moment to moment, and soft consonants more
_FLAT, _LEAST_RUN, _NEAR_FULL = 0.999, 3, 0.98


@dataclass(frozen=True, slots=True)
class Speech:
    """The speech in a recording: from `begin` to `end`, in frames."""

    begin: int
    end: int
    level_db: float  # of full scale, while somebody speaks
    above_noise_db: float | None  # None where no pause tells what the noise is
    share: float  # of the time between its ends in which somebody speaks


def speech_in(mono: "NDArray[np.float64]", rate_hz: int) -> Speech | None:
    """None if nothing is to be heard."""
    import numpy as np  # noqa: PLC0415 - importing this module must stay light

    width = round(_FRAME_S * rate_hz)
    count = len(mono) // width
    if not count:
        return None
    powers = np.square(mono[: count * width]).reshape(count, width).mean(axis=1)
    levels = 10 * np.log10(powers + 1e-15)
    loud = float(np.percentile(levels, 95))
    if float(levels.max()) < NOTHING_DB:
        return None
    least, noise = map(float, np.percentile(levels[levels > _DIGITAL_SILENCE_DB], (2, 10)))
    # In a recording without pauses the noise cannot be told, and must not hide the speech.
    line = min(max(loud - _BELOW_SPEECH_DB, noise + _ABOVE_NOISE_DB), loud - _SURELY_SPEECH_DB)
    active = np.flatnonzero(levels > line)
    power, noise_power = float(powers[active].mean()), 10 ** (noise / 10)
    above = float(10 * np.log10(max(power / noise_power - 1, 1e-3)))
    return Speech(
        begin=max(0, int(active[0]) * width - round(_KEPT_BEFORE_S * rate_hz)),
        end=min(len(mono), int(active[-1] + 1) * width + round(_KEPT_AFTER_S * rate_hz)),
        level_db=float(10 * np.log10(power)),
        above_noise_db=above if noise - least < _STEADY_DB else None,
        share=len(active) / int(active[-1] + 1 - active[0]),
    )


def clipped_share(mono: "NDArray[np.float64]") -> float:
    """The share of samples in flat tops at full scale: there the microphone could take no more."""
    import numpy as np  # noqa: PLC0415 - importing this module must stay light

    loud = np.abs(mono)
    peak = float(loud.max())
    if peak < _NEAR_FULL:
        return 0.0
    flat = loud >= _FLAT * peak
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flat, [False])).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return float(runs[runs >= _LEAST_RUN].sum()) / len(mono)
