"""A chime of two notes: it tests an output, and it ends a turn for people who look away."""

import math
from array import array

CHIME_RATE_HZ = 24_000
_NOTES_HZ = (659.3, 880.0)
_NOTE_S = 0.18


def chime(level: float = 0.3) -> "memoryview[float]":
    samples = array("f")
    frames = int(_NOTE_S * CHIME_RATE_HZ)
    for note_hz in _NOTES_HZ:
        for frame in range(frames):
            swell = math.sin(math.pi * frame / frames) ** 2
            samples.append(level * swell * math.sin(2 * math.pi * note_hz * frame / CHIME_RATE_HZ))
    return memoryview(samples)
