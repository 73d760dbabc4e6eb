"""Sentences cut where a voice may breathe, and how much of one a voice is given at once."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts._core import protected_spans
from streamtts.speech.phrasing import Phrasing, phrases

CUT = [
    ("en", "I ran the tests and they pass."),
    ("en", "The parser keeps the line,| so that no token is lost."),
    ("en", "I fixed it: |the cache was stale; |now it is fresh."),
    ("en", "The linter had complaints — |which I had not seen — |about line lengths."),
    ("en", "I ran the tests |(all 312 of them) |and they pass now."),
    ("en", "Yes, I did that."),
    ("en", "It costs 1,234 dollars at 12:30, |which is not cheap at all."),
    ("en", "Call fit(x, y, z) before that, |then look at the result."),
    ("en", 'It printed "one, two, three" to the log.'),
    ("en", "I did it, e.g. this one from tenacity."),
    (
        "en",
        "The parser keeps the state of the line across chunks |so that no token is ever lost in a file.",
    ),
    ("de", "Der Fehler lag im Parser, |der die Zeile nicht behielt."),
    ("ja", "パーサーは行頭を保持するので、|トークンは失われません。"),
    ("ja", "はい、そうです。"),
    ("ja", "合計は全部で1,234件あり、|そのうち3、4個のテストが失敗しました。"),
    (
        "ja",
        "設定ファイルを読み込む処理をローダーに移動して|既存のモジュールから呼び出せるようにしました。",
    ),
    ("zh", "在这个文件中我修复了一个错误，|因为索引差一个，所以空列表时会失败。"),
    ("ko", "파서는 청크 사이에서 줄의 시작을 유지하므로, |토큰이 손실되지 않습니다."),
]


@pytest.mark.parametrize(("language", "marked"), CUT)
def test_phrases_end_where_a_reader_would_breathe(language: str, marked: str) -> None:
    pieces = phrases(marked.replace("|", ""), language)
    assert [piece.strip() for piece in pieces] == [piece.strip() for piece in marked.split("|")]


def test_a_long_phrase_without_signs_is_cut_before_a_conjunction_or_at_last_anywhere() -> None:
    assert max(map(len, phrases("word " * 200, "en"))) < 200
    assert max(map(len, phrases("あ" * 500, "ja"))) <= 56
    assert max(map(len, phrases("단어 " * 100, "ko"))) < 80


WRITTEN = (
    "the parser and because 1,234 12:30 test_empty_list, v1.2.3 (see below) — - run fit(x, y) a, b; c: "
    '"a, b" https://example.com/a,b 。 、 の 保存して は'
)
WORDS = st.sampled_from(WRITTEN.split())
TEXT = st.lists(WORDS, max_size=60).map(" ".join) | st.lists(WORDS, max_size=60).map("".join) | st.text()
LANGUAGE = st.sampled_from(["en", "de", "ja", "zh", "ko", "th", "xx"])


@given(TEXT, LANGUAGE)
def test_phrases_joined_are_the_text(text: str, language: str) -> None:
    pieces = phrases(text, language)
    assert "".join(pieces) == text
    assert all(pieces)


@given(TEXT, LANGUAGE)
def test_no_phrase_ends_within_what_belongs_together(text: str, language: str) -> None:
    ends = set(accumulate(map(len, phrases(text, language)))) - {len(text)}
    for begin, end, _ in protected_spans(text):
        assert ends.isdisjoint(range(begin + 1, end))


@given(st.lists(WORDS, min_size=1, max_size=60).map(" ".join))
def test_no_phrase_is_too_short_unless_the_text_is(text: str) -> None:
    pieces = phrases(text, "en")
    assert len(pieces) == 1 or all(len(piece) >= 12 for piece in pieces)


GIANT = [
    "a",
    ",",
    ", ",
    " ",
    "a ",
    "あ",
    "「",
    "(",
    "a(",
    '"',
    "、",
    "—",
    "- ",
    "a, ",
    "はX",
    "so ",
    "(a ",
    "a.b ",
    "\n",
]


@pytest.mark.parametrize("unit", GIANT)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_giant_text_takes_time_in_proportion(unit: str, language: str) -> None:
    text = unit * (200_000 // len(unit))
    assert "".join(phrases(text, language)) == text
    assert 0 < Phrasing.next_piece(text, language, 1.0, len, 0.1, 0.1) <= len(text)


def seconds(text: str) -> float:
    return len(text) / 15


def piece(text: str, *, buffered_s: float, rtf: float, first_s: float = 0.1) -> str:
    return text[: Phrasing.next_piece(text, "en", buffered_s, seconds, rtf, first_s)]


SENTENCE = "The parser keeps the line, so that no token is lost, and then it reads the next one."


def test_with_nothing_buffered_a_slow_voice_is_given_the_first_phrase() -> None:
    assert piece(SENTENCE, buffered_s=0, rtf=0.5) == "The parser keeps the line, "


def test_with_enough_buffered_it_is_given_everything() -> None:
    assert piece(SENTENCE, buffered_s=60, rtf=0.5) == SENTENCE


def test_in_between_it_is_given_what_will_be_ready_in_time() -> None:
    assert piece(SENTENCE, buffered_s=2.5, rtf=0.5) == "The parser keeps the line, so that no token is lost, "


def test_a_voice_that_needs_no_time_is_given_everything() -> None:
    assert piece(SENTENCE, buffered_s=0, rtf=0) == SENTENCE
    assert piece(SENTENCE, buffered_s=0, rtf=0.002, first_s=0.02) == SENTENCE


def test_a_sentence_of_one_phrase_is_given_whole() -> None:
    assert piece("It works.", buffered_s=0, rtf=9) == "It works."
    assert piece("", buffered_s=0, rtf=9) == ""


TIMES = st.floats(0, 100)


@given(TEXT, LANGUAGE, TIMES, TIMES, st.tuples(st.floats(0, 5), st.floats(0, 5)))
def test_a_piece_is_whole_phrases_and_grows_with_what_is_buffered(
    text: str, language: str, buffered_s: float, more_s: float, pace: tuple[float, float]
) -> None:
    rtf, first_s = pace
    ends = {0, *accumulate(map(len, phrases(text, language)))}
    now = Phrasing.next_piece(text, language, buffered_s, seconds, rtf, first_s)
    later = Phrasing.next_piece(text, language, buffered_s + more_s, seconds, rtf, first_s)
    assert {now, later} <= ends
    assert bool(now) == bool(text)
    assert now <= later
    assert Phrasing.next_piece(text, language, 1e9, seconds, rtf, first_s) == len(text)


@given(TEXT, LANGUAGE)
def test_giving_piece_after_piece_gives_everything(text: str, language: str) -> None:
    given_so_far, rest = "", text
    while rest:
        end = Phrasing.next_piece(rest, language, 0.5, seconds, 0.3, 0.1)
        given_so_far, rest = given_so_far + rest[:end], rest[end:]
    assert given_so_far == text
