"""The rival: the extractor's rules in Python, on orjson, as somebody who cares about speed would write it.

It keeps the rules that the captured logs exercise, for the tools that they come from and a few more.
"""

import json
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]
_NO_RECORD: Record = {}
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
            "error": lambda line: self._notice(_error_text(line)),
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
            value = self._odd_line(line.strip())
        for record in value if isinstance(value, list) else (value,):
            if isinstance(record, dict):
                self._record(record)

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
        if not uuid:
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
        event = line.get("event") or _NO_RECORD
        kind = event.get("type")
        if kind == "content_block_delta":
            delta = event["delta"]
            if delta.get("type") == "text_delta":
                index = event.get("index", 0)
                if self._kinds.get(index, True):
                    self._hear(delta.get("text", ""))
        elif kind == "content_block_start":
            self._block_start(event)
        elif kind == "message_start":
            self._message_start(event)
        elif kind == "message_delta":
            self._finished = self._finished or event["delta"].get("stop_reason") is not None
        elif kind == "message_stop":
            self._in_text = self._open = False
            self._flush()

    def _message_start(self, event: Record) -> None:
        broken = self._heard and not self._finished
        self._replay = "".join(self._attempt) if broken else ""
        if broken:
            self._flush()
            self._heard.clear()
        self._message = event["message"].get("id")
        self._attempt = []
        self._kinds = {}
        self._in_text = self._finished = False
        self._open = self._active = True

    def _block_start(self, event: Record) -> None:
        is_text = event["content_block"]["type"] == "text"
        self._kinds[event.get("index", 0)] = is_text
        self._in_text = False
        self._active = True
        if not is_text:
            self._flush()
            return
        self._begin_block(self._message)
        self._hear(event["content_block"].get("text", ""))

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
        if not isinstance(message, dict) or line.get("isMeta") is True or self._is_repeat(line):
            return
        content = message.get("content")
        self._active = True
        if self._is_synthetic(line, message):
            return
        key = message.get("id", self)
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content or ():
            if block.get("type") == "text":
                self._full_text(block.get("text", ""), key)
            elif not self._open:
                self._flush()

    def _is_synthetic(self, line: Record, message: Record) -> bool:
        failed = line.get("isApiErrorMessage") or line.get("is_api_error_message") or line.get("error")
        if not failed and message.get("model") != "<synthetic>":
            return False
        self._synthetic = True
        if failed:
            self._notice(_first_text(message.get("content")))
        return True

    def _full_text(self, text: str, message: object) -> None:
        for place, (heard_in, pieces) in enumerate(self._heard):
            heard = _whole("".join(pieces))
            same = heard.strip() == _whole(text).strip()
            if same or (heard_in == message and _whole(text).startswith(heard)):
                del self._heard[place]
                self._in_text = False
                if not same:
                    self._say(_whole(text)[len(heard) :], message)
                return
        self._begin_block(message)
        self._say(text, message)

    def _user(self, line: Record) -> None:
        self._flush()
        if line.get("isReplay") is True or ("parentUuid" in line and _is_typed(line)):
            self._end_turn()

    def _result(self, line: Record) -> None:
        self._flush()
        if self._is_repeat(line):
            return
        text = line.get("result")
        failed = line.get("is_error") is True or str(line.get("subtype")).startswith("error")
        if failed or line.get("status") == "error":
            errors = line.get("errors") or [text or _subtype_words(line.get("subtype", ""))]
            self._notice(errors[-1])
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
                for block in inner.get("content") or ():
                    self._say(block.get("text", "") if block.get("type") == "text" else "", inner.get("id"))
        elif isinstance(line.get("content"), str):
            if line.get("role") == "user":
                self._end_turn()
            elif line.get("role") == "assistant":
                self._say(line["content"], "gemini" if line.get("delta") is True else line)
        elif line.get("role") == "assistant":
            self._untyped(line)

    def _codex_item(self, line: Record) -> None:
        item = line.get("item") or _NO_RECORD
        self._flush()
        self._active = True
        if item.get("type") == "agent_message":
            self._say(item.get("text", ""), line)
            self._flush()

    def _turn_failed(self, line: Record) -> None:
        self._notice(_error_text(line))
        self._end_turn()

    def _opencode_text(self, line: Record) -> None:
        part = line.get("part") or _NO_RECORD
        if (
            part.get("type") == "text"
            and not part.get("synthetic")
            and not self._is_repeat({"uuid": part.get("id")})
        ):
            self._begin_block(part.get("messageID"))
            self._say(part.get("text", ""), part.get("messageID"))

    def _opencode_step(self, line: Record) -> None:
        self._flush()
        if (line.get("part") or _NO_RECORD).get("reason") not in (None, "tool-calls"):
            self._end_turn()

    def _untyped(self, line: Record) -> None:
        if "choices" in line:
            for choice in line["choices"]:
                if choice.get("index", 0) == 0:
                    self._say((choice.get("delta") or _NO_RECORD).get("content") or "", line.get("id"))
                    if choice.get("finish_reason"):
                        self._end_turn()
        elif isinstance(line.get("done"), bool):
            self._say(
                (line.get("message") or _NO_RECORD).get("content") or line.get("response") or "", "ollama"
            )
            if line["done"]:
                self._end_turn()
        elif line.get("role") in (None, "assistant"):
            self._flush()
            content = line.get("content")
            self._say(content if isinstance(content, str) else _first_text(content), "seed")
            self._flush()


def _whole(text: str) -> str:
    return (
        text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    )


def _first_text(content: object) -> str:
    if isinstance(content, list):
        return next((str(b["text"]) for b in content if isinstance(b, dict) and b.get("type") == "text"), "")
    return content if isinstance(content, str) else ""


def _error_text(line: Record) -> str:
    error = line.get("error")
    message = error.get("message") if isinstance(error, dict) else error or line.get("message")
    return message if isinstance(message, str) else ""


def _subtype_words(subtype: str) -> str:
    return "Error: " + subtype.removeprefix("error_").replace("_", " ")


def _is_typed(line: Record) -> bool:
    content = (line.get("message") or _NO_RECORD).get("content")
    return isinstance(content, str) and line.get("isMeta") is not True
