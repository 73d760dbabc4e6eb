"""One sentence, asked of a chat server: what is sent, what is believed of the answer, and asked again."""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from streamtts.engine import EngineError, Ticket
from streamtts.translation.clause_stream import clauses
from streamtts.translators.chat.answer import Delta, deltas
from streamtts.translators.chat.line import ChatLine
from streamtts.translators.chat.prompt import Prompt
from streamtts.translators.chat.thoughts import Thoughts
from streamtts.web.attempts import PAUSES_S, NotNow, attempts
from streamtts.web.refusal import complaint_of
from streamtts.web.server import Head, Patience, Server

Message = Mapping[str, str]

_BYTES_PER_TOKEN = 1 << 12  # each comes with its own envelope
_MOST_OTHER_BYTES = 1 << 16
_LONGEST_RATIO, _LONGEST_MORE = 10, 200  # what is longer is no translation, whatever the language
_NO_SYSTEM = re.compile(r"system\W+role|role\W+system|roles must alternate", re.IGNORECASE)
_LIMITS = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True, slots=True)
class ChatApi:
    """What is asked of the server, whatever the text."""

    model: str
    prompt: Prompt
    max_tokens: int = 1024
    thinks: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    pauses_s: tuple[float, ...] = PAUSES_S


class Chat:
    """Asks for sentences, from several threads if need be; learns what the server does not take."""

    def __init__(self, api: ChatApi, line: ChatLine) -> None:
        self._api = api
        self._line = line
        self._name = line.address.name
        self._fields = _fields(api)
        self._knows_system = True
        self._thinks_unopened = False

    def clauses(self, text: str, server: Server, ticket: Ticket) -> Iterator[str]:
        """Asked again only while nothing of it was heard."""
        return attempts(lambda: self._attempt(text, server, ticket), self._api.pauses_s, ticket)

    def prefill(self, text: str, server: Server, ticket: Ticket) -> None:
        """Lets the server read a text that is not complete; what it answers is of no interest."""
        body = self._body(text, complete=False) | {"stream": False}
        body |= {name: 1 for name in _LIMITS if name in body}
        with self._line.asking(server, body, ticket, _MOST_OTHER_BYTES) as answer:
            answer.head(Patience(self._line.first_timeout_s))
            for _ in answer.pieces():
                pass

    def _body(self, text: str, *, complete: bool = True) -> dict[str, Any]:
        messages = self._api.prompt.messages(text, complete=complete)
        if not self._knows_system:
            messages = _without_system(*messages)
        return {"model": self._api.model, "messages": messages, "stream": True} | self._fields

    def _attempt(self, text: str, server: Server, ticket: Ticket) -> Iterator[str]:
        with closing(self._spoken(text, server, ticket)) as spoken:
            yield from clauses(spoken)

    def _spoken(self, text: str, server: Server, ticket: Ticket) -> Generator[str, None, None]:
        spoken, finish = _Spoken(text, self._thinks_unopened), ""
        with closing(self._deltas(text, server, ticket)) as found:
            for delta in found:
                finish = finish or delta.finish
                yield spoken.feed(delta.text)
                if spoken.unopened and not self._thinks_unopened:
                    self._thinks_unopened = True
                    raise NotNow(self._thinking("thinks aloud before it translates"))
                if spoken.over:
                    return
        if finish == "content_filter":
            raise EngineError(f"{self._name} will not say this (content filter): choose another model")
        if finish == "length" and not spoken.begun:
            raise EngineError(self._thinking("only thought until it had to stop"))
        if finish == "length":
            raise EngineError(
                f"{self._name} stopped within a translation: set translators.openai.max_tokens higher"
            )
        yield spoken.finish()

    def _deltas(self, text: str, server: Server, ticket: Ticket) -> Generator[Delta, None, None]:
        body = self._body(text)
        patience = Patience(self._line.first_timeout_s)
        most_bytes = _BYTES_PER_TOKEN * self._api.max_tokens + _MOST_OTHER_BYTES
        with self._line.asking(server, body, ticket, most_bytes) as answer:
            head = answer.head(patience)
            if head.status != 200:
                raise self._refused(head, complaint_of(answer.pieces()), body)
            for delta in deltas(head, answer, patience, self._line.refusing):
                patience.renew(self._line.next_timeout_s)
                yield delta

    def _refused(self, head: Head, complaint: str, asked: Mapping[str, Any]) -> EngineError:
        """Not every server knows every field and role: what it does not take, it is not sent again."""
        error = self._line.refusing.error(head, complaint)
        if asked["messages"][0]["role"] == "system" and _NO_SYSTEM.search(complaint):
            self._knows_system = False
            return NotNow(str(error))
        if head.status not in (400, 422):
            return error
        fields = {name: value for name, value in asked.items() if name in self._fields}
        refused = next((name for name in fields if name in complaint and name not in self._api.extra), "")
        if refused and fields == self._fields:
            limit = fields.pop(refused)
            if refused == "max_tokens":
                fields["max_completion_tokens"] = limit
            self._fields = fields
        return NotNow(str(error)) if refused else error

    def _thinking(self, what: str) -> str:
        return f"{self._name} {what}: switch its thinking off there, or choose another model"


class _Spoken:
    """What of an answer is the translation: its first line, without thoughts, if it does not run away."""

    def __init__(self, source: str, thinks_unopened: bool) -> None:
        self._thoughts = Thoughts(source, begun=thinks_unopened)
        self._left = _LONGEST_RATIO * len(source) + _LONGEST_MORE
        self.begun = False
        self.over = False

    @property
    def unopened(self) -> bool:
        return self._thoughts.unopened

    def feed(self, text: str) -> str:
        return self._cut(self._thoughts.feed(text))

    def finish(self) -> str:
        return self._cut(self._thoughts.finish())

    def _cut(self, text: str) -> str:
        if not self.begun:
            text = text.lstrip()
            self.begun = bool(text)
        text, newline, _ = text.partition("\n")
        text = text[: self._left]
        self._left -= len(text)
        self.over = self.over or bool(newline) or self._left <= 0
        return text


def _without_system(task: Message, first: Message, *others: Message) -> list[Message]:
    """For models that know nobody besides a user and an assistant."""
    return [{**first, "content": f"{task['content']}\n\n{first['content']}"}, *others]


def _fields(api: ChatApi) -> dict[str, Any]:
    """Those that not every server knows."""
    fields: dict[str, Any] = {"temperature": 0, "max_tokens": api.max_tokens}
    if not api.thinks:
        fields["chat_template_kwargs"] = {"enable_thinking": False}
    return {name: value for name, value in {**fields, **api.extra}.items() if value is not None}
