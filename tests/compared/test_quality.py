"""The measure of quality: what it refuses, what it counts, and that its tables are those of the saved run."""

import json
import math
from array import array
from pathlib import Path
from typing import Any

import pytest

import quality
import quality_of_translators
import quality_of_voices
import quality_tables
from engines.said_sentences import ENGLISH
from engines.whisper_ear import words
from score_translation import Pair
from sound_level import Level, level, loudness


def sine(seconds: float, rate_hz: int, hz: float = 997.0, amplitude: float = 1.0) -> "array[float]":
    frames = range(round(seconds * rate_hz))
    return array("f", (amplitude * math.sin(math.tau * hz * i / rate_hz) for i in frames))


def silence(seconds: float, rate_hz: int) -> "array[float]":
    return array("f", bytes(4 * round(seconds * rate_hz)))


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 48_000])
def test_a_sine_at_full_scale_is_as_loud_as_the_standard_says(rate_hz: int) -> None:
    assert loudness(sine(1, rate_hz), rate_hz) == pytest.approx(-3.01, abs=0.05)
    assert loudness(sine(1, rate_hz, amplitude=0.1), rate_hz) == pytest.approx(-23.01, abs=0.05)


def test_the_ear_hears_little_of_what_is_low() -> None:
    rate_hz = 24_000
    assert loudness(sine(1, rate_hz, 30), rate_hz) < loudness(sine(1, rate_hz), rate_hz) - 5
    assert loudness(sine(1, rate_hz, 4000), rate_hz) > loudness(sine(1, rate_hz), rate_hz) + 2


def test_pauses_make_nobody_quieter() -> None:
    rate_hz = 16_000
    speech = sine(2, rate_hz, amplitude=0.2)
    mostly_silent = speech + silence(6, rate_hz)
    assert loudness(mostly_silent, rate_hz) == pytest.approx(loudness(speech, rate_hz), abs=0.6)


def test_a_short_sound_is_measured_whole_and_silence_has_no_loudness() -> None:
    assert loudness(sine(0.1, 16_000), 16_000) == pytest.approx(-3.0, abs=0.2)
    assert loudness(silence(1, 16_000), 16_000) == -math.inf
    with pytest.raises(ValueError, match="nothing but silence"):
        level(silence(1, 16_000), 16_000)


def test_silence_and_what_is_cut_off_are_found() -> None:
    rate_hz = 10_000
    loud = array("f", [0.5, 1.0, -1.0, 0.5] * 1000)
    found = level(silence(0.2, rate_hz) + loud + silence(0.05, rate_hz), rate_hz)
    assert (found.silence_before_ms, found.silence_after_ms) == (200, 50)
    assert (found.cut_off, found.peak_dbfs) == (2000, 0)


class FixedEar:
    def __init__(self, heard: str) -> None:
        self.heard = heard

    def hear(self, sound: "array[float]", rate_hz: int, language: str) -> str:
        assert len(sound) > 0
        assert rate_hz > 0
        return f"{self.heard}" if language == "de" else " ..."


def test_an_ear_that_hears_words_in_silence_is_refused() -> None:
    quality_of_voices.check(FixedEar(""))
    with pytest.raises(AssertionError, match="hears 'Danke' in silence"):
        quality_of_voices.check(FixedEar("Danke"))


def test_what_is_misheard_is_counted_and_shown() -> None:
    heard = [*ENGLISH[:-1], "Here is a short summary of what was changed and when."]
    found = quality_of_voices.understood(ENGLISH, heard, words)
    assert found["error_rate"] == 1 / found["units"]
    assert found["misheard"] == [{"said": ENGLISH[-1], "heard": heard[-1]}]


def test_sentences_that_nobody_could_tell_apart_are_no_measure() -> None:
    with pytest.raises(AssertionError, match="must be told apart"):
        quality_of_voices.understood(["All tests pass."] * 3, ["All tests pass."] * 3, words)


def test_of_all_sentences_the_worst_counts_and_the_usual_loudness() -> None:
    levels = [Level(-20, -3, 0, 5, 9), Level(-18, -1, 2, 50, 1), Level(-30, -9, 1, 0, 0)]
    found = quality_of_voices.together(levels)
    assert found["loudness_lufs"] == -20
    assert (found["peak_dbfs"], found["cut_off"]) == (-1, 3)
    assert (found["silence_before_ms"], found["silence_after_ms"]) == (50, 9)


def row(**more: Any) -> dict[str, Any]:
    plain = {"loudness_lufs": -20.0, "cut_off": 0, "silence_before_ms": 0, "silence_after_ms": 0}
    return plain | more


def test_what_a_listener_would_notice_is_named() -> None:
    good = row()
    loud = row(loudness_lufs=-10.0, cut_off=7)
    late = row(silence_after_ms=101)
    rows = [good, loud, late]
    assert [quality_tables.to_see_to(each, rows) for each in rows] == [
        "",
        "7 samples cut off, +10 LU from the others",
        "silence at the ends",
    ]


def test_who_adds_more_than_was_said_is_not_given_a_share() -> None:
    assert (
        quality_tables.misheard({"language": "en", "units": 40, "error_rate": 0.125}) == "12.5% of 40 words"
    )
    assert quality_tables.misheard({"language": "ja", "units": 40, "error_rate": 9}) == "over 100% of 40 kana"


PAIRS = [
    Pair("All tests pass now.", "Tous les tests passent maintenant."),
    Pair("The server is slow.", "Le serveur est lent."),
    Pair("I renamed the function.", "J'ai renommé la fonction."),
]


def test_a_score_that_cannot_tell_sentences_apart_is_refused() -> None:
    quality_of_translators.check(PAIRS, "fr")
    with pytest.raises(AssertionError):
        quality_of_translators.check([PAIRS[0]] * 3, "fr")


def test_some_sentences_are_spread_over_all() -> None:
    pairs = [Pair(str(number), "") for number in range(10)]
    assert [pair.source for pair in quality_of_translators.some(pairs, 3)] == ["0", "3", "6"]
    assert quality_of_translators.some(pairs, 0) == pairs
    assert quality_of_translators.some(pairs, 50) == pairs


def test_who_is_not_installed_says_why() -> None:
    reason = quality_of_translators.why_not("nllb:/no/such/model", "fr", 1)
    assert reason
    assert quality_of_translators.why_not("mark", "fr", 1) == ""


def test_a_row_takes_the_place_of_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "SAVED", tmp_path / "quality.json")
    for voice, rate in (("b", 0.1), ("a", 0.2), ("b", 0.3)):
        quality.keep("voices", {"voice": voice, "rate": rate}, lambda old: (old["voice"], ""))
    saved = json.loads(quality.SAVED.read_text(encoding="utf-8"))["voices"]
    assert [(each["voice"], each["rate"]) for each in saved] == [("a", 0.2), ("b", 0.3)]
    assert all(each["when"] for each in saved)


def test_the_tables_are_those_of_the_saved_rows() -> None:
    saved = json.loads(quality.SAVED.read_text(encoding="utf-8"))
    assert quality_tables.tables(saved) in quality_tables.README.read_text(encoding="utf-8")


def test_nothing_asked_is_no_table() -> None:
    assert quality_tables.tables({}).strip() == ""
