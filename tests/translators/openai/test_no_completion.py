"""What a chat server may send in place of a completion: told in one clear sentence."""

import gzip
import json

import pytest

from engines.speech_server import Answer, complaint, whole
from translators.openai.chat_server import (
    END,
    EVENTS,
    clauses,
    completion,
    event,
    failure,
    sent,
    streamed,
)
from translators.openai.conftest import Serve

NO_COMPLETION = "sent JSON that is no chat completion"


def data(value: object) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            whole(b"<html>Bad Gateway</html>", content_type="text/html"),
            "sent text/html that is no chat completion",
        ),
        (
            whole(b"<html>hello</html>", content_type=""),
            "sent something that is no chat",
        ),
        (whole(b"\x89PNG" + bytes(99), content_type="image/png"), "sent image/png"),
        (whole(b"hello", content_type="text/plain"), 'saying "hello": check url'),
        (whole(b"<html>", content_type="application/json"), "sent broken JSON"),
        (whole(b"<html>", content_type=EVENTS), "closed the connection in the middle"),
        (sent([b"data: {\n\n"]), "sent broken JSON"),
        (sent([b"data: " + b"[" * 100_000 + b"\n\n"]), "sent broken JSON"),
        (sent([b"data: " + b"9" * 10_000 + b"\n\n"]), "JSON"),
        (sent([b"data: \xff\xfe\n\n"]), "sent broken JSON"),
        (sent([data([1])]), NO_COMPLETION),
        (sent([data("hello")]), NO_COMPLETION),
        (sent([data({})]), NO_COMPLETION),
        (sent([data({"choices": None})]), NO_COMPLETION),
        (sent([data({"choices": {}})]), NO_COMPLETION),
        (sent([data({"choices": "no"})]), NO_COMPLETION),
        (sent([data({"choices": [7]})]), NO_COMPLETION),
        (sent([data({"choices": [{"delta": [1]}]})]), NO_COMPLETION),
        (sent([data({"choices": [{"delta": {"content": 7}}]})]), NO_COMPLETION),
        (
            sent([data({"choices": [{"delta": {"content": {"a": 1}}}]})]),
            NO_COMPLETION,
        ),
        (
            sent([data({"choices": [{"delta": {}, "finish_reason": 5}]})]),
            NO_COMPLETION,
        ),
        (completion(7), NO_COMPLETION),
        (
            sent([data({"error": {"message": "out of\nmemory"}})]),
            'gave up, saying "out of memory": try again',
        ),
        (sent([b'error: {"message": "old way"}\n\n']), NO_COMPLETION),
        (sent([data({"object": "error", "message": "too long"})]), 'gave up, saying "too long"'),
        (complaint(200, {"error": "no such model"}), 'gave up, saying "no such model"'),
        (streamed(["あ"], "length"), "set translators.openai.max_tokens higher"),
        (streamed(["<think>hm"], "length"), "only thought until it had to stop: switch its thinking off"),
        (sent([event({"reasoning_content": "hm"}), event({}, "length"), END]), "only thought until"),
        (streamed([], "content_filter"), "content filter"),
        (
            sent([event({"refusal": "I can't\x1b[0m help"}), END]),
            'refuses to translate, saying "I can\'t [0m help"',
        ),
        (whole(gzip.compress(b"{}"), content_type=EVENTS, Content_Encoding="gzip"), "sends compressed bytes"),
        (whole(b"", 204), "refuses (204)"),
    ],
    ids=str,
)
def test_what_is_no_completion_is_told(serve: Serve, answer: Answer, said: str) -> None:
    _, translator = serve(answer)
    assert said in failure(translator)


def test_what_it_says_may_hold_anything(serve: Serve) -> None:
    hostile = "\x1b[31m赤\x00\ud800\u202e、 −flag"
    _, translator = serve(completion(hostile))
    assert "".join(clauses(translator)) == hostile


def test_nothing_at_all_is_nothing(serve: Serve) -> None:
    _, translator = serve(streamed([]), streamed(["\n\n"]))
    assert clauses(translator) == clauses(translator) == []
