"""Every captured log and hostile input gives exactly the prose it should, whatever the reads."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts._core import Event
from text.agent_lines import events
from text.captures import DATA, cut, places


def expectations(folder: str) -> list[Any]:
    return [
        {**e, "path": DATA / folder / e["file"]}
        for e in json.loads((DATA / folder / "expected.json").read_bytes())
    ]


CAPTURES = expectations("agent-logs")
HARD_LINES = expectations("hard-lines")
FILES = [expectation["path"] for expectation in CAPTURES + HARD_LINES]


def collapsed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\ufffd", "")).strip()


def prose(found: list[Event]) -> str:
    return collapsed("".join(event.text for event in found if event.kind == "text"))


def notices(found: list[Event]) -> list[str]:
    return [event.text for event in found if event.kind == "notice"]


@pytest.mark.parametrize("expected", CAPTURES, ids=lambda e: e["file"])
def test_a_capture_is_heard_as_a_person_would_want(expected: Any) -> None:
    found = events(expected["path"].read_bytes())
    heard = prose(found)
    assert heard == collapsed("".join(expected["prose"]))
    for text in expected["at_most_once"]:
        assert heard.count(collapsed(text)) <= 1
    for notice in notices(found):
        assert "\n" not in notice
        assert len(notice) <= 210


@pytest.mark.parametrize("expected", HARD_LINES, ids=lambda e: e["file"])
def test_a_hostile_input_costs_nothing_but_itself(expected: Any) -> None:
    found = events(expected["path"].read_bytes())
    assert prose(found) == collapsed("".join(expected["expected"] or []))
    assert len(notices(found)) <= 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_reading_byte_by_byte_changes_nothing(path: Any) -> None:
    data = path.read_bytes()
    assert flat(events([data[i : i + 1] for i in range(len(data))])) == flat(events(data))


@given(path=st.sampled_from(FILES), at=places)
def test_any_cut_changes_nothing(path: Any, at: list[int]) -> None:
    data = path.read_bytes()
    assert flat(events(cut(data, at))) == flat(events(data))


@given(path=st.sampled_from(FILES), size=st.integers(min_value=0))
def test_a_log_cut_short_is_heard_up_to_there(path: Any, size: int) -> None:
    data = path.read_bytes()
    whole, part = prose(events(data)), prose(events(data[: size % (len(data) + 1)]))
    assert whole.startswith(part.rstrip())


@given(first=st.sampled_from(FILES), second=st.sampled_from(FILES))
def test_concatenated_logs_are_all_heard(first: Any, second: Any) -> None:
    one, two = first.read_bytes().rstrip() + b"\n", second.read_bytes()
    if first == second or not two.endswith((b"}", b"\n", b"]")):
        return
    assert prose(events(one + two)) == collapsed(prose(events(one)) + prose(events(two)))


@given(data=st.binary(max_size=2000), at=places)
def test_any_bytes_are_survived(data: bytes, at: list[int]) -> None:
    assert flat(events(cut(data, at))) == flat(events(data))


@given(
    path=st.sampled_from(FILES), damage=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=8)
)
def test_damaged_logs_are_survived(path: Any, damage: list[tuple[int, int]]) -> None:
    data = bytearray(path.read_bytes())
    for place, byte in damage:
        data[place % len(data)] = byte
    assert not any(re.search(r"[\x00-\x1f\x7f]", notice) for notice in notices(events(bytes(data))))


CORPUS = DATA.parent / "fuzz/corpus/jsonl"
LINES = sorted(
    {line for path in [*FILES, *CORPUS.iterdir()] for line in path.read_bytes().splitlines(keepends=True)}
)


@given(log=st.lists(st.sampled_from(LINES), max_size=40).map(b"".join), at=places)
def test_any_order_of_any_tools_lines_is_survived_in_any_cut(log: bytes, at: list[int]) -> None:
    found = events(log)
    assert flat(events(cut(log, at))) == flat(found)
    assert re.fullmatch(r"(?:(?:t+f)*n?(?:t+f)*\|)*(?:t+f)*n?(?:t+f)*", letters(found))


def letters(found: list[Event]) -> str:
    return "".join("|" if event.kind == "turn" else event.kind[0] for event in found)


def flat(found: list[Event]) -> list[tuple[str, str, int]]:
    return [(event.kind, event.text, event.turn) for event in found]
