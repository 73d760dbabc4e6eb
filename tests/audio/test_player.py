"""What a pipeline asks of the player, on outputs that need no sound device."""

import threading
from array import array

from streamtts._core import Player

RATE = 24_000
PATIENCE_S = 60.0


def sound(frames: int) -> "array[float]":
    return array("f", [0.25]) * frames


def test_a_writer_that_does_not_know_of_the_flush_yet_stays_silent() -> None:
    player = Player("null:20", RATE)
    assert player.write(sound(100), RATE, last=True)
    player.flush(epoch=5)
    assert not player.write(sound(100), RATE, last=True, epoch=4)
    assert not player.write(sound(100), RATE, last=True)
    assert player.write(sound(100), RATE, last=True, epoch=5)
    assert player.drain(PATIENCE_S)
    assert player.counters().written_frames == 200


def test_a_flush_frees_a_writer_of_any_epoch() -> None:
    player = Player("null:20", RATE, ring_s=0.1)
    player.pause()
    kept: list[bool] = []
    writer = threading.Thread(target=lambda: kept.append(player.write(sound(RATE), RATE, epoch=7)))
    writer.start()
    while player.counters().written_frames == 0:
        pass
    player.flush(epoch=7)
    writer.join(PATIENCE_S)
    assert kept == [False]
