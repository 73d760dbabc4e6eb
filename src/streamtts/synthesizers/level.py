"""How loud an engine is: one fixed gain each, so that all sound alike, and no sample cut off."""

from typing import Any

_KNEE = 0.8


def levelled(samples: Any, gain: float) -> Any:
    """NumPy samples times `gain` as 32-bit floats; rare peaks beyond the knee are bent, never clipped."""
    import numpy as np

    loud = np.asarray(samples * gain, np.float32)
    beyond = np.abs(loud) > _KNEE
    if beyond.any():
        peaks = loud[beyond]
        room = np.float32(1 - _KNEE) * np.float32(0.99)
        bent = _KNEE + room * np.tanh((np.abs(peaks) - _KNEE) / room)
        loud[beyond] = np.copysign(bent, peaks)
    return loud
