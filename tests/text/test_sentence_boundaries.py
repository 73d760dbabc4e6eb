"""Hard boundaries, limits and hostile input."""

import pytest

from text.splitting import released, split, without_blanks


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Summary\nI fixed it", ["Summary", "I fixed it"]),
        ("One.\r\n\r\nTwo.\r\n", ["One.", "Two."]),
        ("\n\n \t\n", []),
        ("", []),
        ("e.g.\nThis", ["e.g.", "This"]),
        ('An open "quote\nOne. Two.', ['An open "quote', "One.", "Two."]),
        ("An (open bracket\nOne. Two.", ["An (open bracket", "One.", "Two."]),
        ("An `open tick\nOne. Two.", ["An `open tick", "One.", "Two."]),
    ],
)
def test_a_newline_is_a_hard_boundary(text: str, sentences: list[str]) -> None:
    assert split([text]) == sentences


def test_a_newline_releases_at_once() -> None:
    assert released("Done.\n") == [("Done.", 6)]
    assert released("Heading\n") == [("Heading", 8)]


@pytest.mark.parametrize("opener", ['"', "'", "(", "[", "“", "«", "「", "`"])
def test_an_unclosed_sign_is_forgotten_after_a_while(opener: str) -> None:
    text = f"It says {opener}hello to us all. " + "And so it goes on and on. " * 30
    found = split([text])
    assert max(map(len, found)) < 350
    assert found[-1] == "And so it goes on and on."


@pytest.mark.parametrize(
    "piece", ["a", "あ", ".", "(", '"', "`", "e.g. ", "a, ", "🎉", "a.b", "“a ", "\u0301", "1."]
)
@pytest.mark.parametrize("eager", [False, True])
def test_endless_text_is_cut_and_kept(piece: str, eager: bool) -> None:
    text = piece * (200_000 // len(piece))
    found = split((text[i : i + 4096] for i in range(0, len(text), 4096)), eager=eager)
    assert max(map(len, found)) <= 2000
    assert without_blanks("".join(found)) == without_blanks(text)


def test_an_endless_sentence_is_cut_between_words() -> None:
    found = split(["word " * 1000])
    assert [sentence.split() for sentence in found] == [["word"] * (len(s) // 5 + 1) for s in found]
    assert len(found) > 1


def test_ten_megabytes_without_a_blank_come_through() -> None:
    text = "x" * 10_000_000
    assert sum(map(len, split([text]))) == len(text)
