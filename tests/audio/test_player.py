"""What a pipeline asks of the player, on outputs that need no sound device."""

import math
import threading
import time
import wave
from array import array
from pathlib import Path

import pytest

from streamtts._core import Boundary, Error, Player

RATE = 24_000
PATIENCE_S = 60.0


def sound(frames: int) -> "array[float]":
    return array("f", [0.25]) * frames


def read(player: Player, count: int) -> list[Boundary]:
    """Until as many came, or none for long."""
    boundaries: list[Boundary] = []
    while len(boundaries) < count and (some := player.boundaries(PATIENCE_S)):
        boundaries += some
    return boundaries


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


def test_boundaries_are_where_the_recording_has_them(tmp_path: Path) -> None:
    file = tmp_path / "speech.wav"
    player = Player(f"wav:{file}", RATE)
    boundaries: list[Boundary] = []
    reader = threading.Thread(target=lambda: boundaries.extend(read(player, 2 * 50)))
    reader.start()
    for seq in range(50):
        assert player.write(array("f", [(seq + 1) / 32_768]) * (seq * 37), RATE, turn=3, seq=seq, last=True)
    reader.join(PATIENCE_S)
    assert player.drain(PATIENCE_S)
    with wave.open(str(file)) as recording:
        samples = array("h", recording.readframes(recording.getnframes()))
    places = iter(boundaries)
    for seq, (begin, end) in enumerate(zip(places, places, strict=True)):
        assert (begin.turn, begin.seq, begin.begins) == (3, seq, True)
        assert (end.turn, end.seq, end.begins) == (3, seq, False)
        assert begin.ago_s >= 0 <= end.ago_s
        spoken = samples[round(begin.media_s * RATE) : round(end.media_s * RATE)]
        assert spoken == array("h", [seq + 1]) * (seq * 37)


def test_waiting_for_a_boundary_lets_python_run() -> None:
    player = Player("null:20", RATE)
    got: list[list[Boundary]] = []
    reader = threading.Thread(target=lambda: got.append(player.boundaries(math.inf)))
    reader.start()
    assert not got
    player.wake()
    reader.join(PATIENCE_S)
    assert got == [[]]


def test_the_age_of_a_boundary_tells_when_it_was_heard() -> None:
    player = Player("null", RATE)
    before_s = time.monotonic()
    player.write(sound(RATE // 10), RATE, last=True)
    assert player.drain(PATIENCE_S)
    drained_s = time.monotonic()
    time.sleep(0.2)
    asked_s = time.monotonic()
    begin, end = player.boundaries(0)
    assert before_s < time.monotonic() - begin.ago_s
    assert begin.ago_s > end.ago_s
    assert asked_s - end.ago_s <= drained_s


def wait_until_it_rests(player: Player) -> None:
    """Nothing was rendered for a while, though the player is open."""
    rendered, end_s = -1, time.monotonic() + PATIENCE_S
    while player.counters().rendered_frames != rendered:
        assert time.monotonic() < end_s
        rendered = player.counters().rendered_frames
        time.sleep(0.5)


def test_a_device_that_has_nothing_to_play_rests_and_time_goes_on_for_the_next_sentence() -> None:
    player = Player("null", RATE)
    media_s, heard_s = list[float](), list[float]()
    for _ in range(2):
        player.write(sound(RATE // 10), RATE, last=True)
        begin, _ = read(player, 2)
        media_s.append(begin.media_s)
        heard_s.append(time.monotonic() - begin.ago_s)
        wait_until_it_rests(player)
    assert media_s[1] - media_s[0] == pytest.approx(heard_s[1] - heard_s[0], abs=0.1)
    counters = player.counters()
    assert (counters.played_frames, counters.underruns, counters.padded_frames) == (2 * (RATE // 10), 0, 0)


def test_a_paused_device_rests_until_it_goes_on() -> None:
    player = Player("null", RATE, ring_s=0.5)
    writer = threading.Thread(target=lambda: player.write(sound(RATE), RATE, last=True), daemon=True)
    writer.start()
    read(player, 1)
    player.pause()
    wait_until_it_rests(player)  # though somebody waits for room
    assert player.counters().written_frames < RATE
    player.resume()
    writer.join(PATIENCE_S)
    assert player.drain(PATIENCE_S)
    assert player.counters().played_frames == RATE


def test_a_resting_device_passes_a_sentence_without_sound() -> None:
    player = Player("null", RATE)
    wait_until_it_rests(player)
    player.write(sound(0), RATE, turn=3, seq=4, last=True)
    assert [(each.turn, each.seq, each.begins) for each in read(player, 2)] == [(3, 4, True), (3, 4, False)]


def test_a_resting_device_is_flushed_and_closed() -> None:
    player = Player("null", RATE)
    wait_until_it_rests(player)
    player.flush(epoch=1)
    wait_until_it_rests(player)
    player.close()
    assert not player.write(sound(100), RATE, epoch=1)


def test_closing_completes_a_file_and_takes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    player = Player(f"wav:{path}")
    assert player.write(sound(1000), 48_000, last=True)
    assert player.drain(PATIENCE_S)
    player.close()
    with wave.open(str(path)) as file:
        assert file.getnframes() >= 1000
        assert path.read_bytes().endswith(file.readframes(file.getnframes()))
    assert not player.write(sound(1_000_000), 48_000)
    player.close()


def test_who_waits_for_boundaries_learns_that_there_will_be_none() -> None:
    player = Player("raw:/dev/full", RATE)
    assert player.write(sound(100), RATE, last=True)

    def wait() -> None:
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            player.boundaries(0.01)

    with pytest.raises(Error, match="No space left"):
        wait()
