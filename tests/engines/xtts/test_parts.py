"""Texts that are too long are cut where a speaker would pause, and nothing of them is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.engine import EngineError
from streamtts.synthesizers import speakable
from streamtts.synthesizers.xtts.text import LANGUAGES, Reader

LIMITS = {"en": 40, "ja": 20, "de": 60, "hi": 40, "ar": 40}


class Letters:
    """A tokenizer whose tokens are letters."""

    char_limits = LIMITS

    def __init__(self, growth: int = 1) -> None:
        self.growth = growth
        self.tokenizer = self

    def preprocess_text(self, text: str, _language: str) -> str:
        return text * self.growth

    def encode(self, text: str) -> Any:
        class Encoded:
            ids = tuple(map(ord, text))

        return Encoded


def parts(text: str, language: str = "en", most_tokens: int = 400) -> list[str]:
    reader = Reader(Letters(), language, most_tokens)
    said = ("".join(map(chr, tokens)) for tokens in reader.parts(text))
    return [part.removeprefix(f"[{language}]").replace("[SPACE]", " ") for part in said]


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "all tests pass.", ["all tests pass."]),
        (
            "en",
            "the build passed on all machines. now, the docs follow.",
            ["the build passed on all machines.", "now, the docs follow."],
        ),
        (
            "en",
            "after the build, the second one of all machines failed again",
            ["after the build,", "the second one of all", "machines failed again"],
        ),
        ("en", "v1.2.3 of the package example.com is what the others need", None),
        (
            "ja",
            "ビルドは通りましたが、テストは三件失敗しました。ログを見てください。",
            ["ビルドは通りましたが、", "テストは三件失敗しました。", "ログを見てください。"],
        ),
        ("hi", "बिल्ड पूरा हो गया है। अब परीक्षण चल रहे हैं और बाकी है।", None),
        ("ar", "اكتمل البناء على كل الأجهزة، والآن تعمل الاختبارات كلها", None),
    ],
)
def test_a_long_text_is_cut_where_one_would_pause(language: str, text: str, wanted: list[str] | None) -> None:
    found = parts(text, language)
    assert all(len(part) <= LIMITS[language] for part in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    if wanted is not None:
        assert found == wanted
    elif len(found) > 1:
        assert found[0].endswith(("।", "،")) or " " in text[len(found[0]) :][:1]


@given(st.text(st.sampled_from("ab ,.!?、。é\u0301漢1\n—()"), max_size=400), st.integers(10, 400))
def test_every_letter_is_in_one_part(text: str, limit: int) -> None:
    """With few tokens, too: then parts are halved until they fit."""
    found = parts(text, "en", limit)
    assert all(len(part) <= LIMITS["en"] for part in found)
    assert all(len(f"[en]{part}".replace(" ", "[SPACE]")) <= limit for part in found)
    letters = [letter for letter in speakable.cleaned(text).lower() if letter.isalnum()]
    assert [letter for part in found for letter in part if letter.isalnum()] == letters


def test_a_text_that_grows_when_it_is_read_aloud_gets_shorter_parts() -> None:
    reader = Reader(Letters(growth=3), "en", 400)
    text = "one two three four five six seven"
    found = ["".join(map(chr, tokens)) for tokens in reader.parts(text)]
    assert len(found) > 1
    assert all(len(part.replace("[SPACE]", " ")) <= 1.2 * LIMITS["en"] + len("[en]") for part in found)


def test_a_word_without_end_is_said_in_pieces() -> None:
    found = parts("x" * 1000)
    assert sum(map(len, found)) == 1000
    assert max(map(len, found)) <= LIMITS["en"]


@pytest.mark.parametrize("text", ["", "...", "\ud800", "、。", "?!" * 500])
def test_no_words_no_parts(text: str) -> None:
    assert parts(text) == []


def test_names_of_tokens_are_only_text() -> None:
    assert parts("see [ja] and [STOP]") == ["see (ja) and (stop)"]


class Wordless(Letters):
    """One that has no words for some numbers."""

    def __init__(self, *known: str) -> None:
        super().__init__()
        self.known = known

    def preprocess_text(self, text: str, language: str) -> str:
        if text not in self.known:
            raise NotImplementedError
        return super().preprocess_text(text, language)


@pytest.mark.parametrize("simpler", ["am 3 . mai um 12 uhr", "am  3 . mai um  1  2  uhr"])
def test_a_number_without_words_is_said_more_simply(simpler: str) -> None:
    said = list(Reader(Wordless(simpler), "de", 400).parts("Am 3. Mai um 12 Uhr"))
    assert len(said) == 1


def test_what_cannot_be_read_at_all_is_told() -> None:
    with pytest.raises(EngineError, match="another voice may"):
        list(Reader(Wordless(), "de", 400).parts("Am 3. Mai"))


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "Did it pass?", "did it pass?"),
        ("en", "It passed!", "it passed!"),
        ("en", "？What⁉ Great‼ Why？！ So‽", "?what!? great!! why?! so?!"),
        ("de", "Ist es fertig? Ja!", "ist es fertig? ja!"),
        ("ar", "هل نجح؟ نعم!", "هل نجح؟ نعم!"),
    ],
)
def test_how_it_is_asked_or_called_out_is_read(language: str, text: str, wanted: str) -> None:
    assert parts(text, language) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 40 + "?",
        "x" * 80 + "！" + "y" * 60,
        "x" * 39 + "é\N{COMBINING DOT BELOW}" * 3 + "?!",
        "un deux trois quatre cinq six sept huit ?",
        "quelque chose quelque chose quelque chos ? autre chose, vraiment autre chose",
    ],
)
def test_a_mark_stays_with_what_it_marks(text: str) -> None:
    found = parts(text)
    assert len(found) > 1
    assert not any(part.startswith(("?", "!")) for part in found)
    assert sum(part.count("?") + part.count("!") for part in found) == sum(map(text.count, "?!！"))


def test_marks_without_end_are_still_cut() -> None:
    found = parts("x" + "?" * 1000 + " and more")
    assert all(len(part) <= LIMITS["en"] for part in found)
    assert found[-1].endswith("and more")


def test_there_are_seventeen_languages() -> None:
    assert len(set(LANGUAGES)) == 17
