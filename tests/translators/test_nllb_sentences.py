"""Sentences asked of a network whose answers are written beforehand. Needs no packages."""

from collections.abc import Iterator, Sequence

import pytest

from streamtts.engine import Cancelled, Ticket
from streamtts.translators.nmt.sentences import Sentences, groups


class Letters:
    """A token for each character."""

    begin: tuple[int, ...] = ()
    names: Sequence[str] = ()
    special: Sequence[int] = ()

    def encode(self, text: str) -> list[int]:
        return [ord(char) for char in text]

    def framed(self, words: Sequence[int]) -> list[int]:
        return [1, *words, 2]

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(map(chr, tokens))


class Echo:
    """Says what it is given, as far as it may."""

    def __init__(self) -> None:
        self.taken = 0
        self.asked: list[list[list[int]]] = []

    def steps(
        self, sources: list[list[int]], limits: list[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        self.asked.append(sources)
        for at in range(max(limits)):
            ticket.check()
            self.taken += 1
            step = [
                (place, source[at + 1])
                for place, source in enumerate(sources)
                if at < min(limits[place], len(source) - 2)
            ]
            if not step:
                return
            yield step

    def wholes(self, sources: list[list[int]], limits: list[int], ticket: Ticket) -> list[list[int]]:
        ticket.check()
        return [source[1:-1][:limit] for source, limit in zip(sources, limits, strict=True)]


SAID = "パーサーを直しました、そしてテストが全部通りました。"


def test_a_clause_is_spoken_before_the_next_is_thought_of() -> None:
    echo = Echo()
    clauses = Sentences(Letters(), 1022, echo.steps).translate(SAID, Ticket())
    assert next(clauses) == "パーサーを直しました、"
    so_far = echo.taken
    assert "".join(clauses) == "そしてテストが全部通りました。"
    assert so_far < echo.taken


def test_a_search_that_knows_only_whole_translations_says_the_same() -> None:
    echo = Echo()
    streamed = Sentences(Letters(), 1022, echo.steps)
    whole = Sentences(Letters(), 1022, echo.steps, echo.wholes)
    texts = [SAID, "One, two. Three.", "", " ", "x" * 1000]
    for sentences in (streamed, whole):
        assert ["".join(sentences.translate(text, Ticket())) for text in texts] == sentences.translate_batch(
            texts, Ticket()
        )
    assert whole.translate_batch(texts, Ticket()) == streamed.translate_batch(texts, Ticket())


@pytest.mark.parametrize("most", [14, 1022])
def test_no_source_and_no_translation_is_longer_than_there_are_positions(most: int) -> None:
    echo = Echo()
    sentences = Sentences(Letters(), most, echo.steps)
    text = "word " * 300
    said = sentences.translate_batch([text, "One."], Ticket())
    assert said[0].replace(" ", "") == text.replace(" ", "")
    assert all(len(source) <= min(most, 400) + 2 for asked in echo.asked for source in asked)
    assert max(sentences.limits(sentences.pieces(text))) <= most


def test_a_cancelled_ticket_ends_it() -> None:
    ticket, echo = Ticket(), Echo()
    clauses = Sentences(Letters(), 1022, echo.steps).translate("One, two, three.", ticket)
    next(clauses)
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(clauses)
    with pytest.raises(Cancelled):
        Sentences(Letters(), 1022, echo.steps, echo.wholes).translate_batch(["One."], ticket)


def test_what_is_translated_at_once_is_bounded_and_of_like_length() -> None:
    lengths = [5, 400, 3, 80, 4, 400, *([10] * 40), 9]
    together = list(groups(lengths))
    assert sorted(at for group in together for at in group) == list(range(len(lengths)))
    for group in together:
        assert len(group) <= 32
        assert len(group) * max(lengths[at] for at in group) <= 2048 or len(group) == 1
    assert len(together) < 8
