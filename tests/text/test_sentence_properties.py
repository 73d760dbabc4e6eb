"""What holds for any text at all."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from streamtts._core import Splitter, protected_spans
from text.splitting import MARKS, released, split, without_blanks

PIECES = [
    "Done.", "e.g.", "i.e.", "U.S.", "p.m.", "no.", "etc.", "3.14", "1.", "a.", "J.", "foo.py", "OK", "the",
    "npm", "What?!", "...", "…", "。", "！", "」", "「", "と", "次", "です", "(", ")", '"', "'", "“", "”",
    "«", "»", "`", "**", "_", "🎉", "⚠️", " ", "  ", "\n", "\r\n", "\t", "\u3000", "\u2028", ",", "、",
    " — ", ":", "because", "and", "é", "Ж", "г.", "т.", "나는", "।", "؟", ";", "ς", "\u200b", "\ufe0f",
    *MARKS,
]  # fmt: skip
TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
)


@given(TEXT, st.lists(st.integers(0, 400), max_size=20), st.booleans())
@example("a.🎉 b", [1], False)
@example("Wait.\x0e x", [6], False)
def test_any_split_gives_the_same_sentences(text: str, places: list[int], eager: bool) -> None:
    cuts = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    chunks = [text[a:b] for a, b in pairwise(cuts)]
    assert split(chunks, eager=eager) == split([text], eager=eager) == split(text, eager=eager)


@given(TEXT, st.booleans())
def test_nothing_but_white_space_and_marks_is_dropped(text: str, eager: bool) -> None:
    sentences = split([text], eager=eager)
    assert without_blanks("".join(sentences)) == without_blanks(text)
    for sentence in sentences:
        assert sentence.strip() == sentence != ""
        assert not set(sentence) & set(MARKS + "\n")


@given(st.lists(st.sampled_from([p for p in PIECES if p not in MARKS]), max_size=60).map("".join))
def test_lookahead_is_two_characters(text: str) -> None:
    end = 0
    for sentence, fed in released(text):
        end = text.index(sentence, end) + len(sentence)
        if "\n" not in text[end:fed]:
            assert fed - end <= 2


@given(TEXT, TEXT)
def test_finish_starts_afresh(first: str, second: str) -> None:
    splitter = Splitter()
    splitter.feed(first)
    splitter.finish()
    assert splitter.feed(second) + splitter.finish() == split([second])


@given(TEXT)
def test_protected_spans_are_sorted_inside_and_apart(text: str) -> None:
    end = 0
    for begin, stop, _kind in protected_spans(text):
        assert end <= begin < stop <= len(text)
        assert text[begin].strip()
        assert text[stop - 1].strip()
        end = stop
