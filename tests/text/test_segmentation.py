"""Sentence boundaries on agent prose, case by case: the shared set and our own."""

import pytest

from streamtts._core import Cleaner
from text.splitting import Case, cases, released, split, without_blanks

SHARED = cases("segmentation.json")
OURS = cases("segmentation_more.json")


def name(case: Case) -> str:
    return f"{case['cat']}-{case['id']}"


def words(sentence: str) -> str:
    """A block's sentences may lose their markdown signs and gain a full stop; their words stay."""
    return " ".join("".join(c if c.isalnum() else " " for c in sentence).split())


@pytest.mark.parametrize("case", [c for c in SHARED if c["cat"] != "block"] + OURS, ids=name)
def test_prose_is_split_where_a_reader_would(case: Case) -> None:
    assert split([case["text"]]) == case["sentences"]


@pytest.mark.parametrize("case", [c for c in SHARED if c["cat"] == "block"], ids=name)
def test_blocks_are_split_after_cleaning(case: Case) -> None:
    cleaner = Cleaner(code="skip")
    found = split([cleaner.feed(case["text"]), cleaner.finish()])
    expected = case.get("spoken", case["sentences"])
    assert [words(sentence) for sentence in found] == [words(sentence) for sentence in expected]


@pytest.mark.parametrize("case", SHARED + OURS, ids=name)
def test_chunks_make_no_difference_and_nothing_is_lost(case: Case) -> None:
    text = case["text"]
    whole = split([text])
    for size in (1, 2, 3, 4, 7):
        assert split(text[i : i + size] for i in range(0, len(text), size)) == whole
    assert without_blanks("".join(whole)) == without_blanks(text)


@pytest.mark.parametrize("case", SHARED + OURS, ids=name)
def test_a_sentence_is_released_two_characters_after_its_end_at_most(case: Case) -> None:
    text = case["text"]
    end = 0
    for sentence, fed in released(text):
        end = text.index(sentence, end) + len(sentence)
        assert fed - end <= 2, (sentence, text[end:fed])


def test_wide_stops_need_one_character_of_lookahead() -> None:
    assert released("修正しました。次です。") == [("修正しました。", 8)]
    assert released("修正しました。\u3000次です。") == [("修正しました。", 8)]


def test_there_are_enough_cases() -> None:
    assert len(SHARED) == 33
    assert len(OURS) >= 100
