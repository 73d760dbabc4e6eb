"""`streamtts devices`: where sound can go, and a chime to hear whether it does."""

import math
from array import array
from collections.abc import Iterator

from streamtts import _core
from streamtts.errors import StreamttsError
from streamtts.playback import open_player

_CHIME_RATE_HZ = 24_000
_CHIME_NOTES_HZ = (659.3, 880.0)
_NOTE_S = 0.18
_PATIENCE_S = 10.0
_NOT_DEVICES = (
    ("default", "the system's default device"),
    ("null", "no sound, the pace of a device"),
    ("wav:FILE", "a WAV file"),
    ("raw:-", "bare samples on standard output; raw:-,rate=48000,format=f32 chooses how"),
)


def listing() -> Iterator[str]:
    """A line for each name that --output takes."""
    rows = [(f"{name} *" if is_default else name, text) for name, text, is_default in _core.devices()]
    width = max(len(name) for name, _ in (*_NOT_DEVICES, *rows))
    for name, text in (*_NOT_DEVICES, *rows):
        yield f"{name:<{width}}  {text}\n"
    if not rows:
        yield "No sound device was found.\n"
    elif any(is_default for _, _, is_default in _core.devices()):
        yield "* what `default` is now\n"


def play_chime(output: str) -> str:
    """Two notes on `output`; returns what to tell the user."""
    player = open_player(output)
    if warning := player.take_warning():
        raise StreamttsError(warning)
    player.write(_chime(), _CHIME_RATE_HZ, last=True)
    if not player.drain(_PATIENCE_S):
        raise StreamttsError(f"{player.output_name} took no sound for {_PATIENCE_S:.0f} seconds")
    return f"played a chime on {player.output_name}; its latency is {player.latency_s * 1000:.0f} ms"


def _chime() -> "array[float]":
    samples = array("f")
    frames = int(_NOTE_S * _CHIME_RATE_HZ)
    for note_hz in _CHIME_NOTES_HZ:
        for frame in range(frames):
            swell = math.sin(math.pi * frame / frames) ** 2
            samples.append(0.3 * swell * math.sin(2 * math.pi * note_hz * frame / _CHIME_RATE_HZ))
    return samples
