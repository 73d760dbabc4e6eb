"""Text measured in cells and cut into lines."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from streamtts.shown.terminal import cells, clip, json_text, printable, wrap

WORDS = st.text(st.sampled_from("abc é\u0301日本語。、「」ー, .👍👨\u200d👩\ufe0f❤한글\u3000-"), max_size=80)
ANY = st.text(st.characters(), max_size=60) | st.text(st.characters(codec=None), max_size=60)


def visible(text: str) -> str:
    return text.replace(" ", "").replace("\u3000", "")


@given(ANY)
def test_nothing_a_terminal_obeys_remains(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in shown)
    assert printable(shown) == shown
    shown.encode("utf-8")


def test_letters_of_every_script_remain() -> None:
    text = "naïve café Ελληνικά עברית العربية हिन्दी 日本語 한국어 👨‍👩‍👧 می‌خواهم"
    assert printable(text) == text


@given(ANY)
def test_json_is_safe_to_show_and_reads_back_unchanged(text: str) -> None:
    line = json_text({"text": text})
    assert json.loads(line) == {"text": text}
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in line)


@given(WORDS, st.integers(1, 30))
def test_wrapping_loses_nothing_and_fits(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert visible("".join(lines)) == visible(text)
    assert all(lines)
    for line in lines:
        one_character = len(wrap(line, 10_000)) == 1 and cells(line) > columns
        assert cells(line) <= columns or one_character


@given(WORDS, st.integers(1, 30))
def test_clipping_fits_and_keeps_what_fits(text: str, columns: int) -> None:
    assert cells(clip(text, columns)) <= columns
    if cells(text) <= columns:
        assert clip(text, columns) == text


@pytest.mark.parametrize(
    "text", ["plain", "日本語", "e\u0301", "👍", "한글", "ＡＢ", "ｱｲ", "a\u200db", "क्षि", "❤️", "🇯🇵"]
)
def test_a_text_is_never_wider_than_it_was_taken_for(text: str) -> None:
    assert wcswidth(text) <= cells(text)


def test_lines_end_between_words_and_between_wide_characters() -> None:
    assert wrap("one two  three", 8) == ["one two", "three"]
    assert wrap("一二三四五", 4) == ["一二", "三四", "五"]
    assert wrap("はい。次", 6) == ["はい。", "次"]
    assert wrap("一二三。四", 6) == ["一二", "三。四"]  # a full stop never begins a line
    assert wrap("一二「三」", 6) == ["一二", "「三」"]  # an opening bracket never ends one
    assert wrap("APIを呼ぶ", 5) == ["APIを", "呼ぶ"]
    assert wrap("incomprehensible", 6) == ["incomp", "rehens", "ible"]
    assert wrap("e\u0301e\u0301e\u0301", 2) == ["e\u0301e\u0301", "e\u0301"]


def test_a_word_of_a_megabyte_takes_its_time_in_proportion() -> None:
    assert len(wrap("w" * 1_000_000, 50)) == 20_000
    assert wrap("\u0301" * 100_000, 50)
