"""What a server calls samples: words are found out, and no sound that anybody makes is taken for words."""

import math
import struct
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.said_sentences import ENGLISH
from engines.sounds import silence_s16, sine_s16, spoken
from streamtts.engine import VoiceOptions
from streamtts.registry import synthesizer
from streamtts.synthesizers.doubts import JUDGED_BYTES, kind_of_text, longest_s, may_be_text

TEXTS = (
    b"<!doctype html>\r\n<title>Sign in</title>",
    b'{"error": {"message": "no such model"}}',
    b"\xef\xbb\xbfInternal Server Error\n",
    "\u97f3\u58f0\u30e2\u30c7\u30eb\u304c\u3042\u308a\u307e\u305b\u3093".encode(),
    b"\t\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_words_wherever_they_are_cut(text: bytes) -> None:
    assert all(may_be_text(text[:end]) for end in range(len(text) + 1))


@pytest.mark.parametrize(
    ("begin", "kind"),
    [(b" \n<html>", "a page"), (b"[1]", "JSON"), (b"{", "JSON"), (b"no", "text"), (b" ", "text")],
)
def test_their_kind_is_told(begin: bytes, kind: str) -> None:
    assert kind_of_text(begin) == kind


@given(
    st.floats(0.001, 1.0),
    st.floats(60, 4000),
    st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100, 48_000]),
    st.integers(0, 4000),
)
def test_no_tone_is_taken_for_words(amplitude: float, hz: float, rate_hz: int, start: int) -> None:
    sound = sine_s16((start + JUDGED_BYTES) / rate_hz, rate_hz, hz, amplitude)
    assert not may_be_text(sound[2 * start :][:JUDGED_BYTES])


@given(st.integers(-32768, 32767), st.integers(100, 300), st.integers(0, 1 << 32))
def test_no_noise_is_taken_for_words(around: int, loud: int, seed: int) -> None:
    """Whatever a bad converter has added to it."""
    random = Random(seed)  # noqa: S311 - noise
    samples = (around + random.randint(-loud, loud) for _ in range(JUDGED_BYTES // 2))
    sound = b"".join(struct.pack("<h", max(-32768, min(32767, sample))) for sample in samples)
    assert not may_be_text(sound)


def test_silence_is_none() -> None:
    assert not may_be_text(silence_s16(0.001))
    assert not may_be_text(b"\xff\xff" * 512)


def test_no_part_of_a_voice_is_taken_for_words() -> None:
    voice = synthesizer("hibari").create(VoiceOptions())
    heard = spoken(voice, " ".join(ENGLISH[:3]))
    voice.close()
    loudest = max(map(abs, heard))
    sound = struct.pack(f"<{len(heard)}h", *(math.trunc(32767 * value / loudest) for value in heard))
    for start in range(0, len(sound) - JUDGED_BYTES, 2 * 31):
        assert not may_be_text(sound[start : start + JUDGED_BYTES])


def test_slow_speech_has_its_time() -> None:
    """Digits, each a word, at a quarter of the usual speed."""
    assert longest_s("3141592653", 0.25) > 10 * 0.5 * 4
    assert longest_s("One.", 4.0) == longest_s("One.") < 15
