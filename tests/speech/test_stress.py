"""Stressed words on their way through the lexicon and into phrases."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.engine import STRESS_BEGIN, STRESS_END
from streamtts.speech.lexicon import Lexicon
from streamtts.speech.phrasing import phrases
from streamtts.speech.stress import Said, edited

MARKS = str.maketrans({STRESS_BEGIN: "<", STRESS_END: ">"})

PIECES = [
    "the ", "gRPC ", "(gRPC). ", "API-key, ", "pull request ", "5 MB ", "--force ", "foo.py ", "AはB。",
    "修正", ", and ", STRESS_BEGIN, STRESS_END, "a", " ", "!? ",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
PLACES = st.lists(st.integers(0, 200), max_size=8)


def stretches(places: list[int], size: int) -> list[tuple[int, int]]:
    edges = sorted({min(place, size) for place in places})
    return [*zip(edges[::2], edges[1::2], strict=False)]


def shown(said: Said) -> str:
    return said.marked().translate(MARKS)


def said(marked: str, language: str = "en", own: dict[str, str] | None = None) -> str:
    """What becomes of a text whose stressed words are in angle brackets."""
    text, stressed, begin = "", [], 0
    for c in marked:
        if c == "<":
            begin = len(text)
        elif c == ">":
            stressed.append((begin, len(text)))
        else:
            text += c
    return shown(Lexicon({language: own or {}}).said(text, language, stressed))


@pytest.mark.parametrize(
    ("marked", "spoken"),
    [
        ("Do <not> touch it.", "Do <not> touch it."),
        ("Use <kubectl> now.", "Use <cube control> now."),
        ("Use (<kubectl>).", "Use (<cube control>)."),
        ("Use <kubectl>, <not> this.", "Use <cube control>, <not> this."),
        ("The big <friend>!", "The <large companion>!"),
        ("The <big> <friend>!", "The <large companion>!"),
        ("The <very big> friend!", "The <very large companion>!"),
        ("So <nothing> is.", "So  is."),
    ],
)
def test_what_is_replaced_is_stressed_as_a_whole(marked: str, spoken: str) -> None:
    own = {"kubectl": "cube control", "big friend": "large companion", "nothing": ""}
    assert said(marked, own=own) == spoken


def test_japanese_is_stressed_where_it_was() -> None:
    assert said("これは<絶対に>消さないで。", "ja") == "これは<絶対に>消さないで。"
    assert said("<API>を使う。", "ja") == "<エーピーアイ>を使う。"


@given(text=TEXT, places=PLACES, language=st.sampled_from(["en", "ja"]))
def test_stress_changes_no_word(text: str, places: list[int], language: str) -> None:
    lexicon = Lexicon.load()
    found = lexicon.said(text, language, stretches(places, len(text)))
    assert found.text == lexicon.spoken(text, language)
    assert all(0 <= start < stop <= len(found.text) for start, stop in found.stressed)
    assert all(stop <= start for (_, stop), (start, _) in pairwise(found.stressed))


@given(text=TEXT, places=PLACES, language=st.sampled_from(["en", "ja"]))
def test_phrases_of_it_are_balanced_and_together_the_whole(
    text: str, places: list[int], language: str
) -> None:
    whole = Said(text, stretches(places, len(text)))
    parts, at = [], 0
    for phrase in phrases(text, language):
        parts.append(whole.part(at, at + len(phrase)))
        at += len(phrase)
    for part in parts:
        marks = [c for c in part.marked() if c in (STRESS_BEGIN, STRESS_END)]
        assert marks == [STRESS_BEGIN, STRESS_END] * (len(marks) // 2)
    unmarked = whole.plain()
    assert not {STRESS_BEGIN, STRESS_END} & set(unmarked)
    assert "".join(part.plain() for part in parts) == unmarked
    assert "".join(part.marked() for part in parts).translate({0xFFF9: "", 0xFFFB: ""}) == unmarked


def test_a_phrase_that_is_cut_in_stressed_words_has_its_part_of_them() -> None:
    whole = Said("It is very important, really.", [(6, 28)])
    assert [shown(whole.part(0, 11)), shown(whole.part(11, 29))] == ["It is <very >", "<important, really>."]
    assert shown(whole.part(0, 6)) == "It is "
    assert shown(Said("a b c", [(1, 2)]).part(1, 5)) == " b c"


def test_marks_of_the_text_itself_are_none() -> None:
    forged = Said(f"{STRESS_END}a{STRESS_BEGIN} b", [(4, 5)])
    assert shown(forged) == "a <b>"
    assert forged.plain() == "a b"


def test_edits_are_made_in_their_order() -> None:
    assert edited("abcd", [(0, 1, "x"), (2, 3, "yy")]).text == "xbyyd"
