"""What an engine that can stress is given, in pieces."""

from hypothesis import given
from hypothesis import strategies as st

from streamtts.engine import STRESS_BEGIN, STRESS_END
from streamtts.synthesizers import speakable, stressed

MARKED = str.maketrans({"<": STRESS_BEGIN, ">": STRESS_END})


def pieces(text: str, limit: int = 100) -> list[list[stressed.Run]]:
    return [list(runs) for runs in stressed.pieces(text.translate(MARKED), limit)]


def test_stressed_words_are_apart_from_others() -> None:
    assert pieces("It is <not> so.") == [[("It is ", False), ("not", True), (" so.", False)]]
    assert pieces("これは<絶対に>だめ。") == [[("これは", False), ("絶対に", True), ("だめ。", False)]]


def test_stress_goes_on_in_the_next_piece() -> None:
    assert pieces("One <two three, four five> six.", 16) == [
        [("One ", False), ("two three,", True)],
        [("four five", True), (" six.", False)],
    ]


def test_marks_without_a_partner_do_no_harm() -> None:
    assert pieces(">a <b <c") == [[("a ", False), ("b ", True), ("c", True)]]
    assert pieces("< >") == pieces("<>...") == []


def test_markup_is_written_as_the_engine_wants_it() -> None:
    runs = [("a & ", False), ("b & c", True)]
    assert stressed.written(runs, lambda text: text.replace("&", "and"), "*{}*".format) == "a and *b and c*"


@given(text=st.text(max_size=300), limit=st.integers(10, 60))
def test_without_marks_the_pieces_are_those_of_every_engine(text: str, limit: int) -> None:
    plain = text.replace(STRESS_BEGIN, "").replace(STRESS_END, "")
    found = ["".join(part for part, _ in runs) for runs in stressed.pieces(plain, limit)]
    assert found == list(speakable.pieces(plain, limit))


@given(text=st.text("ab <>.!\u200b\x00漢e\u0301", max_size=200), limit=st.integers(10, 60))
def test_no_word_is_lost_to_a_mark(text: str, limit: int) -> None:
    found = "".join(part for runs in pieces(text, limit) for part, _ in runs)
    assert not {STRESS_BEGIN, STRESS_END} & set(found)
    words = [c for c in speakable.cleaned(text.translate({60: "", 62: ""})) if c.isalnum()]
    assert sum(map(str.isalnum, found)) == sum(c.isalnum() for c in text) >= len(words)
