"""Every other producer's lines, bare or behind SSE: what is heard of each."""

from typing import Any

import pytest

from text.agent_lines import (
    MESSAGE_STOP,
    Json,
    api_stream,
    block_start,
    block_stop,
    blocks,
    delta,
    line,
    log,
    message_start,
    notices,
    said,
    stop_reason,
    text_block,
)


def sse(*values: Json | str, event: str = "") -> bytes:
    name = f"event: {event}\n".encode() if event else b""
    body = (value.encode() + b"\n" if isinstance(value, str) else line(value) for value in values)
    return b"".join(name + b"data: " + data + b"\n" for data in body)


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


def chunk(content: str | None = None, index: int = 0, finish: str | None = None, **more: object) -> Json:
    inner = {**({} if content is None else {"content": content}), **more}
    choice = {"index": index, "delta": inner, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "choices": [choice]}


def test_openai_chat() -> None:
    chunks = [
        chunk("", role="assistant"),
        chunk(reasoning_content="HIDDEN", reasoning="HIDDEN"),
        chunk("Hel"),
        chunk("HIDDEN", index=1),
        chunk("lo."),
        chunk(tool_calls=[{"index": 0, "function": {"arguments": "HIDDEN"}}]),
        chunk(finish="tool_calls"),
        {"id": "c", "choices": [], "usage": {}},
    ]
    assert blocks(*chunks) == ["Hello."]
    assert blocks(sse(*chunks, "[DONE]"), chunk("Next.")) == ["Hello.", "Next."]
    whole = {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}}],
    }
    assert blocks(whole, whole) == ["Hi.", "Hi."]


def response(kind: str, **fields: object) -> Json:
    return {"type": f"response.{kind}", "item_id": "msg_1", "output_index": 0, "content_index": 0, **fields}


def message_item(text: str, item: str = "msg_1") -> Json:
    return {
        "type": "message",
        "id": item,
        "role": "assistant",
        "content": [{"type": "output_text", "text": text}],
    }


def closing(text: str, item: str = "msg_1", output: int = 0) -> list[Json]:
    place = {"item_id": item, "output_index": output}
    return [
        response("output_text.done", text=text, **place),
        response("content_part.done", part={"type": "output_text", "text": text}, **place),
        response("output_item.done", item=message_item(text, item), output_index=output),
    ]


SILENT_RESPONSE = [
    response("reasoning_text.delta", delta="HIDDEN"),
    response("reasoning_summary_text.delta", delta="HIDDEN"),
    response("function_call_arguments.delta", delta="HIDDEN"),
    response(
        "output_item.done", item={"type": "reasoning", "content": [{"type": "output_text", "text": "HIDDEN"}]}
    ),
]


def test_openai_responses() -> None:
    deltas = [response("output_text.delta", delta=piece) for piece in ("Hel", "lo.")]
    end = {"type": "response.completed", "response": {"output": [message_item("Hello.")]}}
    assert blocks(*SILENT_RESPONSE, *deltas, *closing("Hello."), end) == ["Hello."]
    assert blocks(*closing("Hello."), end) == ["Hello."]
    assert blocks(end) == ["Hello."]
    assert blocks(*deltas, *closing("Hello."), *closing("More.", "msg_2", 1)) == ["Hello.", "More."]
    both = [{"type": "response.created"}, *deltas, *closing("Hello."), end]
    assert blocks(*both, *both) == ["Hello.", "Hello."]


def test_openai_responses_with_a_new_item_id_in_every_event() -> None:
    deltas = [response("output_text.delta", delta=piece, item_id=piece) for piece in ("Hel", "lo.")]
    assert blocks(*deltas, *closing("Hello.", "other")) == ["Hello."]


def test_openai_refusal() -> None:
    lines = [response("refusal.delta", delta="I can't."), response("refusal.done", refusal="I can't.")]
    assert blocks(*lines) == ["I can't."]
    assert blocks(lines[1]) == ["I can't."]


def item(kind: str, /, state: str = "completed", **fields: Any) -> Json:
    return {"type": f"item.{state}", "item": {"id": "item_1", "type": kind, **fields}}


@pytest.mark.parametrize(
    "kind", ["reasoning", "todo_list", "web_search", "plan", "collab_tool_call", "error", "new"]
)
def test_codex_exec_other_items_are_silent(kind: str) -> None:
    fields: Json = {"text": "HIDDEN", "message": "HIDDEN", "items": [{"text": "HIDDEN"}]}
    assert blocks(item(kind, **fields), item("agent_message", text="Hi.")) == ["Hi."]
    assert notices(item(kind, **fields)) == []


def test_codex_exec_messages() -> None:
    turn = [
        {"type": "turn.started"},
        item("agent_message", text="Hi."),
        {"type": "turn.completed", "usage": {}},
    ]
    assert blocks({"type": "thread.started", "thread_id": "x"}, *turn, *turn) == ["Hi.", "Hi."]
    assert blocks({"type": "item.completed", "item": {"type": "agent_message", "text": "No id."}}) == [
        "No id."
    ]
    phases = [item("agent_message", text=phase, phase=phase) for phase in ("commentary", "final_answer")]
    assert blocks(*phases) == ["commentary", "final_answer"]


def test_codex_exec_item_that_never_completes() -> None:
    growing = [item("agent_message", "started", text="Ha"), item("agent_message", "updated", text="Half a")]
    assert blocks(*growing) == ["Half a"]
    assert blocks(*growing, item("agent_message", text="Half a sentence.")) == ["Half a sentence."]
    assert blocks(
        *growing, {"type": "item.completed", "item": {"type": "agent_message", "text": "Half a."}}
    ) == ["Half a."]


def test_codex_exec_failures() -> None:
    error = {"type": "error", "message": "stream disconnected"}
    failed = {"type": "turn.failed", "error": {"message": "stream disconnected"}}
    assert blocks(error, item("agent_message", text="Hi."), failed) == ["Hi."]
    assert notices(error, failed) == ["stream disconnected"]


def old(kind: str, **fields: object) -> Json:
    return {"id": "0", "msg": {"type": kind, **fields}}


def test_codex_of_old() -> None:
    end = old("task_complete", last_agent_message="Hello.")
    assert blocks(old("agent_reasoning", text="HIDDEN"), old("agent_message", message="Hello."), end) == [
        "Hello."
    ]
    deltas = [old("agent_message_delta", delta=piece) for piece in ("Hel", "lo.")]
    assert blocks(*deltas, old("agent_message", message="Hello."), end) == ["Hello."]
    assert blocks(*deltas, old("agent_message", message="Hello."), *deltas, end) == ["Hello.", "Hello."]
    assert blocks(old("agent_message", message="One."), old("agent_message", message="One.")) == [
        "One.",
        "One.",
    ]
    assert notices(old("error", message="Too bad.")) == ["Too bad."]


def rollout(kind: str, **payload: object) -> Json:
    return {"timestamp": "t", "type": kind, "payload": payload}


def test_codex_rollout_file() -> None:
    content = [{"type": "output_text", "text": "Hello."}]
    lines = [
        rollout("session_meta", instructions="HIDDEN"),
        rollout(
            "response_item", type="message", role="user", content=[{"type": "input_text", "text": "HIDDEN"}]
        ),
        rollout(
            "response_item",
            type="message",
            role="developer",
            content=[{"type": "output_text", "text": "HIDDEN"}],
        ),
        rollout("response_item", type="reasoning", summary=[{"type": "summary_text", "text": "HIDDEN"}]),
        rollout("event_msg", type="agent_message", message="Hello."),
        rollout("response_item", type="message", role="assistant", content=content),
        rollout("response_item", type="function_call_output", output="HIDDEN"),
        rollout("compacted", message="HIDDEN", replacement_history=[{"content": content}]),
    ]
    assert blocks(*lines) == ["Hello."]


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


def test_logs_of_different_tools_may_follow_each_other() -> None:
    unfinished = [
        delta("Raw"),
        chunk("Chat"),
        gemini("Gemini"),
        goose("Goose", "g"),
        old("agent_message_delta", delta="Old"),
    ]
    assert blocks(*unfinished) == ["Raw", "Chat", "Gemini", "Goose", "Old"]
