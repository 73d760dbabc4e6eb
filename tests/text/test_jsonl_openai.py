"""OpenAI's streams, and Codex in its three ages: what is heard of each."""

from typing import Any

import pytest

from text.agent_lines import Json, blocks, delta, notices, sse


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


def test_logs_of_different_tools_may_follow_each_other() -> None:
    gemini = {"type": "message", "role": "assistant", "content": "Gemini", "delta": True}
    ollama = {"response": "Ollama", "done": False}
    unfinished = [delta("Raw"), chunk("Chat"), gemini, ollama, old("agent_message_delta", delta="Old")]
    assert blocks(*unfinished) == ["Raw", "Chat", "Gemini", "Ollama", "Old"]
