"""When a block ends, when a turn ends, and how many notices a turn may have."""

import pytest

from streamtts._core import Extractor
from text.agent_lines import (
    MESSAGE_STOP,
    TOOL_RESULT,
    TOOL_USE,
    Json,
    api_stream,
    assistant,
    block_start,
    block_stop,
    blocks,
    claude_stream,
    delta,
    events,
    kinds,
    line,
    log,
    message_start,
    notices,
    result,
    said,
    stop_reason,
    streamed,
    text_block,
    user,
)


def stats(*values: object) -> tuple[int, int, int, bool]:
    extractor = Extractor()
    extractor.feed(log(*values))
    extractor.finish()
    counted = extractor.stats()
    return counted.lines, counted.events, counted.skipped, counted.whole_message_claude


@pytest.mark.parametrize(
    ("first", "second", "heard"),
    [
        ("highlights include:\n- ", "Microsoft shook", ["highlights include:\n- Microsoft shook"]),
        ("It grew by 5", "%, they say.", ["It grew by 5%, they say."]),
        ("One.", " Two.", ["One.", " Two."]),
        ("Really?", "Yes.", ["Really?", "Yes."]),
        ("Great!", "Yes.", ["Great!", "Yes."]),
        ("A list\n", "- one", ["A list\n", "- one"]),
        ("終わりました。", "次です。", ["終わりました。", "次です。"]),
    ],
)
def test_text_blocks_without_anything_between_are_continuous(
    first: str, second: str, heard: list[str]
) -> None:
    assert blocks(said(first), said(second)) == heard
    assert blocks(assistant(text_block(first), text_block(second))) == heard
    one, two = (
        [block_start(0), delta(first, 0), block_stop(0)],
        [block_start(1), delta(second, 1), block_stop(1)],
    )
    assert blocks(message_start(), *one, *two, MESSAGE_STOP) == heard
    assert blocks(*map(streamed, [message_start(), *one, *two, MESSAGE_STOP])) == heard


@pytest.mark.parametrize("between", [assistant(TOOL_USE), TOOL_RESULT, result(), said("", "msg_2")])
def test_whatever_comes_between_ends_the_block(between: Json) -> None:
    assert blocks(said("One"), between, said("two", "msg_3")) == ["One", "two"]


def test_a_thought_between_ends_the_block() -> None:
    thought = [block_start(1, "thinking"), block_stop(1)]
    assert blocks(
        message_start(), block_start(), delta("One"), *thought, block_start(2), delta("two", 2)
    ) == ["One", "two"]


def test_a_tool_call_flushes_as_soon_as_it_begins() -> None:
    extractor = Extractor()
    extractor.feed(log(*map(streamed, [message_start(), block_start(), delta("Let me look")])))
    found = extractor.feed(line(streamed(block_start(1, "tool_use"))))
    assert [event.kind for event in found] == ["flush"]


@pytest.mark.parametrize("kind", ["status", "hook_started", "task_progress", "thinking_tokens"])
def test_side_lines_do_not_break_a_sentence(kind: str) -> None:
    side = {"type": "system", "subtype": kind}
    noise = b"npm warn deprecated\n"
    start = [message_start(), block_start(), delta("Half a ")]
    assert blocks(*map(streamed, start), side, noise, streamed(delta("sentence."))) == ["Half a sentence."]


def test_nothing_is_flushed_twice() -> None:
    assert kinds(*claude_stream("One."), TOOL_RESULT, TOOL_RESULT, result("One.")) == "tf|"
    assert kinds(assistant(TOOL_USE), TOOL_RESULT) == ""
    assert kinds(said("One.")) == "tf"


def test_white_space_alone_is_not_said() -> None:
    assert kinds(said("\n\n"), assistant(TOOL_USE)) == ""
    assert blocks(message_start(), block_start(), delta("    "), delta("code")) == ["    code"]


def test_a_result_ends_the_turn_and_later_events_carry_the_next_number() -> None:
    found = events(
        log(said("One."), result("One."), result(), said("Two.", "m2"), result("Two."), said("Three.", "m3"))
    )
    assert [(event.kind, event.turn) for event in found] == [
        ("text", 1),
        ("flush", 1),
        ("turn", 1),
        ("text", 2),
        ("flush", 2),
        ("turn", 2),
        ("text", 3),
        ("flush", 3),
    ]


def test_finish_starts_afresh_in_the_next_turn() -> None:
    extractor = Extractor()
    for turn in (1, 2):
        found = extractor.feed(log(said("One.", uuid="u"), result("One."), b"noise\n")) + extractor.finish()
        assert [(event.kind, event.turn) for event in found] == [
            ("text", turn),
            ("flush", turn),
            ("turn", turn),
        ]
        assert extractor.stats().lines == 3 * turn


PROMPT = user("Next, please.", sessionId="s", parentUuid="u")
TURNS: list[tuple[str, list[object]]] = [
    ("tf|tf", [said("One."), PROMPT, said("Two.", "m2")]),
    ("tf|tf", [said("One."), user([text_block("Next.")], isReplay=True), said("Two.", "m2")]),
    ("tftf", [said("One."), user("Resume.", isSynthetic=True), said("Two.", "m2")]),
    ("tftf", [said("One."), user("A caveat.", isMeta=True, sessionId="s"), said("Two.", "m2")]),
    ("tftf", [said("One."), {**TOOL_RESULT, "sessionId": "s"}, said("Two.", "m2")]),
    (
        "tf|",
        [
            {"type": "item.completed", "item": {"type": "agent_message", "text": "One."}},
            {"type": "turn.completed"},
        ],
    ),
    ("n|", [{"type": "turn.failed", "error": {"message": "No."}}]),
    (
        "tf|",
        [
            {"type": "message", "role": "assistant", "content": "One."},
            {"type": "result", "status": "success"},
        ],
    ),
    ("tf|", [{"response": "One.", "done": True}]),
    ("tf|", [{"choices": [{"delta": {"content": "One."}, "finish_reason": "stop"}]}, b"data: [DONE]\n"]),
    ("tf|", [{"choices": [{"delta": {"content": "One."}}]}, b"data: [DONE]\n"]),
    ("tf", [{"choices": [{"delta": {"content": "One."}, "finish_reason": "tool_calls"}]}]),
    ("tf|", list(api_stream("One."))),
    ("tf", list(api_stream("One.", reason="tool_use"))),
    ("tf|", [{"type": "response.output_text.delta", "delta": "One."}, {"type": "response.completed"}]),
    (
        "tf|",
        [
            {"id": "0", "msg": {"type": "agent_message", "message": "One."}},
            {"msg": {"type": "task_complete"}},
        ],
    ),
    ("tf|tf", [*claude_stream("One."), result(), streamed(delta("Two."))]),
]


@pytest.mark.parametrize(("expected", "lines"), TURNS)
def test_a_turn_ends_where_the_agent_says_so(expected: str, lines: list[object]) -> None:
    assert kinds(*lines) == expected


def test_a_silent_turn_is_no_turn() -> None:
    assert kinds({"type": "system", "subtype": "init"}, result(), PROMPT, stop_reason()) == ""


def test_one_notice_a_turn() -> None:
    error = {"type": "error", "message": "No."}
    assert kinds(error, error, result(is_error=True), error) == "n|n"


def test_a_notice_is_one_short_line_without_json() -> None:
    words = "First \x1b[31mline" + "é" * 300 + "\nsecond line"
    (notice,) = [event.text for event in events(line({"type": "error", "message": words}))]
    assert notice.startswith("First  [31mline")
    assert len(notice.encode()) <= 204
    assert notices(result(subtype="error_\ud83d_x")) == ["Error: \ufffd x"]
    for empty in ('{"error": 1}', "", '[{"x": 1}]'):
        (notice,) = [event.text for event in events(line({"type": "error", "message": empty}))]
        assert notice == "The agent reported an error."


def test_lines_are_counted() -> None:
    noise: list[object] = [
        b"noise\n",
        b"\n",
        b"  \r\n",
        b"[DEBUG] {not json}\n",
        b"7\n",
        b'"text"\n',
        b"[]\n",
        b"{\n",
    ]
    assert stats(*noise) == (6, 0, 6, False)
    assert stats(b"event: x\ndata: {}\n\n: comment\nid: 1\nretry: 2\ndata: [DONE]\ndata: ...\n") == (
        7,
        6,
        1,
        False,
    )
    assert stats(b"{}\n[{},7,{}]\n{}{}\n") == (3, 3, 0, False)
    assert stats() == (0, 0, 0, False)


def test_claude_without_deltas_is_recognised() -> None:
    assert stats(said("One."), result("One."))[3]
    assert not stats(*claude_stream("One."), result("One."))[3]
    assert not stats(said("One.", sessionId="s", parentUuid=None))[3]
    assert not stats(line([said("One."), result("One.")]))[3]
    assert not stats(assistant(TOOL_USE), result("One."))[3]
    cursor = {
        "type": "assistant",
        "message": {"role": "assistant", "content": [text_block("One.")]},
        "session_id": "s",
    }
    assert not stats(cursor)[3]
