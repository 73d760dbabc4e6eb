"""A log as Claude Code writes it with --include-partial-messages: one line for every four characters."""

import itertools
import json
import uuid

PROSE = """I looked at the failing test first. The bug is in `src/core/parser.rs:142`, where the index is \
off by one, e.g. for an empty list. I have fixed it, and all 312 tests pass now in 3.5 s.

## What changed

- The parser keeps `line_start` across chunks, so **no token is lost**.
- A new test, `test_empty_list`, covers the case. See https://example.com/guide for the format.

```python
def parse(text: str) -> list[str]:
    return text.split()
```

Shall I also update the changelog? It mentions v2.13.0 only, etc. Nothing else depends on it.

"""
CHARACTERS_PER_DELTA = 4

_SESSION = "5d2f6c1e-8a9b-4c3d-9e7f-1a2b3c4d5e6f"
_line_number = itertools.count(1 << 80)


def delta_lines(repeats: int) -> list[bytes]:
    """Each repeat is one message, streamed in deltas and then told once more in full, as the tool does."""
    lines: list[bytes] = []
    for number in range(repeats):
        lines += _message(number)
    return lines


def _message(number: int) -> list[bytes]:
    identity = f"msg_{number:024d}"
    start = {"id": identity, "type": "message", "role": "assistant", "model": "claude", "content": []}
    lines = [
        _event({"type": "message_start", "message": start}),
        _event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
    ]
    for at in range(0, len(PROSE), CHARACTERS_PER_DELTA):
        delta = {"type": "text_delta", "text": PROSE[at : at + CHARACTERS_PER_DELTA]}
        lines.append(_event({"type": "content_block_delta", "index": 0, "delta": delta}))
    full = {**start, "content": [{"type": "text", "text": PROSE}]}
    return [
        *lines,
        _line({"type": "assistant", "message": full, "parent_tool_use_id": None, "uuid": identity}),
        _event({"type": "content_block_stop", "index": 0}),
        _event({"type": "message_delta", "delta": {"stop_reason": "tool_use"}}),
        _event({"type": "message_stop"}),
    ]


def _event(event: dict[str, object]) -> bytes:
    line = {"type": "stream_event", "event": event, "session_id": _SESSION, "parent_tool_use_id": None}
    return _line({**line, "uuid": str(uuid.UUID(int=next(_line_number)))})


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def delta_count(lines: list[bytes]) -> int:
    return sum(b'"text_delta"' in line for line in lines)
