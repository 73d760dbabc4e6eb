"""Numbers in words reach a translator in figures."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts import _core
from streamtts.engine import Ticket
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.careful import Careful
from streamtts.translation.numerals import in_figures
from streamtts.translation.wording import Wording
from streamtts.types import Sentence


def figured(text: str) -> str:
    return in_figures(text, _core.protected_spans(text))[0]


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("Seventeen tests failed, thirteen passed.", "17 tests failed, 13 passed."),
        ("The timeout is ninety seconds now.", "The timeout is 90 seconds now."),
        ("It found forty-two files, TEN of them new.", "It found 42 files, 10 of them new."),
        ("Nine times out of ten it works.", "Nine times out of 10 it works."),
        ("a ten-minute timeout", "a 10-minute timeout"),
        ("from twelve to ninety-nine percent", "from 12 to 99 percent"),
        ("It takes (about) eleven.", "It takes (about) 11."),
    ],
)
def test_numbers_in_words(written: str, given: str) -> None:
    assert figured(written) == given


@pytest.mark.parametrize(
    "text",
    [
        "One of them failed, seven passed.",
        "It often happens to the tenth of them.",
        "the twenty-first of May",
        "thirty-something files",
        "one hundred and twenty files",
        "two thousand fifteen",
        "ten thousand rows",
        "nineteen eighty-four",
        "the twenty one failed",
        "twelve point five",
        "4 twenty",
        "See ten.py, --twelve and fifteen_tests.",
        "the tens of files",
        "ten's complement",
        "",
    ],
)
def test_what_is_no_such_number_stays(text: str) -> None:
    assert figured(text) == text


def test_names_are_found_where_they_are_now() -> None:
    text = "Seventeen tests of parser.rs call load_user twenty times."
    changed, spans = in_figures(text, _core.protected_spans(text))
    assert changed == "17 tests of parser.rs call load_user 20 times."
    assert [changed[begin:end] for begin, end, _ in spans] == ["parser.rs", "load_user"]


WORDS = st.sampled_from(
    ["ten", "twenty", "-", " ", "one", "hundred", "and", "a.py", "`ten`", ",", "first", "x", "7", "."]
)


@given(st.lists(WORDS, max_size=12).map("".join))
def test_protected_text_never_changes_and_twice_is_once(text: str) -> None:
    spans = _core.protected_spans(text)
    changed, moved = in_figures(text, spans)
    assert [changed[begin:end] for begin, end, _ in moved] == [text[begin:end] for begin, end, _ in spans]
    assert in_figures(changed, moved) == (changed, moved)


class Told:
    """Repeats what it is told in kana, digits and all, and remembers it."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        self.told.append(text)
        yield "".join(char if char.isdigit() else "あ" for char in text[:6]) + "でした。"

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        self.told.append(text)

    def close(self) -> None:
        pass


def test_a_translator_is_told_figures_in_every_way_it_is_asked() -> None:
    translator = Told()
    careful = Careful(
        translator, "told", Wording("en", "ja", Lexicon.load()), placeholder="X{}X", deadline_s=60.0
    )
    sentence = Sentence(1, 0, "Seventeen tests failed.", "stop", (), 0.0, ((0, 9),))
    careful.prefix("Seventeen tests ")
    list(careful.translate(sentence, Ticket()))
    careful.translate_batch([sentence], Ticket())
    assert translator.told == ["17 tests", "17 tests failed.", "17 tests failed."]


def test_words_of_another_language_are_not_touched() -> None:
    translator = Told()
    careful = Careful(
        translator, "told", Wording("nl", "ja", Lexicon.load()), placeholder="X{}X", deadline_s=60.0
    )
    list(careful.translate(Sentence(1, 0, "Tien of eleven.", "stop", (), 0.0), Ticket()))
    assert translator.told[0] == "Tien of eleven."


def test_what_needs_no_translation_keeps_its_words() -> None:
    careful = Careful(
        Told(), "told", Wording("en", "en", Lexicon.load()), placeholder="X{}X", deadline_s=60.0
    )
    text = "Seventeen tests failed."
    assert list(careful.translate(Sentence(1, 0, text, "stop", (), 0.0), Ticket())) == [text]
