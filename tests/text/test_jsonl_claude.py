"""Claude Code's stream-json and transcripts: the ten rules."""

from typing import Any

import pytest

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
    line,
    message_start,
    notices,
    result,
    said,
    stop_reason,
    streamed,
    text_block,
    user,
)

SILENT_BLOCKS: list[Json] = [
    {"type": "thinking", "thinking": "HIDDEN", "signature": "x"},
    {"type": "redacted_thinking", "data": "HIDDEN"},
    TOOL_USE,
    {"type": "server_tool_use", "id": "x", "name": "web_search", "input": {"query": "HIDDEN"}},
    {"type": "web_search_tool_result", "content": [{"type": "text", "text": "HIDDEN"}]},
    {"type": "web_fetch_tool_result", "content": {"type": "text", "text": "HIDDEN"}},
    {"type": "code_execution_tool_result", "content": {"stdout": "HIDDEN", "text": "HIDDEN"}},
    {"type": "mcp_tool_use", "input": {"text": "HIDDEN"}},
    {"type": "mcp_tool_result", "content": [{"type": "text", "text": "HIDDEN"}]},
    {"type": "image", "source": {"data": "HIDDEN"}},
    {"type": "block_of_the_future", "text": "HIDDEN"},
]

SILENT_LINES: list[Json] = [
    {"type": "system", "subtype": "informational", "content": "HIDDEN", "level": "info"},
    {"type": "system", "subtype": "notification", "text": "HIDDEN"},
    {"type": "system", "subtype": "local_command_output", "content": "HIDDEN"},
    {"type": "system", "subtype": "permission_denied", "message": "HIDDEN"},
    {"type": "system", "subtype": "hook_response", "output": "HIDDEN", "stdout": "HIDDEN"},
    {"type": "system", "subtype": "task_notification", "summary": "HIDDEN"},
    {"type": "system", "subtype": "task_started", "prompt": "HIDDEN"},
    {"type": "system", "subtype": "model_refusal_fallback", "content": "HIDDEN"},
    {"type": "system", "subtype": "post_turn_summary", "content": "HIDDEN", "text": "HIDDEN"},
    {"type": "rate_limit_event", "rate_limit_info": {"text": "HIDDEN"}},
    {"type": "tool_progress", "elapsed_time_seconds": 2},
    {"type": "tool_use_summary", "summary": "HIDDEN"},
    {"type": "auth_status", "output": ["HIDDEN"]},
    {"type": "prompt_suggestion", "suggestion": "HIDDEN"},
    {"type": "control_request", "request": {"content": "HIDDEN"}},
    {"type": "keep_alive"},
    user("HIDDEN", isReplay=True),
    user([text_block("HIDDEN")], isReplay=True),
    user([text_block("HIDDEN")], isSynthetic=True),
    user([{"type": "tool_result", "content": [text_block("HIDDEN")]}], tool_use_result={"content": "HIDDEN"}),
    {"type": "summary", "summary": "HIDDEN", "leafUuid": "x"},
    {"type": "progress", "data": {"message": {"role": "assistant", "content": [text_block("HIDDEN")]}}},
    {"type": "file-history-snapshot", "snapshot": {"content": "HIDDEN"}},
    {"type": "queue-operation", "operation": "enqueue", "content": "HIDDEN"},
    {"type": "attachment", "attachment": {"content": "HIDDEN"}, "content": "HIDDEN"},
    {"type": "last-prompt", "prompt": "HIDDEN"},
    {"type": "api-request-blob", "message": {"role": "assistant", "content": [text_block("HIDDEN")]}},
    {"type": "line-of-the-future", "message": {"content": "HIDDEN"}, "content": "HIDDEN", "text": "HIDDEN"},
    {"type": 7, "content": "HIDDEN"},
]


def test_text_blocks_are_heard_and_no_other() -> None:
    assert blocks(assistant(*SILENT_BLOCKS), said("Heard.")) == ["Heard."]


@pytest.mark.parametrize("silent", SILENT_LINES, ids=lambda v: str(v.get("subtype", v["type"])))
def test_other_lines_are_silent(silent: Json) -> None:
    assert blocks(silent, said("Heard."), silent) == ["Heard."]


def test_key_order_is_irrelevant() -> None:
    def turned(value: object) -> object:
        if isinstance(value, dict):
            return {key: turned(inner) for key, inner in reversed(value.items())}
        return [turned(inner) for inner in value] if isinstance(value, list) else value

    lines = [*claude_stream("One ", "two."), said("Three.", "m3"), result("Three.")]
    assert blocks(*map(turned, lines)) == ["One two.", "Three."]


def test_one_message_in_many_lines_loses_no_block() -> None:
    lines = [said("First. "), said("Done."), assistant(TOOL_USE), said("Done.")]
    assert "".join(blocks(*lines)) == "First. Done.Done."


def test_deltas_full_line_and_result_are_heard_once() -> None:
    assert blocks(*claude_stream("Hel", "lo ", "there."), result("Hello there.")) == ["Hello there."]


def test_equal_words_in_three_messages_are_heard_three_times() -> None:
    lines = [line for number in "abc" for line in claude_stream("Done.", message=f"msg_{number}")]
    assert blocks(*lines, result("Done.")) == ["Done."] * 3


def test_equal_words_are_heard_again_when_no_delta_announced_them() -> None:
    assert blocks(*claude_stream("Done."), said("Done.", "msg_2")) == ["Done.", "Done."]


def test_a_full_line_supplies_the_missing_tail() -> None:
    lines = [streamed(event) for event in (message_start(), block_start(), delta("Half a"))]
    assert blocks(*lines, said("Half a sentence.")) == ["Half a sentence."]


def test_a_block_may_go_on_behind_its_full_line() -> None:
    lines = [streamed(event) for event in (message_start(), block_start(), delta("One."))]
    more = [streamed(event) for event in (delta(" Two."), block_stop(), MESSAGE_STOP)]
    assert blocks(*lines, said("One."), *more, result("One. Two.")) == ["One. Two."]


def test_a_full_line_supplies_a_block_without_deltas() -> None:
    lines = claude_stream("One. ")
    assert blocks(*lines[:4], said("Two."), *lines[4:]) == ["One. Two."]


def test_a_full_line_may_come_after_the_block_under_another_id() -> None:
    events = [streamed(event) for event in api_stream("Let me look.")]
    assert blocks(*events[:4], said("Let me look.", "another"), *events[4:], result("Let me look.")) == [
        "Let me look."
    ]


def test_full_lines_may_come_all_at_the_end() -> None:
    second = [streamed(e) for e in (block_start(1), delta("Two.", 1), block_stop(1))]
    lines = [*(streamed(e) for e in api_stream("One.")[:4]), *second, said("Two.", "x"), said("One.", "y")]
    assert blocks(*lines) == ["One.", "Two."]


def test_a_block_of_white_space_is_never_confirmed_and_harms_nothing() -> None:
    blank = [streamed(e) for e in (block_start(1), delta("\n\n", 1), block_stop(1))]
    lines = claude_stream("One.")
    assert [
        b.strip() for b in blocks(*lines[:5], *blank, *lines[5:], *claude_stream("Two.", message="m2"))
    ] == [
        "One.",
        "Two.",
    ]


@pytest.mark.parametrize(
    ("tail", "heard"),
    [
        (result("Fallback."), ["Fallback."]),
        (result("Fallback.", is_error=True), []),
        (result("Fallback.", subtype="error_during_execution"), []),
        (result(None), []),
        (result(""), []),
        ({**result(), "result": None}, []),
        ({**result(), "result": {"text": "HIDDEN"}}, []),
    ],
)
def test_the_result_is_heard_only_if_nothing_else_was(tail: Json, heard: list[str]) -> None:
    assert blocks(assistant(TOOL_USE), TOOL_RESULT, tail) == heard
    assert blocks(said("Prose."), tail) == ["Prose."]


def test_each_turn_has_its_own_fallback() -> None:
    assert blocks(said("One."), result("One."), result("Two.")) == ["One.", "Two."]


def test_subagents_are_silent_in_the_middle_of_a_message() -> None:
    sub = {"parent_tool_use_id": "toolu_1"}
    inner = [{**streamed(event), **sub} for event in api_stream("HIDDEN", message="sub")]
    inner += [{**said("HIDDEN", "sub"), **sub}, {**user([text_block("HIDDEN")]), **sub}]
    for place in range(8):
        lines = claude_stream("Main ", "text.")
        lines[place:place] = inner
        assert blocks(*lines, result("Main text.")) == ["Main text."]


def test_synthetic_text_is_no_prose() -> None:
    synthetic = assistant(text_block("No response requested."))
    synthetic["message"]["model"] = "<synthetic>"
    assert blocks(synthetic, result("No response requested.")) == []
    assert notices(synthetic, result("No response requested.")) == []


def test_an_api_error_is_noticed_once() -> None:
    words = 'API Error: 500 {"type":"error","error":{"message":"x"}}'
    error = said(words, error="server_error", isApiErrorMessage=True)
    assert blocks(error, result(words, is_error=True)) == []
    assert notices(error, result(words, is_error=True)) == ["API Error: 500"]


@pytest.mark.parametrize(
    ("failure", "notice"),
    [
        ({"errors": ["Reached maximum number of turns (2)"]}, "Reached maximum number of turns (2)"),
        ({}, "Error: max turns"),
        ({"errors": []}, "Error: max turns"),
    ],
)
def test_a_failed_turn_is_noticed(failure: Json, notice: str) -> None:
    assert notices(said("One."), result(subtype="error_max_turns", **failure)) == [notice]


def test_an_aborted_message_is_not_heard_again() -> None:
    lines = [streamed(event) for event in (message_start(), block_start(), delta("Half a"))]
    rest = [user([text_block("[Request interrupted by user]")]), result(subtype="error_during_execution")]
    assert blocks(*lines, said("Half a", aborted=True), *rest) == ["Half a"]
    assert blocks(said("Half a", aborted=True), *rest) == ["Half a"]


def test_a_superseding_message_is_heard() -> None:
    assert blocks(said("Old.", uuid="u1"), said("New.", "m2", uuid="u2", supersedes=["u1"])) == [
        "Old.",
        "New.",
    ]


def test_an_output_limit_is_continued() -> None:
    resume = user([text_block("Output token limit hit. Resume directly.")], isSynthetic=True)
    first, second = (
        claude_stream(text, message=text, reason="max_tokens") for text in ("First half", "second half.")
    )
    assert blocks(*first, resume, *second, result("second half.")) == ["First half", "second half."]


RETRY: Json = {"type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 10}


def cut_off(text: str, message: str = "msg_1") -> list[Json]:
    return [
        streamed(e) for e in (message_start(message), block_start(), delta(text), block_stop(), MESSAGE_STOP)
    ]


@pytest.mark.parametrize(
    "pieces", [["The answer is 42."], ["The ", "answer", " is 42."], list("The answer is 42.")]
)
def test_a_retried_message_is_not_heard_twice(pieces: list[str]) -> None:
    for retry in ([RETRY], []):
        lines = [*cut_off("The answer"), *retry, *claude_stream(*pieces, message="msg_2")]
        assert "".join(blocks(*lines, result("The answer is 42."))) == "The answer is 42."


def test_a_retry_that_differs_may_split_a_surrogate_pair() -> None:
    lines = [*cut_off("Half a sent"), RETRY, *claude_stream("Wave \ud83d", "\udc4b now.", message="msg_2")]
    assert blocks(*lines) == ["Half a sent", "Wave 👋 now."]


def test_a_message_may_be_cut_more_than_once() -> None:
    lines = [
        *cut_off("The answer"),
        RETRY,
        *cut_off("The", "m2"),
        RETRY,
        *claude_stream("The answer is.", message="m3"),
    ]
    assert "".join(blocks(*lines)) == "The answer is."


def test_a_retried_message_that_differs_is_heard_whole() -> None:
    lines = [*cut_off("The answer"), RETRY, *claude_stream("The ", "result is.", message="msg_2")]
    assert blocks(*lines) == ["The answer", "The result is."]


def test_a_retry_without_deltas_adds_only_its_tail() -> None:
    assert "".join(blocks(*cut_off("The answer"), RETRY, said("The answer is.", "msg_2"))) == "The answer is."


@pytest.mark.parametrize("again", ["", "The", "The ans", "The answer", "The answer i"])
def test_a_retry_may_end_in_a_full_line(again: str) -> None:
    lines = [
        streamed(event)
        for event in (message_start("msg_2"), block_start(), *([delta(again)] if again else []))
    ]
    full = said("The answer is.", "msg_2")
    assert "".join(blocks(*cut_off("The answer"), RETRY, *lines, full)) == "The answer is."


def test_a_retry_after_a_confirmed_block_repeats_only_what_was_cut() -> None:
    first = [
        *claude_stream("One. ")[:5],
        *(streamed(e) for e in (block_start(1), delta("Two", 1), MESSAGE_STOP)),
    ]
    whole = [
        *claude_stream("One. ", message="m2")[:5],
        *(streamed(e) for e in (block_start(1), delta("Two and three.", 1))),
        said("Two and three.", "m2"),
        *(streamed(e) for e in (stop_reason(), MESSAGE_STOP)),
    ]
    assert "".join(blocks(*first, RETRY, *whole)) == "One. Two and three."
    rest_only = claude_stream("Two and three.", message="m2")
    assert "".join(blocks(*first, RETRY, *rest_only)) == "One. Two and three."


def test_a_broken_stream_keeps_what_was_heard() -> None:
    lines = [streamed(event) for event in (message_start(), block_start(), delta("Half a"))]
    assert blocks(
        *lines, result(subtype="error_during_execution"), *claude_stream("Next.", message="m2")
    ) == [
        "Half a",
        "Next.",
    ]


def test_the_same_uuid_is_the_same_line() -> None:
    lines = [
        {**line, "uuid": f"u{number}"} for number, line in enumerate([*claude_stream("One."), result("One.")])
    ]
    assert blocks(*lines, *lines) == ["One."]
    transcript = said("Two.", uuid="t1", isSidechain=False)
    assert blocks(transcript, transcript, said("Two.", uuid="t2")) == ["Two.", "Two."]


def test_one_uuid_for_different_deltas_loses_no_text() -> None:
    assert blocks(*(streamed(delta(words), uuid="u") for words in ("One ", "two."))) == ["One two."]


def transcript(value: Json, **more: object) -> Json:
    kept = {key: inner for key, inner in value.items() if key not in ("session_id", "parent_tool_use_id")}
    return {"parentUuid": None, "isSidechain": False, "sessionId": "s", "version": "2.1.1", **kept, **more}


def test_a_transcript_is_heard_without_its_side_lines() -> None:
    lines = [
        transcript(user("HIDDEN prompt")),
        transcript(said("One.")),
        transcript(said("HIDDEN", "side"), isSidechain=True),
        transcript(said("HIDDEN", "meta"), isMeta=True),
        transcript(said("HIDDEN", "error"), isApiErrorMessage=True),
        transcript(user("HIDDEN summary"), isCompactSummary=True),
        transcript(said("Two.", "m2")),
    ]
    assert blocks(*lines) == ["One.", "Two."]


def test_a_subagent_transcript_is_silent() -> None:
    assert blocks(*(transcript(said(f"HIDDEN {i}", str(i)), isSidechain=True) for i in range(3))) == []


WRONG: list[Any] = [None, 7, {}, [7], True]


def test_a_content_may_be_a_string() -> None:
    lines = [{"type": "assistant", "message": {"role": "assistant", "content": "Plain."}}]
    lines += [{"type": "assistant", "message": {"role": "assistant", "content": wrong}} for wrong in WRONG]
    lines += [assistant({"type": "text", "text": wrong}) for wrong in [*WRONG, ["HIDDEN"]]]
    lines += [{"type": "assistant", "message": wrong} for wrong in [*WRONG, "HIDDEN"]]
    assert blocks(*lines, {"type": "assistant"}) == ["Plain."]


def test_the_whole_verbose_log_may_be_one_array() -> None:
    lines = [
        {"type": "system", "subtype": "init"},
        said("One."),
        assistant(TOOL_USE),
        said("Two.", "m2"),
        result("Two."),
    ]
    assert blocks(line(lines)) == ["One.", "Two."]
    assert blocks(line(result("Only."))) == ["Only."]
