"""The end of a turn as a row of its own."""

import pytest

from streamtts._core import SentenceStream
from streamtts.environment import SystemClock
from streamtts.input.source import SentenceSource
from streamtts.textmode import SentenceLines
from text.agent_lines import Json, api_stream, claude_stream, log, result, said, user
from text.streams import pulled, rows


def shown(*values: object) -> list[tuple[int, int, str, str]]:
    return [(turn, seq, text, end) for turn, seq, text, end, _ in rows([log(*values)], turn_ends=True)]


def test_a_turn_ends_after_its_last_sentence() -> None:
    assert shown(said("One. Two"), result("Two"), said("Three."), result("Three.")) == [
        (1, 0, "One.", "stop"),
        (1, 1, "Two.", "flush"),
        (1, 2, "", "turn"),
        (2, 0, "Three.", "flush"),
        (2, 1, "", "turn"),
    ]


def test_the_end_is_known_at_once() -> None:
    stream = SentenceStream(turn_ends=True)
    stream.push(log(*claude_stream("One.")))
    assert [row[3] for row in pulled(stream)] == ["flush"]
    stream.push(log(result("One.")))
    assert [row[3] for row in pulled(stream)] == ["turn"]
    stream.push_end()
    assert pulled(stream) == []


@pytest.mark.parametrize(
    "silence",
    [[], [result("")], [user("go on", isReplay=True)], [{"type": "system"}, result(None, is_error=True)]],
)
def test_a_turn_without_a_sentence_has_no_end(silence: list[Json]) -> None:
    assert shown(*silence) == []


def test_an_open_turn_ends_with_the_input() -> None:
    assert shown(said("One")) == [(1, 0, "One.", "eof"), (1, 1, "", "turn")]
    assert shown(log(said("One")).rstrip(b"\n"))[-1] == (1, 1, "", "turn")


def test_every_input_ends_its_own_turn_once() -> None:
    stream = SentenceStream(turn_ends=True)
    found = []
    for values in ([said("One.")], [said("Two."), result("Two.")], [], [result("Three.")]):
        stream.push(log(*values))
        stream.push_end()
        found += [(row[0], row[3]) for row in pulled(stream)]
    assert found == [(1, "flush"), (1, "turn"), (2, "flush"), (2, "turn"), (3, "flush"), (3, "turn")]


def test_turns_that_end_in_a_row_end_once_each() -> None:
    one, two = api_stream("One."), api_stream("Two.", message="m2")
    assert [row[3] for row in shown(*one, *two, result("x"))].count("turn") == 3


def test_lines_of_text_do_not_show_it() -> None:
    source = SentenceSource(SentenceStream(turn_ends=True), SystemClock())
    for as_json, line in ((False, "One.\n"), (True, '"One."')):
        lines = SentenceLines(source, as_json=as_json)
        printed = [text for batch in lines.feed(log(said("One."), result("One."))) for text in batch]
        assert len(printed) == 1
        assert line in printed[0]


def test_without_the_wish_there_is_no_such_row() -> None:
    assert [row[3] for row in rows([log(said("One."), result("One."))])] == ["flush"]


def test_a_complete_sentence_does_not_wait_for_the_next_line() -> None:
    """A whole message may be the last for minutes, while a tool runs."""
    stream = SentenceStream()
    stream.push(log(said("The tests pass. All of them.")))
    assert [row[2] for row in pulled(stream)] == ["The tests pass.", "All of them."]
    stream.push(log(said("It grew by 5", "msg_2")))
    assert pulled(stream) == []
