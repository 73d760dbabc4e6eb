"""Sound inside server-sent events, as some servers of OpenAI's speech interface stream it."""

import binascii
import json
from collections.abc import Iterator
from typing import Any

from streamtts.engine import EngineError
from streamtts.web.attempts import NotNow
from streamtts.web.event_stream import EventStream
from streamtts.web.refusal import Refusing

_LONGEST_EVENT_BYTES = 1 << 24  # a server that does not really stream puts all of it into one
_END = b"[DONE]"


def sound_of(pieces: Iterator[bytes], refusing: Refusing) -> Iterator[bytes]:
    """The bytes of sound in a body of events, which may also say in the middle that something went wrong."""
    events = EventStream(_LONGEST_EVENT_BYTES)
    for piece in pieces:
        for message in events.feed(piece):
            yield from _sound_in(message, refusing)
    for message in events.finish():
        yield from _sound_in(message, refusing)


def _sound_in(message: bytes, refusing: Refusing) -> Iterator[bytes]:
    if message == _END:
        return
    try:
        event: Any = json.loads(message)
        sound = event.get("audio") if isinstance(event, dict) else None
        data = sound.get("data") if isinstance(sound, dict) else sound
        heard = binascii.a2b_base64(data, strict_mode=True) if isinstance(data, str) else b""
    except (ValueError, RecursionError) as problem:
        raise EngineError(f"{refusing.name} sends events that make no sense: check its address") from problem
    if isinstance(event, dict) and (event.get("error") or str(event.get("type")).endswith(".error")):
        said = refusing.saying(message.decode(errors="replace"))
        raise NotNow(f"{refusing.name} broke off{said}: try again later")
    if heard:
        yield heard
