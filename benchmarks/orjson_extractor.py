"""The rival: the extractor's rules in Python, on orjson, as somebody who cares about speed would write it.

It knows the tools that the captured logs come from and a few more; like ours, it trusts no field's type.
"""

import json
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import orjson

from agent_fields import (
    Record,
    blocks,
    error_text,
    first_text,
    is_typed,
    record_of,
    subtype_words,
    text_of,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDS = (".", "!", "?", "\n", "。", "！", "？")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_SEEN = 8192


class OrjsonExtractor:
    """Bytes in any chunking to (kind, text, turn) events."""

    def __init__(self) -> None:
        self._tail = b""
        self._out: list[tuple[str, str, int]] = []
        self._turn = 1
        self._active = self._spoke = self._noticed = self._synthetic = False
        self._said = ""  # the last piece since the last flush
        self._half = ""  # a high surrogate that waits for its other half
        self._block: object = None
        self._message: object = None
        self._heard: list[tuple[object, list[str]]] = []  # streamed, not yet confirmed
        self._attempt: list[str] = []
        self._replay = ""
        self._finished = self._open = self._in_text = False
        self._kinds: dict[int, bool] = {}
        self.lines = self.events = self.skipped = 0
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._handlers: dict[str, Callable[[Record], None]] = {
            "stream_event": self._stream_event,
            "assistant": self._assistant,
            "user": self._user,
            "result": self._result,
            "message": self._typed_message,
            "item.completed": self._codex_item,
            "turn.completed": lambda _: self._end_turn(),
            "turn.failed": self._turn_failed,
            "text": self._opencode_text,
            "step_finish": self._opencode_step,
            "tool_use": lambda _: self._flush(),
            "tool_call": lambda _: self._flush(),
            "tool_result": lambda _: self._flush(),
            "complete": lambda _: self._end_turn(),
            "error": lambda line: self._notice(error_text(line)),
        }

    def feed(self, data: bytes) -> list[tuple[str, str, int]]:
        lines = (self._tail + data).split(b"\n")
        self._tail = lines.pop()
        for line in lines:
            self._line(line)
        out, self._out = self._out, []
        return out

    def finish(self) -> list[tuple[str, str, int]]:
        self._line(self._tail)
        self._flush()
        out = self._out
        self.__init__()  # type: ignore[misc]
        return out

    # One line

    def _line(self, line: bytes) -> None:
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            line = line.strip()
            if not line:
                return
            value = self._odd_line(line)
        known = False
        for record in value if type(value) is list else (value,):
            if type(record) is dict:
                known = True
                self._record(record)
        self.lines += 1
        if known:
            self.events += 1
        else:
            self.skipped += 1

    def _odd_line(self, line: bytes) -> Any:
        line = line.removeprefix(b"\xef\xbb\xbf").removeprefix(b"data:").lstrip()
        if line == b"[DONE]":
            self._end_turn()
        try:
            return (
                json.loads(line.decode("utf-8", "replace"), strict=False)
                if line.startswith((b"{", b"["))
                else None
            )
        except (ValueError, RecursionError):
            return None

    def _record(self, line: Record) -> None:
        if line.get("parent_tool_use_id") is not None or line.get("isSidechain") is True:
            return
        kind = line.get("type")
        if kind is None:
            self._untyped(line)
            return
        if self._block == "gemini" and kind != "message":
            self._flush()
        handler = self._handlers.get(kind) if isinstance(kind, str) else None
        if handler is not None:
            handler(line)

    # What every format shares

    def _say(self, text: str, block: object) -> None:
        if not text:
            return
        if self._half or not text.isascii():
            text = self._joined(text)
        if block != self._block:
            self._flush()
            self._block = block
        if not text or (not self._said and text.isspace()):
            return
        self._said = text
        self._active = self._spoke = True
        self._out.append(("text", text, self._turn))

    def _joined(self, text: str) -> str:
        text = self._half + text
        self._half = ""
        if _LONE_SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
            if "\ud800" <= text[-1] <= "\udbff":
                text, self._half = text[:-1], text[-1]
            text = _LONE_SURROGATE.sub("\ufffd", text)
        return text

    def _begin_block(self, block: object) -> None:
        if block != self._block or self._said.endswith(_ENDS):
            self._flush()
        self._block = block

    def _flush(self) -> None:
        self._half = ""
        if self._said:
            self._said = ""
            self._out.append(("flush", "", self._turn))

    def _notice(self, text: str) -> None:
        if self._noticed:
            return
        self._flush()
        self._noticed = self._active = True
        line = re.sub(r"[\x00-\x1f\x7f]", " ", text.strip().partition("\n")[0].partition('{"')[0])[:200]
        self._out.append(("notice", line.rstrip(" :") or "The agent reported an error.", self._turn))

    def _end_turn(self) -> None:
        self._flush()
        if self._active:
            self._out.append(("turn", "", self._turn))
            self._turn += 1
        self._active = self._spoke = self._noticed = self._synthetic = False

    def _is_repeat(self, line: Record) -> bool:
        uuid = line.get("uuid")
        if type(uuid) is not str:
            return False
        if uuid in self._seen:
            return True
        self._seen[uuid] = None
        if len(self._seen) > _MAX_SEEN:
            self._seen.popitem(last=False)
        return False

    # Claude Code and its like

    def _stream_event(self, line: Record) -> None:
        if self._is_repeat(line):
            return
        event = record_of(line.get("event"))
        kind = event.get("type")
        if kind == "content_block_delta":
            delta = record_of(event.get("delta"))
            if delta.get("type") == "text_delta":
                index = event.get("index")
                if self._kinds.get(index if type(index) is int else 0, True):
                    self._hear(text_of(delta.get("text")))
        elif kind == "content_block_start":
            self._block_start(event)
        elif kind == "message_start":
            self._message_start(event)
        elif kind == "message_delta":
            self._finished = self._finished or record_of(event.get("delta")).get("stop_reason") is not None
        elif kind == "message_stop":
            self._in_text = self._open = False
            self._flush()

    def _message_start(self, event: Record) -> None:
        broken = self._heard and not self._finished
        self._replay = "".join(self._attempt) if broken else ""
        if broken:
            self._flush()
            self._heard.clear()
        self._message = text_of(record_of(event.get("message")).get("id"))
        self._attempt = []
        self._kinds = {}
        self._in_text = self._finished = False
        self._open = self._active = True

    def _block_start(self, event: Record) -> None:
        block = record_of(event.get("content_block"))
        index = event.get("index")
        is_text = block.get("type") == "text"
        self._kinds[index if type(index) is int else 0] = is_text
        self._in_text = False
        self._active = True
        if not is_text:
            self._flush()
            return
        self._begin_block(self._message)
        self._hear(text_of(block.get("text")))

    def _hear(self, text: str) -> None:
        if not text:
            return
        if not self._in_text:
            self._heard.append((self._message, []))
            self._in_text = True
        self._heard[-1][1].append(text)
        self._attempt.append(text)
        if not self._replay:
            self._say(text, self._message)
        elif self._replay.startswith(text):
            self._replay = self._replay[len(text) :]
        elif text.startswith(self._replay):
            text, self._replay = text[len(self._replay) :], ""
            self._say(text, self._message)
        else:
            self._replay = ""
            self._flush()
            self._say("".join(self._attempt), self._message)

    def _assistant(self, line: Record) -> None:
        message = line.get("message")
        if type(message) is not dict or message.get("role") not in (None, "assistant"):
            return
        if line.get("isMeta") is True or self._is_repeat(line):
            return
        content = message.get("content")
        self._active = True
        if self._is_synthetic(line, message):
            return
        key: object = text_of(message.get("id")) or object()
        for block in blocks(content):
            if block.get("type") == "text":
                self._full_text(text_of(block.get("text")), key)
            elif not self._open:
                self._flush()

    def _is_synthetic(self, line: Record, message: Record) -> bool:
        failed = line.get("isApiErrorMessage") or line.get("is_api_error_message") or line.get("error")
        if not failed and message.get("model") != "<synthetic>":
            return False
        self._synthetic = True
        if failed:
            self._notice(first_text(message.get("content")))
        return True

    def _full_text(self, text: str, message: object) -> None:
        for place, (heard_in, pieces) in enumerate(self._heard):
            heard = whole("".join(pieces))
            same = heard.strip() == whole(text).strip()
            if same or (heard_in == message and whole(text).startswith(heard)):
                del self._heard[place]
                self._in_text = False
                if not same:
                    self._say(whole(text)[len(heard) :], message)
                return
        self._begin_block(message)
        self._say(text, message)

    def _user(self, line: Record) -> None:
        self._flush()
        if line.get("isReplay") is True or ("parentUuid" in line and is_typed(line)):
            self._end_turn()

    def _result(self, line: Record) -> None:
        self._flush()
        if self._is_repeat(line):
            return
        text = line.get("result")
        failed = line.get("is_error") is True or str(line.get("subtype")).startswith("error")
        if failed or line.get("status") == "error":
            errors = line.get("errors")
            reason = errors[-1] if type(errors) is list and errors else text
            self._notice(text_of(reason) or subtype_words(text_of(line.get("subtype"))))
        elif isinstance(text, str) and not self._spoke and not self._synthetic:
            self._say(text, line)
        self._heard.clear()
        self._attempt = []
        self._replay = ""
        self._in_text = self._open = self._finished = False
        self._end_turn()

    # The others

    def _typed_message(self, line: Record) -> None:
        inner = line.get("message")
        if isinstance(inner, dict):
            if inner.get("role") == "assistant":
                for block in blocks(inner.get("content")):
                    if block.get("type") == "text":
                        self._say(text_of(block.get("text")), text_of(inner.get("id")))
                    else:
                        self._flush()
        elif isinstance(line.get("content"), str):
            if line.get("role") == "user":
                self._end_turn()
            elif line.get("role") == "assistant":
                self._say(line["content"], "gemini" if line.get("delta") is True else line)
        elif line.get("role") == "assistant":
            self._untyped(line)

    def _codex_item(self, line: Record) -> None:
        item = record_of(line.get("item"))
        self._flush()
        self._active = True
        if item.get("type") == "agent_message":
            self._say(text_of(item.get("text")), line)
            self._flush()

    def _turn_failed(self, line: Record) -> None:
        self._notice(error_text(line))
        self._end_turn()

    def _opencode_text(self, line: Record) -> None:
        part = record_of(line.get("part"))
        if (
            part.get("type") == "text"
            and not part.get("synthetic")
            and not self._is_repeat({"uuid": part.get("id")})
        ):
            self._begin_block(text_of(part.get("messageID")))
            self._say(text_of(part.get("text")), text_of(part.get("messageID")))

    def _opencode_step(self, line: Record) -> None:
        self._flush()
        if record_of(line.get("part")).get("reason") not in (None, "tool-calls"):
            self._end_turn()

    def _untyped(self, line: Record) -> None:
        if "choices" in line:
            for choice in blocks(line["choices"]):
                if choice.get("index", 0) == 0:
                    self._say(text_of(record_of(choice.get("delta")).get("content")), text_of(line.get("id")))
                    if choice.get("finish_reason"):
                        self._end_turn()
        elif isinstance(line.get("done"), bool):
            message = record_of(line.get("message"))
            self._say(text_of(message.get("content")) or text_of(line.get("response")), "ollama")
            if line["done"]:
                self._end_turn()
        elif line.get("role") in (None, "assistant"):
            self._flush()
            for block in blocks(line.get("content")):
                if block.get("type") == "text":
                    self._begin_block("seed")
                    self._say(text_of(block.get("text")), "seed")
                else:
                    self._flush()
            self._flush()
