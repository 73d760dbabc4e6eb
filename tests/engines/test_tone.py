"""The test voice: what tests of the pipeline rely on."""

import threading
import time
import zlib

import pytest

from engines.sounds import pitch_hz, spoken
from streamtts.engine import Cancelled, EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.synthesizers.tone import RATE_HZ, engine, pitch_frames


def voice(**settings: str) -> Synthesizer:
    return engine.create(VoiceOptions(settings=settings))


def test_length_follows_the_number_of_characters() -> None:
    assert len(spoken(voice(chars_per_s="10"), "x" * 30)) == 3 * RATE_HZ
    assert len(spoken(voice(chars_per_s="20"), "x" * 30)) == 1.5 * RATE_HZ


def test_each_text_has_its_pitch_in_every_run() -> None:
    for text in ("one sentence", "another sentence"):
        assert pitch_hz(spoken(voice(), text), RATE_HZ) == pytest.approx(RATE_HZ / pitch_frames(text), abs=1)
    assert pitch_frames("one") == 48 + zlib.crc32(b"one") % 73
    assert spoken(voice(), "one") == spoken(voice(), "one")


def test_it_streams_when_told() -> None:
    whole = spoken(voice(), "a text of some length")
    streaming = voice(piece_s="0.25")
    assert streaming.streams
    assert not voice().streams
    lengths = [len(piece) for piece in streaming.speak("a text of some length", Ticket())]
    assert set(lengths[:-1]) == {RATE_HZ // 4}
    assert spoken(streaming, "a text of some length") == whole


def test_it_can_be_slow_and_a_cancel_ends_the_wait() -> None:
    slow, ticket = voice(delay_s="3600"), Ticket()
    timer = threading.Timer(0.05, ticket.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        spoken(slow, "never heard", ticket)
    timer.join()


def test_its_delays_are_waited() -> None:
    begun = time.monotonic()
    spoken(voice(delay_s="0.05", piece_s="0.5", piece_delay_s="0.05"), "x" * 15)
    assert time.monotonic() - begun >= 0.15


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"chars_per_s": "0"}, "from 0.1 to 10000"),
        ({"delay_s": "nan"}, "number"),
        ({"delay_s": "soon"}, "number"),
        ({"char_per_s": "3"}, "did you mean chars_per_s"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, str], reason: str) -> None:
    with pytest.raises(EngineError, match=reason):
        voice(**settings)
