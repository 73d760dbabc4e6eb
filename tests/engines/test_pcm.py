"""Sound from engines: taken over without loss, trimmed without a consonant lost."""

import math
import random
from array import array
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.engine import Pcm
from streamtts.synthesizers.pcm import from_floats, from_s16, joined, trim_stream, trimmed, with_pauses

RATE = 24_000


def silence(seconds: float) -> "array[float]":
    return array("f", bytes(4 * round(seconds * RATE)))


def hum(seconds: float, level: float = 0.3) -> "array[float]":
    return array("f", (level * math.sin(i * 0.06) for i in range(round(seconds * RATE))))


def hiss(seconds: float, level: float) -> "array[float]":
    noise = random.Random(1)  # noqa: S311 - it hisses
    return array("f", (noise.uniform(-level, level) for _ in range(round(seconds * RATE))))


def cut(sound: "array[float]", places: list[int]) -> Iterator[Pcm]:
    view, ends = from_floats(sound), sorted({min(place, len(sound)) for place in places} | {len(sound)})
    begin = 0
    for end in ends:
        if end > begin:
            yield view[begin:end]
        begin = end


def streamed(sound: "array[float]", places: list[int]) -> "array[float]":
    return array("f", b"".join(trim_stream(cut(sound, places), RATE)))


def test_sixteen_bits_become_floats() -> None:
    assert from_s16(b"\x00\x40\x00\x80").tolist() == [0.5, -1.0]
    assert from_s16(b"").tolist() == []


def test_floats_are_taken_as_they_are() -> None:
    row = array("f", [0.25, -0.5])
    taken = from_floats(row)
    row[0] = 0.75
    assert taken.tolist() == [0.75, -0.5]
    assert (taken.format, taken.ndim) == ("f", 1)


def test_scattered_floats_are_copied_into_one_row() -> None:
    taken = from_floats(memoryview(array("f", [0.0, 1.0, 2.0, 3.0]))[::2])
    assert taken.tolist() == [0.0, 2.0]
    assert taken.c_contiguous


@pytest.mark.parametrize("wrong", [b"12345678", array("d", [0.5]), array("h", [1])])
def test_other_samples_are_no_floats(wrong: "bytes | array[float]") -> None:
    with pytest.raises(TypeError, match="floats"):
        from_floats(wrong)


def test_silence_goes_and_quiet_consonants_stay() -> None:
    """A word that begins with an f and ends with an s, 30 dB below its vowel."""
    word = hiss(0.08, 0.01) + hum(0.3) + hiss(0.12, 0.01)
    kept = trimmed(from_floats(silence(0.5) + word + silence(0.5)), RATE)
    assert len(word) <= len(kept) <= len(word) + 0.05 * RATE


def test_a_pause_inside_is_kept_and_silence_after_it_is_not() -> None:
    sound = silence(0.4) + hum(0.2) + silence(0.7) + hum(0.2) + silence(0.6)
    kept = streamed(sound, list(range(0, len(sound), 2000)))
    assert 1.1 * RATE <= len(kept) <= 1.15 * RATE


def test_speech_is_given_at_once_and_only_the_silence_after_it_is_held() -> None:
    pieces = trim_stream(cut(hum(0.2) + silence(5), [4800, 9600]), RATE)
    assert len(next(pieces)) == 4800


@pytest.mark.parametrize("seconds", [0.0, 0.001, 3.0])
def test_silence_alone_is_nothing(seconds: float) -> None:
    sound = silence(seconds)
    assert streamed(sound, [100, 5000]) == array("f")
    assert len(trimmed(from_floats(sound), RATE)) == 0


@given(st.lists(st.integers(0, 60_000), max_size=40))
def test_wherever_it_is_cut_the_same_is_heard(places: list[int]) -> None:
    sound = silence(0.3) + hum(0.5) + silence(0.4) + hum(0.5, 0.1) + silence(0.3)
    whole, kept = trimmed(from_floats(sound), RATE), streamed(sound, places)
    assert len(kept) == pytest.approx(len(whole), abs=0.02 * RATE)
    assert kept[RATE // 4 : RATE].tobytes() in whole.tobytes()


def test_clips_are_trimmed_and_a_pause_put_between_them() -> None:
    clips = [
        from_floats(silence(0.3) + hum(0.2) + silence(0.3)),
        from_floats(silence(1)),
        from_floats(hum(0.2)),
    ]
    first, second = with_pauses(iter(clips), RATE)
    assert len(first) == pytest.approx(0.235 * RATE, abs=0.01 * RATE)
    assert len(second) == pytest.approx(0.4 * RATE, abs=0.01 * RATE)
    assert joined([first]) is first
