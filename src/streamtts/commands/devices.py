"""`streamtts devices`: where sound can go, and a chime to hear whether it does."""

from collections.abc import Iterator

from streamtts import _core
from streamtts.errors import StreamttsError
from streamtts.pipeline.chime import CHIME_RATE_HZ, chime
from streamtts.pipeline.playback import open_player

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
    player.write(chime(), CHIME_RATE_HZ, last=True)
    if not player.drain(_PATIENCE_S):
        raise StreamttsError(f"{player.output_name} took no sound for {_PATIENCE_S:.0f} seconds")
    return f"played a chime on {player.output_name}; its latency is {player.latency_s * 1000:.0f} ms"
