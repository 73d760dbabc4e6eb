"""Tools are named when the listener wants it: once, in order, and never a sub-agent's."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts._core import SentenceStream
from text.agent_lines import (
    MESSAGE_STOP,
    TOOL_RESULT,
    Json,
    api_stream,
    assistant,
    block_stop,
    delta,
    log,
    message_start,
    result,
    said,
    stop_reason,
    streamed,
    text_block,
)
from text.captures import CAPTURES, cut, places
from text.streams import pulled, rows, told


def call(
    name: object = "Bash", identity: str | None = "toolu_1", kind: str = "tool_use", **more: object
) -> Json:
    return {"type": kind, **({} if identity is None else {"id": identity}), "name": name, "input": {}, **more}


def call_start(index: int, name: str, identity: str) -> Json:
    return {"type": "content_block_start", "index": index, "content_block": call(name, identity)}


def test_a_call_is_named_after_what_was_said_before_it() -> None:
    message = assistant(text_block("Let me look"), call("Read"), text_block("Found it."))
    assert told(message) == ["Let me look.", "[Read.]", "Found it.", "|"]


def test_calls_are_silent_unless_asked_for() -> None:
    message = log(assistant(text_block("Let me look"), call("Read")))
    assert [row[2] for row in rows([message])] == ["Let me look."]


def test_what_is_no_call_is_not_named() -> None:
    others: list[Json] = [
        {"type": kind, "id": "x", "name": "Bad"}
        for kind in ("thinking", "tool_result", "web_search_tool_result", "image", "tool", "use")
    ]
    assert told(assistant(*others), TOOL_RESULT, said("Done.")) == ["Done.", "|"]


@pytest.mark.parametrize(
    ("block", "spoken"),
    [
        (call("mcp__github__create_issue"), "github create issue."),
        (call("web_search", kind="server_tool_use"), "web search."),
        (call("create_issue", kind="mcp_tool_use", server_name="github"), "github create issue."),
        (call("TodoWrite"), "Todo write."),
        (call(7), "Tool."),
        (call(None), "Tool."),
        ({"type": "tool_use", "id": "x"}, "Tool."),
    ],
)
def test_names_are_said_in_words(block: Json, spoken: str) -> None:
    assert told(assistant(block)) == [f"[{spoken}]", "|"]


def test_a_streamed_call_is_named_when_it_begins_and_not_again() -> None:
    lines = [
        *(streamed(event) for event in (message_start(), call_start(0, "Read", "a"))),
        assistant(call("Read", "a")),
        *(streamed(event) for event in (block_stop(0), call_start(1, "Bash", "b"))),
        assistant(call("Bash", "b")),
        *(streamed(event) for event in (block_stop(1), stop_reason("tool_use"), MESSAGE_STOP)),
    ]
    stream = SentenceStream(tools="brief")
    heard: list[list[str]] = []
    for line in lines:
        stream.push(log(line))
        heard.append([row[2] for row in pulled(stream)])
    assert heard == [[], ["Read."], [], [], ["Bash."], [], [], [], []]


def test_a_call_after_deltas_comes_after_their_sentence() -> None:
    start = {"type": "content_block_start", "index": 0, "content_block": text_block("")}
    events = [message_start(), start, delta("Let me look"), block_stop(0), call_start(1, "Read", "a")]
    lines = [*(streamed(event) for event in events), said("Let me look"), assistant(call("Read", "a"))]
    assert told(*lines, result("x")) == ["Let me look.", "[Read.]", "|"]


def test_one_tool_in_a_row_is_named_once() -> None:
    reads = [assistant(call("Read", f"id{n}"), uuid=f"u{n}") for n in range(20)]
    assert told(*reads, said("Seen."), *reads[:1], assistant(call("Read", "new"))) == [
        "[Read.]",
        "Seen.",
        "[Read.]",
        "|",
    ]


def test_nothing_heard_between_two_calls_is_nothing() -> None:
    silent = text_block("```\ncode\n```")
    stream = SentenceStream("skip", "skip", tools="brief")
    stream.push(
        log(assistant(call("Read", "a"), silent, call("Read", "b"), call("Bash", "c"), call("Read", "d")))
    )
    stream.push_end()
    assert [row[2] for row in pulled(stream)] == ["Read.", "Bash.", "Read."]


def test_a_new_turn_names_the_tool_again() -> None:
    turn = [assistant(call("Read", "a")), result("")]
    assert told(*turn, *turn) == ["[Read.]", "|", "[Read.]", "|"]


def test_a_call_without_an_id_is_named_each_time_it_is_news() -> None:
    blocks = [call(name, None) for name in ("Read", "Bash", "Read")]
    assert told(assistant(*blocks)) == ["[Read.]", "[Bash.]", "[Read.]", "|"]


def test_tools_of_sub_agents_are_silent() -> None:
    lines = [
        assistant(call("Task", "t")),
        assistant(call("Grep", "g"), parent_tool_use_id="t"),
        streamed(call_start(0, "Glob", "h"), parent_tool_use_id="t"),
        {**assistant(call("LS", "i")), "isSidechain": True},
        said("Done."),
    ]
    assert told(*lines) == ["[Task.]", "Done.", "|"]


def test_a_retried_message_names_its_tool_once() -> None:
    first = [
        streamed(event) for event in (message_start(), delta("Let me look."), call_start(1, "Read", "a"))
    ]
    again = [
        streamed(event) for event in (message_start("m2"), delta("Let me look."), call_start(1, "Read", "b"))
    ]
    retry = {"type": "system", "subtype": "api_retry", "session_id": "s"}
    assert told(*first, retry, *again, result("x")) == ["Let me look.", "[Read.]", "|"]


def test_raw_api_events_name_tools_too() -> None:
    assert told(*api_stream("One."), message_start("m2"), call_start(0, "get_weather", "w")) == [
        "One.",
        "|",
        "[get weather.]",
        "|",
    ]


def test_the_answer_of_a_turn_that_only_called_tools_is_still_said() -> None:
    assert told(assistant(call("Read")), result("The answer.")) == ["[Read.]", "The answer.", "|"]


def test_a_name_is_protected() -> None:
    (row,) = rows([log(assistant(call("検索Tool")))], tools="brief")
    assert row == (1, 0, "検索 tool.", "tool", [(0, 7, "identifier")])


@pytest.mark.parametrize(
    "name", ["x" * 1_000_000, "\x1b]0;evil\x07" * 1000, "\u202e\ud83d\ude00", "\ud83d", "-rf\n\r"]
)
def test_a_hostile_name_stays_short_and_clean(name: str) -> None:
    (row,) = rows([log(assistant(call(name)))], tools="brief")
    assert 2 <= len(row[2]) <= 200
    assert row[2].isprintable()


def test_names_are_taken_whatever_the_escapes() -> None:
    line = (
        json.dumps(assistant(call("Read")))
        .replace('"tool_use"', '"tool\\u005fuse"')
        .replace('"Read"', '"R\\u0065ad"')
    )
    assert [row[2] for row in rows([line.encode()], tools="brief")] == ["Read."]


def test_an_unknown_wish_is_refused() -> None:
    for wish in ("read", "", "BRIEF"):
        with pytest.raises(ValueError, match="none of skip, brief"):
            SentenceStream(tools=wish)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_tools_and_turns_only_add_rows(path: Path) -> None:
    plain = rows([path.read_bytes()])
    more = rows([path.read_bytes()], tools="brief", turn_ends=True)
    kept = [row for row in more if row[3] not in ("tool", "turn")]
    assert [(row[0], *row[2:]) for row in kept] == [(row[0], *row[2:]) for row in plain]
    assert all(row[2] == "" and row[4] == [] for row in more if row[3] == "turn")


@given(path=st.sampled_from(CAPTURES), at=places, eager=st.booleans())
def test_any_cut_of_any_capture_names_the_same(path: Path, at: list[int], *, eager: bool) -> None:
    whole, pieces = [path.read_bytes()], cut(path.read_bytes(), at)
    assert rows(pieces, eager=eager, tools="brief", turn_ends=True) == rows(
        whole, eager=eager, tools="brief", turn_ends=True
    )


blocks = st.lists(
    st.one_of(
        st.sampled_from(["One. ", "Two", "", "\n\n", "```\nx\n```\n"]).map(text_block),
        st.builds(call, st.sampled_from(["Read", "Bash", "", "\n"]), st.sampled_from(["a", "b", "c"])),
    ),
    max_size=6,
)


@given(
    messages=st.lists(st.one_of(blocks.map(lambda some: assistant(*some)), st.just(result("x"))), max_size=8),
    at=places,
)
def test_the_rows_of_any_log_keep_the_rules(messages: list[Json], at: list[int]) -> None:
    found = rows([log(*messages)], tools="brief", turn_ends=True)
    assert rows(cut(log(*messages), at), tools="brief", turn_ends=True) == found
    by_turn: dict[int, list[str]] = {}
    for place, (turn, seq, text, end, _) in enumerate(found):
        ends = by_turn.setdefault(turn, [])
        assert seq == len(ends)
        ends.append(end)
        before = found[place - 1] if place else None
        if end == "tool" and before is not None and before[3] == "tool":
            assert before[2] != text
    for ends in by_turn.values():
        assert ends.index("turn") == len(ends) - 1 > 0
