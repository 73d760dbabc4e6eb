"""The text in what a chat server answers: in pieces as they come, or all at once."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from typing import Any

from streamtts.engine import EngineError
from streamtts.web.event_stream import EventStream
from streamtts.web.quote import quoted
from streamtts.web.refusal import Refusing, complaint_of
from streamtts.web.server import Answer, Head, Patience
from streamtts.web.trouble import ConnectionLost, PostError

_END = b"[DONE]"
_FAREWELL_S = 0.25  # for the end of the body after the end of the answer: then the connection stays warm
_TEXT_TYPES = frozenset(("", "text/plain", "application/octet-stream"))


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer, or of what the model thinks before it."""

    text: str = ""
    thought: bool = False
    finish: str = ""


def deltas(head: Head, answer: Answer, patience: Patience, refusing: Refusing) -> Iterator[Delta]:
    """Raises PostError, and EngineError for what no chat server would say."""
    pieces = answer.pieces_within(patience)
    first = b""
    while not first.strip() and (more := next(pieces, b"")):
        first += more
    kind = _kind(head, first)
    if kind == "events":
        yield from _streamed(_messages(first, pieces), patience, refusing)
        with suppress(PostError):
            for _ in pieces:
                pass
    elif kind == "json":
        yield from _choice(_object(b"".join((first, *pieces)), refusing), refusing)
    else:
        said = refusing.saying(complaint_of(iter((first,))))
        raise EngineError(
            f"{refusing.name} sent {quoted(kind) or 'something'} that is no chat completion{said}: check url"
        )


def _kind(head: Head, first: bytes) -> str:
    """By what it is called, else by what it looks like."""
    header = Message()
    header["Content-Type"] = head.content_type
    name = header.get_content_type() if head.content_type else ""
    start = first.lstrip()[:6]
    if name == "text/event-stream":
        return "events"
    if name == "application/json" or name.endswith("+json"):
        return "events" if start.startswith(b"data:") else "json"
    if name in _TEXT_TYPES and start.startswith((b"data:", b"event:", b":")):
        return "events"
    if name in _TEXT_TYPES and start.startswith(b"{"):
        return "json"
    return name


def _messages(first: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    stream = EventStream()
    yield from stream.feed(first)
    for piece in pieces:
        yield from stream.feed(piece)
    yield from stream.finish()


def _streamed(messages: Iterator[bytes], patience: Patience, refusing: Refusing) -> Iterator[Delta]:
    """To its end, which some servers say twice and others once."""
    finished = False
    try:
        for message in messages:
            if message == _END:
                finished = True
                patience.renew(_FAREWELL_S)
                return
            for delta in _choice(_object(message, refusing), refusing):
                yield delta
                if delta.finish:
                    finished = True
                    patience.renew(_FAREWELL_S)
    except PostError:
        if not finished:
            raise
    if not finished:
        raise ConnectionLost("closed the connection in the middle")


def _object(body: bytes, refusing: Refusing) -> Mapping[str, Any]:
    if not body.strip():
        raise ConnectionLost("closed the connection without an answer")
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise _foreign(refusing, "broken JSON") from None
    if not isinstance(found, dict):
        raise _foreign(refusing, "JSON")
    if found.get("error") or found.get("object") == "error":
        said = refusing.saying(json.dumps(found))
        raise EngineError(f"{refusing.name} gave up{said}: try again later, or choose another model")
    return found


def _choice(found: Mapping[str, Any], refusing: Refusing) -> Iterator[Delta]:
    choices = found.get("choices")
    if choices == [] or (choices is None and "usage" in found):
        return  # figures, at the end
    try:
        choice = choices[0]  # type: ignore[index]
        said = choice.get("delta") or choice.get("message") or {}
        thought = said.get("reasoning_content") or said.get("reasoning") or ""
        text, refusal, finish = said.get("content"), said.get("refusal"), choice.get("finish_reason")
    except (TypeError, LookupError, AttributeError):
        raise _foreign(refusing, "JSON") from None
    if refusal and isinstance(refusal, str):
        raise EngineError(
            f'{refusing.name} refuses to translate, saying "{quoted(refusal)}": choose another model'
        )
    if isinstance(text, list):
        text = "".join(part.get("text") or "" for part in text if isinstance(part, dict) and _is_text(part))
    if not (isinstance(text, str | None) and isinstance(finish, str | None)):
        raise _foreign(refusing, "JSON")
    if thought:
        yield Delta(thought=True)
    if text or finish:
        yield Delta(text or "", finish=finish or "")


def _is_text(part: Mapping[str, Any]) -> bool:
    return part.get("type") == "text" and isinstance(part.get("text"), str)


def _foreign(refusing: Refusing, what: str) -> EngineError:
    return EngineError(f"{refusing.name} sent {what} that is no chat completion: check url")
