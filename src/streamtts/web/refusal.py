"""What a server says when it does not do what it was asked, and what that means for the user."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from streamtts.engine import EngineError
from streamtts.web.attempts import NotNow
from streamtts.web.quote import quoted
from streamtts.web.retry_after import seconds_of
from streamtts.web.server import Head
from streamtts.web.trouble import PostError

_MOST_COMPLAINT_BYTES = 1 << 13
_NO_CREDIT = "insufficient_quota"  # which comes as 429, but no waiting helps


@dataclass(frozen=True, slots=True)
class Refusing:
    """Puts the refusals of one server into words."""

    name: str
    key: str = field(repr=False)
    check: str  # the settings that may be wrong
    key_variable: str = "STREAMTTS_OPENAI_API_KEY"

    def error(self, head: Head, complaint: str) -> EngineError:
        name, said = self.name, self.saying(complaint)
        if _NO_CREDIT in complaint:
            return EngineError(f"{name} has no credit left for this key{said}: see to it there")
        if head.status in (408, 429) or head.status >= 500:
            pause_s = seconds_of(head.retry_after)
            return NotNow(f"{name} cannot answer now ({head.status}){said}: try again later", pause_s)
        if 300 <= head.status < 400:
            return EngineError(
                f"{name} sends us on to {quoted(head.location)}: if that is right, give it as url"
            )
        if head.status in (401, 403):
            return EngineError(f"{name} does not accept the key{said}: check {self.key_variable}")
        return EngineError(f"{name} refuses ({head.status}){said}: check {self.check}")

    def saying(self, complaint: str) -> str:
        """What the server says about it, ready to be put into a sentence."""
        text = message_of(complaint)
        if self.key:
            text = text.replace(self.key, "...")
        return f', saying "{quoted(text)}"' if quoted(text) else ""


def complaint_of(pieces: Iterator[bytes]) -> str:
    """The beginning of a body that is not what was asked for; what came of it will do."""
    body = b""
    with suppress(PostError):
        for piece in pieces:
            body += piece
            if len(body) >= _MOST_COMPLAINT_BYTES:
                break
    return body.decode(errors="replace")


def message_of(body: str) -> str:
    """The message in the JSON that such servers send, whichever of their forms it has."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "" if "<" in body else body
    for _ in range(4):
        if isinstance(found, list) and found:
            found = found[0]
        elif isinstance(found, dict):
            found = next((found[name] for name in ("error", "detail", "message", "msg") if name in found), "")
    return found if isinstance(found, str) else ""
