"""Lines as agents write them, and what the extractor makes of a log."""

import json
from collections.abc import Iterable
from typing import Any

from streamtts._core import Event, Extractor

Json = dict[str, Any]


def line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def log(*values: object) -> bytes:
    return b"".join(value if isinstance(value, bytes) else line(value) for value in values)


def sse(*values: Json | str, event: str = "") -> bytes:
    name = f"event: {event}\n".encode() if event else b""
    body = (value.encode() + b"\n" if isinstance(value, str) else line(value) for value in values)
    return b"".join(name + b"data: " + data + b"\n" for data in body)


def events(data: bytes | Iterable[bytes]) -> list[Event]:
    extractor = Extractor()
    found: list[Event] = []
    for chunk in [data] if isinstance(data, bytes) else data:
        found += extractor.feed(chunk)
    return found + extractor.finish()


def blocks(*values: object) -> list[str]:
    """The prose of a log, one string per continuous block."""
    return blocks_of(events(log(*values)))


def blocks_of(found: Iterable[Event]) -> list[str]:
    said = [""]
    for event in found:
        if event.kind == "text":
            said[-1] += event.text
        elif said[-1]:
            said.append("")
    return [block for block in said if block]


def notices(*values: object) -> list[str]:
    return [event.text for event in events(log(*values)) if event.kind == "notice"]


def kinds(*values: object) -> str:
    """The events as letters: t(ext), f(lush), n(otice), and | for the end of a turn."""
    return "".join("|" if event.kind == "turn" else event.kind[0] for event in events(log(*values)))


def text_block(words: str) -> Json:
    return {"type": "text", "text": words}


TOOL_USE: Json = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"text": "HIDDEN"}}


def assistant(*content: Json, message: str = "msg_1", **more: object) -> Json:
    body = {"id": message, "type": "message", "role": "assistant", "model": "claude-x", "content": [*content]}
    return {"type": "assistant", "message": body, "parent_tool_use_id": None, "session_id": "s", **more}


def said(words: str, message: str = "msg_1", **more: object) -> Json:
    return assistant(text_block(words), message=message, **more)


def user(content: object, **more: object) -> Json:
    message = {"role": "user", "content": content}
    return {"type": "user", "message": message, "parent_tool_use_id": None, "session_id": "s", **more}


TOOL_RESULT = user([{"type": "tool_result", "tool_use_id": "toolu_1", "content": "HIDDEN"}])


def result(words: str | None = None, **more: object) -> Json:
    base = {"is_error": False, "subtype": "success", "session_id": "s", "type": "result"}
    return {**base, **({} if words is None else {"result": words}), **more}


def streamed(event: Json, **more: object) -> Json:
    return {"type": "stream_event", "event": event, "session_id": "s", "parent_tool_use_id": None, **more}


def message_start(message: str = "msg_1") -> Json:
    return {"type": "message_start", "message": {"id": message, "role": "assistant", "content": []}}


def block_start(index: int = 0, kind: str = "text") -> Json:
    block = {"type": kind, "text": ""} if kind == "text" else {"type": kind}
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(words: str, index: int = 0) -> Json:
    return {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": words}}


def block_stop(index: int = 0) -> Json:
    return {"type": "content_block_stop", "index": index}


def stop_reason(reason: str | None = "end_turn") -> Json:
    return {"type": "message_delta", "delta": {"stop_reason": reason}}


MESSAGE_STOP: Json = {"type": "message_stop"}


def api_stream(*pieces: str, message: str = "msg_1", reason: str | None = "end_turn") -> list[Json]:
    """One whole message of one text block, as raw Messages events."""
    deltas = [delta(piece) for piece in pieces]
    end = [stop_reason(reason)] if reason else []
    return [message_start(message), block_start(), *deltas, block_stop(), *end, MESSAGE_STOP]


def claude_stream(*pieces: str, message: str = "msg_1", reason: str | None = "end_turn") -> list[Json]:
    """The same inside Claude Code's stream_event lines, with the full line that repeats the block."""
    lines = [streamed(event) for event in api_stream(*pieces, message=message, reason=reason)]
    place = 2 + len(pieces)
    return [*lines[:place], said("".join(pieces), message), *lines[place:]]
