"""Sentences between a thread that reads and one that takes its time."""

import time
from threading import Thread

import pytest

from streamtts.input.inbox import Inbox
from streamtts.types import Sentence


def sentence(text: str) -> Sentence:
    return Sentence(1, 0, text, "stop", (), 0.0)


def taken(inbox: Inbox, size: int, told: list[str]) -> list[str]:
    found = inbox.take(lambda _: size, hinted=told.append, noted=lambda text: told.append(f"! {text}"))
    return [each.text for each in found]


def test_what_waits_is_taken_in_order_and_then_nothing() -> None:
    inbox, told = Inbox(), list[str]()
    for text in "abc":
        inbox.put(sentence(text))
    inbox.end()
    assert [taken(inbox, 2, told) for _ in range(4)] == [["a", "b"], ["c"], [], []]
    assert told == []


def test_a_hint_counts_until_the_sentence_is_there() -> None:
    inbox, told = Inbox(), list[str]()
    inbox.hint("so")
    inbox.put(sentence("so it is"))
    assert taken(inbox, 1, told) == ["so it is"]
    inbox.hint("and")
    inbox.hint("and then")
    inbox.note(["wait"])

    def end_once_told() -> None:
        while len(told) < 2:
            time.sleep(0.001)
        inbox.end()

    reader = Thread(target=end_once_told)
    reader.start()
    assert taken(inbox, 1, told) == []
    reader.join()
    assert told == ["! wait", "and then"]


def test_what_ended_the_reading_is_raised_after_all_was_taken() -> None:
    inbox, told = Inbox(), list[str]()
    inbox.put(sentence("a"))
    inbox.end(OSError("gone"))
    assert taken(inbox, 9, told) == ["a"]
    with pytest.raises(OSError, match="gone"):
        taken(inbox, 9, told)


def test_a_reader_far_ahead_waits_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamtts.input.inbox._MOST_WAITING", 2)
    inbox, told = Inbox(), list[str]()
    reader = Thread(target=lambda: [*map(inbox.put, map(sentence, "abcdefg"))])
    reader.start()
    assert taken(inbox, 1, told) == ["a"]
    assert taken(inbox, 1, told) == ["b"]
    inbox.close()
    reader.join()
    inbox.end()
    assert taken(inbox, 9, told) == ["c", "d", "e", "f", "g"]
