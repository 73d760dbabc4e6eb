"""Words in Latin letters that may stay in any language."""

import pytest

from streamtts.translation.checks import Candidate, flaw
from streamtts.translation.names import folded, names, possible_names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The discount field of CartItem is never read.", "discount"),
        ("I created a feature branch called nightly.", "nightly"),
        ('The log says "connection reset by peer" again.', "reset"),
        ("Then docker compose up starts the database.", "up"),
        ("I added make demo to the list.", "demo"),
        ("Jetpack Compose draws the whole list again.", "Compose"),
        ("The pre-receive hook refuses it.", "pre-receive"),
        ("Nothing calls the switch any more.", "switch"),
    ],
)
def test_an_ordinary_word_may_be_a_name_for_what_stands_beside_it(text: str, found: str) -> None:
    assert found in possible_names(text)
    assert set(names(text)) <= set(possible_names(text))


@pytest.mark.parametrize(
    "text", ["The whole suite drops errors silently.", "It keeps a short summary of them."]
)
def test_most_words_are_none(text: str) -> None:
    assert possible_names(text) == []


def test_a_name_is_the_same_for_one_and_for_several() -> None:
    assert folded("IDs") == folded("id") == folded("ID")
    assert folded("Webhook") == folded("webhooks")


def _flaw(translation: str, original: str) -> str | None:
    return flaw(Candidate(translation, original, original, "en", "ja"))


def test_a_translator_may_leave_what_may_be_a_name() -> None:
    assert _flaw("IDは文字列です。", "The ids are strings.") is None
    assert _flaw("ノートPCで動きます。", "It runs on the laptop.") is None
    assert _flaw("discountフィールドは空です。", "The discount field is empty.") is None
    assert _flaw("テストsuiteが通ります。", "The test suite passes.") == "“suite” is left in it"
    assert _flaw("silentlyドロップします。", "It drops them silently.") == "“silently” is left in it"


def test_much_text_is_looked_at_quickly_and_for_few_names() -> None:
    for text in ("a-b " * 100_000, "make " * 100_000, "The A " * 100_000, '"' * 100_000, "column " * 100_000):
        assert len(possible_names(text)) <= 80
