"""The ring's single producer, and opening the player in the user's words."""

from array import array

from streamtts import _core
from streamtts.engine import Cancelled, Pcm
from streamtts.errors import UsageError
from streamtts.pipeline.line import Take

PAUSE_INDEX = 2**32 - 1  # the silence between sentences belongs to none of them
_FIRST_S = 0.01  # written on its own: the moment of the first sample is then known
_PAUSE_RATE_HZ = 8000
_PAUSES_S = {"stop": 0.15, "tool": 0.2, "block": 0.35, "flush": 0.35}


def keeps_time(output: str) -> bool:
    """Whether sound is taken there at the pace at which it is heard: not so in files and pipes."""
    return not output.startswith(("wav:", "raw:"))


def open_player(output: str) -> _core.Player:
    """A player on `output`; for a name that no output has, the error lists the right ones."""
    try:
        return _core.Player(output)
    except _core.Error as error:
        raise UsageError(str(error)) from error


class Utterance:
    """The sound of one line on its way into the ring; Cancelled once the line's epoch is over."""

    def __init__(self, player: _core.Player, take: Take) -> None:
        self._player = player
        self._take = take
        self.begun = False

    def begin(self, pcm: Pcm, rate_hz: int) -> Pcm:
        """Writes the first samples; returns the rest, which may have to wait for room."""
        first = int(_FIRST_S * rate_hz)
        self.write(pcm[:first], rate_hz)
        self.begun = True
        return pcm[first:]

    def write(self, pcm: Pcm, rate_hz: int) -> None:
        """Waits while the ring is full."""
        self._write(pcm, rate_hz, self._take.line.index)

    def end(self) -> None:
        """The line is complete, be it without a sound; the next one comes after a breath."""
        self._write(memoryview(array("f")), _PAUSE_RATE_HZ, self._take.line.index, last=True)
        if pause_s := _PAUSES_S.get(self._take.line.sentence.end):
            silence = array("f", bytes(4 * int(pause_s * _PAUSE_RATE_HZ)))
            self._write(memoryview(silence), _PAUSE_RATE_HZ, PAUSE_INDEX, last=True)

    def _write(self, pcm: Pcm, rate_hz: int, index: int, *, last: bool = False) -> None:
        epoch = self._take.epoch
        if not self._player.write(pcm, rate_hz, turn=epoch, seq=index, last=last, epoch=epoch):
            raise Cancelled
