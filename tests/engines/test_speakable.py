"""What of any text is given to a voice, and in which pieces."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.synthesizers.speakable import cleaned, cut, has_words, pieces


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain text, as it is.", "plain text, as it is."),
        ("  a \n\t b  ", "a b"),
        ("a\0b", "a b"),
        ("\x1b[31mred", "[31mred"),
        ("a\ud800b", "a b"),
        ("soft\u00adware", "software"),
        ("\u202eright\u202c \u200fleft\ufeff", "right left"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("cafe\u0301", "café"),
        ("テスト", "テスト"),
        ("What⁉ No‼ So‽", "What!? No!! So?!"),
    ],
)
def test_what_no_voice_can_say_is_taken_out(text: str, clean: str) -> None:
    assert cleaned(text) == clean


@pytest.mark.parametrize("text", ["1,000,000,000,000", "3.14159", "2026-11-20", "v1.2.3", "0x7fff"])
def test_numbers_that_people_say_stay_whole(text: str) -> None:
    assert cleaned(text) == text


def test_a_number_nobody_can_name_is_said_digit_by_digit() -> None:
    assert cleaned("id 12345678901234567890.") == "id 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0."
    assert max(map(len, cleaned("1," * 500).split())) < 5


def test_an_endless_word_is_cut() -> None:
    assert max(map(len, cleaned("x" * 10_000).split())) <= 48


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "\N{PARTY POPPER}", "()", "—", "\0\ud800"])
def test_no_words(text: str) -> None:
    assert not has_words(text)
    assert list(pieces(text, 100)) == []


@pytest.mark.parametrize("text", ["a", "1", "あ", "한", "ß", "½", "א", "'x'"])
def test_words(text: str) -> None:
    assert has_words(text)


def test_a_text_is_cut_where_a_speaker_pauses() -> None:
    assert list(pieces("One, two three. Four five six seven eight.", 20)) == [
        "One, two three.",
        "Four five six seven",
        "eight.",
    ]
    assert list(pieces("これは長い、長い文です。次の文です。", 10)) == [
        "これは長い、",
        "長い文です。",
        "次の文です。",
    ]
    assert list(pieces("costs 1,000.50 and more", 12)) == ["costs", "1,000.50 and", "more"]


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("修正したテストは動きますか？", 13, ["修正したテストは動きます", "か？"]),
        ("すべて動きますか」？はい", 9, ["すべて動きます", "か」？はい"]),
        ("これは長い文ですか？！はい", 11, ["これは長い文ですか？！", "はい"]),
        ("これは長い文ですか？！はい", 10, ["これは長い文です", "か？！はい"]),
        ("Vraiment sûr ? Oui.", 13, ["Vraiment", "sûr ? Oui."]),
        ("「いいですか」 ？はい", 10, ["「いいですか」 ？", "はい"]),
        ("x" * 20 + "?", 20, ["x" * 19, "x?"]),
        ("a" + "?" * 20, 10, ["a" + "?" * 9]),
    ],
)
def test_a_mark_stays_with_its_word(text: str, limit: int, wanted: list[str]) -> None:
    assert list(pieces(text, limit)) == wanted


@given(st.text("ab ?！？」", max_size=60), st.integers(10, 30))
def test_no_piece_begins_with_a_mark_unless_marks_never_end(text: str, limit: int) -> None:
    parts = list(pieces(text, limit))[1:]
    assert all(part[0] not in "?！？」" for part in parts) or re.search("[ ?！？」]{8}", text)


@given(st.text(max_size=300), st.integers(1, 50))
def test_pieces_are_bounded_and_lose_nothing(text: str, limit: int) -> None:
    parts = list(cut(text, limit))
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)
