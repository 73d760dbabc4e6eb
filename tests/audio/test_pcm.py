"""Audio between a voice and the player: trimmed, and from 16 bits to floats."""

import math
import threading
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts import _core

RATE = 24_000


def tone(frames: int) -> "array[float]":
    return array("f", (0.5 * math.sin(i * 0.06) for i in range(frames)))


def test_speech_is_found_between_silence() -> None:
    clip = array("f", bytes(4 * 6000)) + tone(12_000) + array("f", bytes(4 * 6000))
    begin, end = _core.speech_span(clip, RATE)
    assert 6000 - 240 - 120 <= begin <= 6000 - 240
    assert 18_000 + 600 <= end <= 18_000 + 600 + 120
    assert _core.speech_span(memoryview(clip)[begin:end], RATE) == (0, end - begin)


@pytest.mark.parametrize("frames", [0, 1, 5000])
def test_silence_has_no_speech(frames: int) -> None:
    assert _core.speech_span(array("f", bytes(4 * frames)), RATE) == (0, 0)


@given(st.lists(st.floats(width=32), max_size=300), st.integers(0, 2**32 - 1))
def test_any_clip_has_a_span_inside_it(clip: list[float], rate_hz: int) -> None:
    begin, end = _core.speech_span(array("f", clip), rate_hz)
    assert 0 <= begin <= end <= len(clip)


def test_what_is_no_row_of_floats_is_refused() -> None:
    for wrong in (b"12345678", array("d", [0.0]), memoryview(array("f", range(8)))[::2]):
        with pytest.raises(ValueError, match="32-bit floats"):
            _core.speech_span(wrong, RATE)


@given(st.lists(st.integers(-(2**15), 2**15 - 1), max_size=2000))
def test_sixteen_bits_become_floats_exactly(samples: list[int]) -> None:
    data = b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)
    assert array("f", _core.floats_from_s16(data)) == array("f", (sample / 32_768 for sample in samples))


def test_sixteen_bits_may_come_in_a_view_from_anywhere() -> None:
    data = bytearray(b"x\x00\x40\x00\xc0y")
    assert array("f", _core.floats_from_s16(memoryview(data)[1:5])).tolist() == [0.5, -0.5]
    assert array("f", _core.floats_from_s16(array("h", [16_384]))).tolist() == [0.5]


@pytest.mark.parametrize("wrong", [b"123", memoryview(b"12345678")[::2]])
def test_half_a_sample_is_refused(wrong: "bytes | memoryview") -> None:
    with pytest.raises(ValueError, match="two bytes"):
        _core.floats_from_s16(wrong)


def test_both_run_on_several_threads_at_once() -> None:
    clip = tone(200_000)
    spans: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: spans.append(_core.speech_span(clip, RATE))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spans == [(0, 200_000)] * 4
