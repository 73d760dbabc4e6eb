"""Every other producer's lines, bare or behind SSE: what is heard of each."""

import pytest

from text.agent_lines import (
    MESSAGE_STOP,
    Json,
    api_stream,
    block_start,
    block_stop,
    blocks,
    delta,
    log,
    message_start,
    notices,
    said,
    sse,
    stop_reason,
    text_block,
)


@pytest.mark.parametrize(
    "wrap", [log, lambda *events: b": hello\n" + sse(*events, event="x") + b"id: 7\nretry: 3\n"]
)
def test_raw_anthropic_events(wrap: object) -> None:
    assert callable(wrap)
    thinking = {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "thinking_delta", "thinking": "HIDDEN"},
    }
    tool = {
        "type": "content_block_delta",
        "index": 2,
        "delta": {"type": "input_json_delta", "partial_json": "HIDDEN"},
    }
    citation = {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "citations_delta", "text": "HIDDEN"},
    }
    events = [
        message_start(),
        {"type": "ping"},
        *(block_start(0, "thinking"), thinking, delta("HIDDEN", 0), block_stop(0)),
        *(block_start(1), delta("Hel", 1), citation, delta("lo.", 1), block_stop(1)),
        *(block_start(2, "tool_use"), tool, block_stop(2)),
        stop_reason("tool_use"),
        MESSAGE_STOP,
    ]
    assert blocks(wrap(*events)) == ["Hello."]


def test_raw_anthropic_blocks_need_no_start() -> None:
    assert blocks(delta("Hel"), delta("lo.")) == ["Hello."]


def test_raw_anthropic_messages_may_say_the_same() -> None:
    assert blocks(*api_stream("Done."), *api_stream("Done.", message="m2")) == ["Done.", "Done."]


def test_raw_anthropic_messages_that_broke_off_are_not_repeated() -> None:
    broken = [message_start(), block_start(), delta("The answer")]
    assert "".join(blocks(*broken, *api_stream("The answer is.", message="m2"))) == "The answer is."


def test_raw_anthropic_error() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    assert blocks(message_start(), delta("Half"), error) == ["Half"]
    assert notices(message_start(), delta("Half"), error, error) == ["Overloaded"]


def test_whole_anthropic_message() -> None:
    content = [text_block("One."), {"type": "tool_use", "input": {"text": "HIDDEN"}}, text_block("Two.")]
    assert blocks({"type": "message", "role": "assistant", "content": content}) == ["One.", "Two."]
    assert blocks({"type": "message", "role": "user", "content": content}) == []


@pytest.mark.parametrize(
    ("seed", "heard"),
    [
        ({"content": [text_block("Hello world")]}, ["Hello world"]),
        ({"role": "assistant", "content": [text_block("Hello.")]}, ["Hello."]),
        ({"content": "Plain."}, ["Plain."]),
        ({"type": None, "content": "Plain."}, ["Plain."]),
        ({"role": "user", "content": "HIDDEN"}, []),
        ({"role": "tool", "content": [text_block("HIDDEN")]}, []),
        ({"content": None}, []),
        ({"content": 7}, []),
        ({"content": {"type": "text", "text": "HIDDEN"}}, []),
        ({"text": "HIDDEN"}, []),
        ({}, []),
    ],
)
def test_seed(seed: Json, heard: list[str]) -> None:
    assert blocks(seed) == heard
    assert blocks(seed, seed) == heard * 2


def gemini(words: str, role: str = "assistant", *, piece: bool = True) -> Json:
    return {"type": "message", "role": role, "content": words, **({"delta": True} if piece else {})}


def test_gemini_cli() -> None:
    lines = [
        {"type": "init", "session_id": "s", "model": "g"},
        gemini("HIDDEN", "user", piece=False),
        gemini("Hel"),
        gemini("lo."),
        {"type": "tool_use", "tool_name": "x", "parameters": {"text": "HIDDEN"}},
        {"type": "tool_result", "status": "success", "output": "HIDDEN"},
        gemini("More"),
        {"type": "result", "status": "success", "stats": {}},
        gemini("Whole", piece=False),
        gemini("Whole", piece=False),
    ]
    assert blocks(*lines) == ["Hello.", "More", "Whole", "Whole"]
    assert blocks(gemini("One"), {"type": "whatever"}, gemini("Two")) == ["One", "Two"]
    failed = {"type": "result", "status": "error", "error": {"type": "x", "message": "Quota."}}
    assert notices(gemini("One"), {"type": "error", "severity": "error", "message": "Quota."}, failed) == [
        "Quota."
    ]


def candidate(*parts: Json, finish: str | None = None) -> Json:
    return {"candidates": [{"content": {"role": "model", "parts": [*parts]}, "finishReason": finish}]}


def test_gemini_api() -> None:
    lines = [
        candidate({"text": "HIDDEN", "thought": True}, {"text": "Hel"}),
        candidate({"text": "lo."}, finish="STOP"),
    ]
    call = candidate({"functionCall": {"args": {"text": "HIDDEN"}}}, finish="STOP")
    assert blocks(*lines, call, candidate({"text": "More."})) == ["Hello.", "More."]
    assert blocks(sse(*lines)) == ["Hello."]


def opencode(words: str, part: str, **more: object) -> Json:
    body = {
        "id": part,
        "messageID": "msg_1",
        "type": "text",
        "text": words,
        "time": {"start": 1, "end": 2},
        **more,
    }
    return {"type": "text", "timestamp": 1, "sessionID": "ses_1", "part": body}


def test_opencode() -> None:
    lines = [
        {"type": "step_start", "part": {"type": "step-start"}},
        {"type": "reasoning", "part": {"id": "prt_0", "type": "reasoning", "text": "HIDDEN"}},
        opencode("One.", "prt_1"),
        opencode("One.", "prt_1"),
        opencode("HIDDEN", "prt_2", synthetic=True),
        {"type": "tool_use", "part": {"type": "tool", "state": {"output": "HIDDEN", "title": "HIDDEN"}}},
        opencode("One.", "prt_3"),
        {"type": "step_finish", "part": {"type": "step-finish", "reason": "stop"}},
    ]
    assert blocks(*lines) == ["One.", "One."]
    error = {"type": "error", "error": {"name": "ProviderAuthError", "data": {"message": "No key."}}}
    assert notices(error) == ["No key."]
    assert blocks({"type": "text", "text": "HIDDEN"}) == []


def cursor(words: str, **more: object) -> Json:
    message = {"role": "assistant", "content": [text_block(words)]}
    return {"type": "assistant", "message": message, "session_id": "s", **more}


CURSOR_TOOL = {"type": "tool_call", "subtype": "started", "call_id": "a\nb", "tool_call": {"text": "HIDDEN"}}
CURSOR_THOUGHT = {"type": "thinking", "subtype": "delta", "text": "HIDDEN", "session_id": "s"}


def test_cursor() -> None:
    end = {"type": "result", "subtype": "success", "is_error": False, "result": "One.Two."}
    whole = [cursor("One.", model_call_id="m", timestamp_ms=1), CURSOR_TOOL, cursor("Two."), end]
    assert blocks(CURSOR_THOUGHT, *whole) == ["One.", "Two."]
    partial = [
        *(cursor(piece, timestamp_ms=1) for piece in ("O", "ne.")),
        cursor("One.", model_call_id="m", timestamp_ms=1),
        CURSOR_TOOL,
        *(cursor(piece, timestamp_ms=1) for piece in ("T", "wo.")),
        cursor("Two."),
        end,
    ]
    assert blocks(CURSOR_THOUGHT, *partial) == ["One.", "Two."]
    assert blocks(*partial[2:4], cursor("One."), end) == ["One.", "One."]


def goose(words: str, message: str, role: str = "assistant") -> Json:
    return {"type": "message", "message": {"id": message, "role": role, "content": [text_block(words)]}}


def test_goose() -> None:
    lines = [
        goose("HIDDEN", "g0", "user"),
        goose("Hel", "g1"),
        goose("lo.", "g1"),
        {"type": "notification", "extension_id": "x", "log": {"message": "HIDDEN"}},
        goose("More.", "g2"),
        {"type": "complete", "total_tokens": 5},
    ]
    assert blocks(*lines) == ["Hello.", "More."]
    assert notices({"type": "error", "error": "Too bad."}) == ["Too bad."]


def test_amp_is_claude() -> None:
    assert blocks({**said("Hi."), "session_id": "T-1"}) == ["Hi."]


def pi(kind: str, *content: Json, role: str = "assistant") -> Json:
    return {"type": kind, "message": {"role": role, "content": [*content], "stopReason": "stop"}}


def test_pi() -> None:
    thought = {"type": "thinking", "thinking": "HIDDEN"}
    call = {"type": "toolCall", "arguments": {"text": "HIDDEN"}}
    lines = [
        pi("message_start", text_block("HIDDEN"), role="user"),
        pi("message_end", text_block("HIDDEN"), role="user"),
        pi("message_start", thought),
        *(pi("message_update", thought, text_block(text)) for text in ("H", "Hel", "Hello.")),
        pi("message_end", thought, text_block("Hello."), call),
        {"type": "turn_end", "message": {"role": "assistant", "content": [text_block("HIDDEN")]}},
        pi("message_start", text_block("Hello.")),
        pi("message_end", text_block("Hello.")),
        {"type": "agent_end", "messages": [{"role": "assistant", "content": [text_block("HIDDEN")]}]},
    ]
    assert blocks(*lines) == ["Hello.", "Hello."]


def copilot(kind: str, **data: object) -> Json:
    return {"type": kind, "data": data}


def test_copilot() -> None:
    deltas = [
        copilot("assistant.message_delta", messageId="1", deltaContent=piece) for piece in ("Hel", "lo.")
    ]
    full = copilot("assistant.message", messageId="1", content="Hello.", reasoningText="HIDDEN")
    sub = copilot("assistant.message", content="HIDDEN", parentToolCallId="x")
    assert blocks(copilot("user.message", content="HIDDEN"), *deltas, sub, full) == ["Hello."]
    assert blocks(full, full) == ["Hello.", "Hello."]
    assert blocks(copilot("assistant.reasoning_delta", deltaContent="HIDDEN"), full) == ["Hello."]


def test_ollama() -> None:
    def chat(done: bool, **message: str) -> Json:
        return {"model": "m", "message": {"role": "assistant", **message}, "done": done}

    lines = [
        chat(False, content="", thinking="HIDDEN"),
        chat(False, content="Hel"),
        chat(True, content="lo."),
    ]
    assert blocks(*lines, *lines) == ["Hello.", "Hello."]
    pieces = [{"response": "Hel", "done": False}, {"response": "lo.", "thinking": "HIDDEN", "done": True}]
    assert blocks(*pieces) == ["Hello."]
    assert notices({"error": "model not found"}) == ["model not found"]
