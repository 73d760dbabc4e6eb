"""How each agent writes a call of a tool, and that it is named once."""

import pytest

from text.agent_lines import Json, said, sse, text_block
from text.streams import told


def chat(finish: str | None = None, identity: str = "c", **inner: object) -> Json:
    return {"id": identity, "choices": [{"index": 0, "delta": inner, "finish_reason": finish}]}


def chat_call(name: str | None, index: int | None = 0, identity: str | None = None) -> Json:
    function = {"arguments": "{"} if name is None else {"name": name, "arguments": ""}
    place = {} if index is None else {"index": index}
    return {
        "function": function,
        **place,
        **({} if identity is None else {"id": identity, "type": "function"}),
    }


def test_openai_chat() -> None:
    chunks = [
        chat(content="Let me look"),
        chat(tool_calls=[chat_call("get_weather", identity="a")]),
        chat(tool_calls=[chat_call(None)]),
        chat(tool_calls=[chat_call("get_weather")]),
        chat(tool_calls=[chat_call("get_time", 1)]),
        chat("tool_calls"),
        chat(tool_calls=[chat_call("get_weather", identity="b")], identity="d"),
        chat("tool_calls"),
        chat(content="Sunny."),
        chat("stop"),
    ]
    expected = ["Let me look.", "[get weather.]", "[get time.]", "[get weather.]", "Sunny.", "|"]
    assert told(*chunks) == told(sse(*chunks, "[DONE]")) == expected


def test_openai_chat_as_a_whole_and_its_old_ways() -> None:
    calls = [chat_call("get_weather", None, "a"), chat_call("get_time", None, "b")]
    message = {"role": "assistant", "content": None, "tool_calls": calls}
    assert told({"choices": [{"message": message, "finish_reason": "tool_calls"}]}) == [
        "[get weather.]",
        "[get time.]",
        "|",
    ]
    old = [
        chat(function_call={"name": "get_weather", "arguments": ""}),
        chat(function_call={"arguments": "{"}),
    ]
    assert told(*old, chat("function_call")) == ["[get weather.]", "|"]


def test_openai_responses() -> None:
    calls: list[Json] = [
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_weather", "arguments": ""},
        {"type": "web_search_call", "id": "ws_1"},
        {"type": "mcp_call", "id": "mcp_1", "server_label": "github", "name": "create_issue"},
        {"type": "custom_tool_call", "call_id": "call_2", "name": "apply_patch"},
        {"type": "function_call", "call_id": "call_3", "name": "get_weather"},
    ]
    silent: list[Json] = [
        {"type": kind} for kind in ("reasoning", "message", "mcp_list_tools", "function_call_output")
    ]
    items = [*calls, *silent]
    events = [
        {
            "type": f"response.output_item.{step}",
            "output_index": place,
            "item": {**item, "id": f"{step}{place}"},
        }
        for place, item in enumerate(items)
        for step in ("added", "done")
    ]
    completed = {"type": "response.completed", "response": {"output": items}}
    names = ["[get weather.]", "[web search.]", "[github create issue.]", "[apply patch.]", "[get weather.]"]
    assert told({"type": "response.created"}, *events, completed) == [*names, "|"]
    assert told(completed, completed) == [*names, *names[1:], "|"]


def item(step: str, kind: str, identity: str = "item_1", **more: object) -> Json:
    return {"type": f"item.{step}", "item": {"id": identity, "type": kind, **more}}


CODEX_DONE: Json = {"type": "turn.completed", "usage": {}}


@pytest.mark.parametrize(
    ("kind", "more", "spoken"),
    [
        ("command_execution", {"command": "rm -rf"}, "command execution."),
        ("file_change", {"changes": []}, "file change."),
        ("mcp_tool_call", {"server": "github", "tool": "create_issue"}, "github create issue."),
        ("collab_tool_call", {"tool": "spawn_agent"}, "spawn agent."),
        ("web_search", {"query": "x"}, "web search."),
        ("todo_list", {"items": []}, "todo list."),
    ],
)
def test_codex_exec(kind: str, more: Json, spoken: str) -> None:
    steps = [item(step, kind, **more) for step in ("started", "updated", "updated", "completed")]
    talk = item("completed", "agent_message", "item_2", text="Hm.")
    assert told(*steps[:1], talk, *steps[1:], CODEX_DONE) == [f"[{spoken}]", "Hm.", "|"]
    assert told(talk, steps[3], CODEX_DONE) == ["Hm.", f"[{spoken}]", "|"]


def test_codex_counts_its_items_anew_in_every_run() -> None:
    run = [item(step, "command_execution", "item_0") for step in ("started", "completed")]
    talk = item("completed", "agent_message", "item_1", text="Hm.")
    assert told(*run, talk, *run, talk, CODEX_DONE) == ["[command execution.]", "Hm."] * 2 + ["|"]
    half = [*run[:1], CODEX_DONE]
    assert told(*half, *half) == ["[command execution.]", "|"] * 2


def test_codex_items_that_are_no_calls() -> None:
    kinds = ("reasoning", "error", "plan", "agent_message", "future_thing")
    assert told(*(item("completed", kind) for kind in kinds), CODEX_DONE) == []


def test_codex_of_old_and_its_rollouts() -> None:
    old: list[Json] = [
        {"type": "exec_command_begin", "call_id": "a", "command": ["ls"]},
        {"type": "exec_command_end", "call_id": "a"},
        {"type": "mcp_tool_call_begin", "invocation": {"server": "github", "tool": "search"}},
        {"type": "patch_apply_begin"},
        {"type": "web_search_begin"},
    ]
    names = ["[exec command.]", "[github search.]", "[apply patch.]", "[web search.]", "|"]
    assert told(*({"id": "0", "msg": msg} for msg in old)) == names
    payloads: list[Json] = [
        {"type": "function_call", "name": "exec_command", "call_id": "a"},
        {"type": "function_call_output", "call_id": "a", "output": "x"},
        {"type": "custom_tool_call", "name": "apply_patch", "call_id": "b"},
        {"type": "local_shell_call", "call_id": "c"},
        {"type": "web_search_call"},
    ]
    lines = [{"type": "response_item", "payload": payload} for payload in payloads]
    assert told(*lines) == ["[exec command.]", "[apply patch.]", "[shell.]", "[web search.]", "|"]


def test_gemini_cli() -> None:
    lines: list[Json] = [
        {"type": "message", "role": "assistant", "content": "Let me look", "delta": True},
        {"type": "tool_use", "tool_name": "run_shell_command", "tool_id": "t_1", "parameters": {}},
        {"type": "tool_result", "tool_id": "t_1", "status": "success", "output": "HIDDEN"},
        {"type": "message", "role": "assistant", "content": "Done.", "delta": True},
    ]
    assert told(*lines) == ["Let me look.", "[run shell command.]", "Done.", "|"]


def test_gemini_api() -> None:
    parts = [{"text": "Let me look"}, {"functionCall": {"name": "get_weather", "args": {}}}]
    assert told({"candidates": [{"content": {"parts": parts}}]}) == ["Let me look.", "[get weather.]", "|"]


def test_opencode() -> None:
    part = {"type": "tool", "tool": "bash", "callID": "call_1", "state": {"status": "completed"}}
    line = {"type": "tool_use", "sessionID": "s", "part": part}
    assert told(said("Hm."), line, said("Oh.", uuid="2"), line) == ["Hm.", "[bash.]", "Oh.", "|"]


@pytest.mark.parametrize(
    ("call", "spoken"),
    [
        ({"shellToolCall": {"args": {"command": "ls"}}}, "shell."),
        ({"readToolCall": {"args": {"name": "no"}}, "hookStates": {}}, "read."),
        ({"mcpToolCall": {"args": {"name": "github-create_issue"}}}, "github create issue."),
        ({"mcpToolCall": {}}, "mcp."),
        ({"function": {"name": "get_weather", "arguments": "{}"}}, "get weather."),
        ({}, "Tool."),
    ],
)
def test_cursor(call: Json, spoken: str) -> None:
    steps = [
        {"type": "tool_call", "subtype": step, "call_id": "a\nb", "tool_call": call}
        for step in ("started", "completed")
    ]
    assert told(steps[0], said("Hm."), steps[1]) == [f"[{spoken}]", "Hm.", "|"]


def test_goose() -> None:
    request = {"status": "success", "value": {"name": "developer__shell", "arguments": {}}}
    content = [text_block("Let me look"), {"type": "toolRequest", "id": "r", "toolCall": request}]
    line = {"type": "message", "message": {"id": "m", "role": "assistant", "content": content}}
    answer = {"role": "user", "content": [{"type": "toolResponse", "id": "r"}]}
    assert told(line, {"type": "message", "message": answer}) == ["Let me look.", "[developer shell.]", "|"]


def test_pi() -> None:
    content = [text_block("Let me look"), {"type": "toolCall", "id": "t", "name": "bash", "arguments": {}}]
    message = {"role": "assistant", "content": content}
    lines = [
        {"type": kind, "message": message} for kind in ("message_update", "message_update", "message_end")
    ]
    assert told(*lines) == ["Let me look.", "[bash.]", "|"]


def test_copilot() -> None:
    def call(name: str, **more: object) -> Json:
        return {"type": "tool.execution_start", "data": {"toolCallId": name, "toolName": name, **more}}

    assert told(call("bash"), call("view", parentToolCallId="bash"), call("str_replace_editor")) == [
        "[bash.]",
        "[str replace editor.]",
        "|",
    ]


def test_ollama() -> None:
    calls: list[Json] = [
        {"function": {"name": name, "arguments": {}}} for name in ("get_weather", "get_time")
    ]
    message = {"role": "assistant", "content": "", "tool_calls": calls}
    assert told({"message": message, "done": False}) == ["[get weather.]", "[get time.]", "|"]


def test_whole_messages_of_the_api() -> None:
    call = {"type": "tool_use", "id": "t", "name": "get_weather", "input": {}}
    message = {"role": "assistant", "content": [text_block("Let me look"), call]}
    assert told({"type": "message", **message, "stop_reason": "tool_use"}) == [
        "Let me look.",
        "[get weather.]",
        "|",
    ]
    assert told({"content": message["content"]}) == ["Let me look.", "[get weather.]", "|"]
