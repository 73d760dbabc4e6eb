"""What a chat server answers, and what of it is the translation."""

import threading

import pytest

from engines.speech_server import HANG_S, Answer, Line, head
from streamtts.engine import Ticket
from translators.openai.chat_server import (
    CLAUSES,
    END,
    TEXT,
    TOKENS,
    asked,
    clauses,
    completion,
    event,
    events,
    sent,
    streamed,
)
from translators.openai.conftest import Serve


def test_it_says_what_the_server_says_in_clauses(serve: Serve) -> None:
    server, translator = serve(streamed(TOKENS))
    assert clauses(translator) == CLAUSES
    models, request = server.requests
    assert models.line == "GET /v1/models HTTP/1.1"
    assert request.line == "POST /v1/chat/completions HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert "authorization" not in request.headers
    body = request.json
    assert (body["model"], body["stream"], body["temperature"], body["max_tokens"]) == ("tiny", True, 0, 1024)
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert body["messages"][0]["role"] == "system"
    assert "Japanese" in body["messages"][0]["content"]
    assert TEXT in body["messages"][-1]["content"]


def test_the_first_clause_comes_while_the_server_goes_on(serve: Serve) -> None:
    more = threading.Event()

    def answer(line: Line) -> None:
        line.send(head(200, "text/event-stream", Connection="close"))
        for message in events(TOKENS):
            if message == END:
                more.wait(HANG_S)
            line.send(message)
        line.keep = False

    _, translator = serve(answer)
    found = translator.translate(TEXT, Ticket())
    assert next(found) == CLAUSES[0]
    more.set()
    assert list(found) == CLAUSES[1:]


def test_sentences_and_the_list_of_models_share_a_connection(serve: Serve) -> None:
    server, translator = serve(streamed(TOKENS))
    for _ in range(3):
        assert clauses(translator) == CLAUSES
    assert [request.connection for request in server.requests] == [0, 0, 0, 0]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_the_bytes_may_come_in_any_pieces(serve: Serve, size: int, ending: bytes) -> None:
    stream = b": ping\n\nevent: message\n" + b"".join(events(TOKENS))
    stream = stream.replace(b"\n", ending)
    _, translator = serve(sent(stream[at : at + size] for at in range(0, len(stream), size)))
    assert "".join(clauses(translator)) == "".join(CLAUSES)


@pytest.mark.parametrize(
    "answer",
    [
        completion("".join(TOKENS)),
        completion([{"type": "text", "text": "".join(TOKENS)}]),
        completion([{"type": "thinking", "thinking": []}, {"type": "text", "text": "".join(TOKENS)}]),
        streamed(TOKENS, content_type=""),
        streamed(TOKENS, content_type="text/plain"),
        streamed(TOKENS, content_type="application/json"),
        sent([*events(TOKENS)[:-1], b'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n', END]),
        sent([*events(TOKENS)[:-1]]),
        sent([*events(TOKENS, None), END]),
        sent([b"".join(events(TOKENS)).replace(b"\n\n", b"\n")]),
        sent([b"".join(events(TOKENS)).removesuffix(b"\n\n")]),
    ],
    ids=str,
)
def test_servers_have_several_ways_to_say_it(serve: Serve, answer: Answer) -> None:
    _, translator = serve(answer)
    assert "".join(clauses(translator)) == "".join(CLAUSES)


def test_thoughts_are_not_spoken(serve: Serve) -> None:
    thinking = [event({"reasoning_content": "Let me think, well."}), event({"reasoning": "Hm."})]
    _, translator = serve(
        sent([*thinking, *events(TOKENS)]),
        streamed(["<th", "ink>The user", " wants.\n", "</thi", "nk>\n\n", *TOKENS]),
        streamed(["\n<think>\n\n</think>\n\n", *TOKENS]),
        completion("<think>Let me see.</think>" + "".join(TOKENS), reasoning_content="Hm."),
        streamed(["[THINK]a[/THINK]", *TOKENS]),
    )
    for _ in range(5):
        assert "".join(clauses(translator)) == "".join(CLAUSES)


def test_a_thought_whose_beginning_the_server_hides_is_known_from_its_end(serve: Serve) -> None:
    answer = streamed(["I think about it", "</think>", *TOKENS])
    server, translator = serve(answer)
    for _ in range(2):
        assert "".join(clauses(translator)) == "".join(CLAUSES)
    assert len(asked(server)) == 3  # the first was asked again


def test_what_a_sentence_says_about_thoughts_is_no_thought(serve: Serve) -> None:
    _, translator = serve(streamed(["<think>", "の処理を", "直しました。"]))
    assert "".join(clauses(translator, "I fixed <think> handling.")) == "<think>の処理を直しました。"


def test_only_the_first_line_is_taken(serve: Serve) -> None:
    server, translator = serve(streamed(["\n", *TOKENS, "\n", "Note: I kept it short."] * 50))
    assert clauses(translator) == CLAUSES
    assert clauses(translator) == CLAUSES
    assert len(asked(server)) == 2
