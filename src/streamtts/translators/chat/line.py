"""How a chat server is reached, and what its models are called."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from streamtts.engine import EngineError, Ticket
from streamtts.web.address import WebAddress
from streamtts.web.attempts import NotNow
from streamtts.web.openai import headers_with
from streamtts.web.quote import quoted
from streamtts.web.refusal import Refusing, complaint_of
from streamtts.web.server import Answer, Patience, Server
from streamtts.web.trouble import ConnectionLost, PostError

ENDPOINT = "/chat/completions"
_MODELS = "/models"
_MOST_LIST_BYTES = 1 << 20
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class ChatLine:
    """Opens connections to one server, and says in words why one fails."""

    address: WebAddress
    key: str = field(repr=False)
    connect_timeout_s: float = 5.0
    first_timeout_s: float = 20.0
    next_timeout_s: float = 10.0

    @property
    def refusing(self) -> Refusing:
        return Refusing(self.address.name, self.key, "url and model")

    def server(self) -> Server:
        longest_s = max(self.first_timeout_s, self.next_timeout_s)
        return Server(self.address, timeout_s=longest_s, connect_timeout_s=self.connect_timeout_s)

    @contextmanager
    def asking(
        self, server: Server, body: Mapping[str, Any] | None, ticket: Ticket, most_bytes: int
    ) -> Iterator[Answer]:
        """For a completion; without a body for the list of models."""
        name, path = self.address.name, self.address.path
        data = None if body is None else json.dumps(body).encode()
        if body is None:
            before, _, query = path.rpartition(ENDPOINT)
            path = f"{before}{_MODELS}{query}"
        try:
            with server.ask(path, headers_with(self.key), data, ticket, most_bytes=most_bytes) as answer:
                yield answer
        except ConnectionLost as problem:
            raise NotNow(f"{name} {problem}: check whether it is well") from problem
        except PostError as problem:
            raise EngineError(f"{name} {problem}") from problem


def model_at(line: ChatLine, server: Server, wanted: str) -> str:
    """The model that is wanted, or the only one there is; raises EngineError if the server is not well."""
    with line.asking(server, None, Ticket(), _MOST_LIST_BYTES) as answer:
        head = answer.head(Patience(line.first_timeout_s))
        if head.status != 200 and (head.status in (401, 403) or not wanted):
            raise line.refusing.error(head, complaint_of(answer.pieces()))
        names = _names(b"".join(answer.pieces())) if head.status == 200 else []
    if wanted or len(names) == 1:
        return wanted or names[0]
    what = f"has several models ({quoted(', '.join(names[:_MOST_NAMES]))})" if names else "names no model"
    raise EngineError(f"{line.address.name} {what}: choose one with `--translator openai:MODEL`")


def _names(body: bytes) -> list[str]:
    try:
        found = json.loads(body)
        names = [each["id"] for each in found["data"]]
    except (ValueError, RecursionError, TypeError, LookupError):
        return []
    return [name for name in names if isinstance(name, str)]
