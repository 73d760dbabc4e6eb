"""Chat servers on this machine: their answers, whole and hostile."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress

import pytest

from engines.speech_server import Answer, Line, SpeechServer, head, whole
from streamtts.engine import EngineError, Ticket, Translator

TEXT = "I fixed the parser, and the tests pass."
TOKENS = ["パー", "サー", "を", "修正", "し", "、", "テスト", "も", "通り", "ました", "。"]
CLAUSES = ["パーサーを修正し、", "テストも通りました。"]
MODELS = {"object": "list", "data": [{"id": "tiny", "object": "model"}]}
EVENTS = "text/event-stream; charset=utf-8"
END = b"data: [DONE]\n\n"


def chat_server(*answers: Answer, models: object = MODELS) -> SpeechServer:
    """One that has a list of models, and gives `answers` to what else it is asked."""
    row = list(answers)
    listing = models if callable(models) else whole(json.dumps(models).encode(), 200, "application/json")

    def answer(line: Line) -> None:
        if line.request.line.startswith("GET "):
            listing(line)
        else:
            (row.pop(0) if len(row) > 1 else row[0])(line)

    return SpeechServer(answer)


def asked(server: SpeechServer) -> list[dict[str, object]]:
    """The bodies of what it was asked to complete."""
    return [request.json for request in server.requests if request.line.startswith("POST ")]


def last_text(line: Line) -> str:
    return str(line.request.json["messages"][-1]["content"])


def event(delta: Mapping[str, object], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"object": "chat.completion.chunk", "choices": [choice]}
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def events(pieces: Iterable[str], finish: str | None = "stop") -> list[bytes]:
    """As llama-server sends them."""
    first, last = event({"role": "assistant", "content": None}), event({}, finish)
    return [first, *(event({"content": piece}) for piece in pieces), *([last, END] if finish else [])]


def streamed(pieces: Iterable[str], finish: str | None = "stop", content_type: str = EVENTS) -> Answer:
    return sent(events(pieces, finish), content_type)


def sent(messages: Iterable[bytes], content_type: str = EVENTS) -> Answer:
    def answer(line: Line) -> None:
        line.send(head(200, content_type, Transfer_Encoding="chunked"))
        for message in messages:
            line.send(b"%x\r\n%s\r\n" % (len(message), message))
        line.send(b"0\r\n\r\n")

    return answer


def completion(text: object, finish: str = "stop", **more: object) -> Answer:
    """All at once."""
    message = {"role": "assistant", "content": text, **more}
    body = {"object": "chat.completion", "choices": [{"message": message, "finish_reason": finish}]}
    return whole(json.dumps(body).encode(), 200, "application/json")


def echoing(line: Line) -> None:
    """Translates as somebody would who only knows how to put words between marks."""
    words = f"<{last_text(line)}>".split(" ")
    pieces = [word if not at else f" {word}" for at, word in enumerate(words)]
    with suppress(OSError):
        streamed(pieces)(line)


def clauses(translator: Translator, text: str = TEXT) -> list[str]:
    return list(translator.translate(text, Ticket()))


def failure(translator: Translator, text: str = TEXT) -> str:
    """What the user reads."""
    with pytest.raises(EngineError) as caught:
        clauses(translator, text)
    said = str(caught.value)
    assert said.isprintable()
    assert said.startswith("127.0.0.1:")
    assert len(said) < 500
    return said
