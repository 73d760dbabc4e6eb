"""A chat server that is busy, slow, endless or gone: one clear sentence, and the next one goes on."""

import socket
import threading

import pytest

from engines.speech_server import (
    HANG_S,
    Answer,
    Line,
    SpeechServer,
    complaint,
    cut_after,
    drip,
    hang_after,
    head,
    whole,
)
from streamtts.engine import Cancelled, EngineError, Ticket, Translator, TranslatorOptions
from streamtts.translators.openai import engine
from translators.openai.chat_server import (
    CLAUSES,
    EVENTS,
    TEXT,
    TOKENS,
    asked,
    clauses,
    event,
    events,
    failure,
    sent,
    streamed,
)
from translators.openai.conftest import Serve

HEAD = head(200, EVENTS)
CHUNKED = head(200, EVENTS, Transfer_Encoding="chunked")
BUSY = complaint(503, {"error": {"message": "loading the model"}})


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_a_server_that_is_busy_is_asked_again(serve: Serve, status: int) -> None:
    busy = complaint(status, {"error": {"message": "later"}})
    server, translator = serve(busy, busy, busy, streamed(TOKENS))
    assert clauses(translator) == CLAUSES
    assert len(asked(server)) == 4


def test_but_not_for_ever(serve: Serve) -> None:
    server, translator = serve(BUSY)
    assert 'cannot answer now (503), saying "loading the model": try again later' in failure(translator)
    assert len(asked(server)) == 4


def test_a_server_may_say_how_long_to_wait(serve: Serve) -> None:
    server, translator = serve(complaint(429, {}, Retry_After="1"), streamed(TOKENS))
    assert clauses(translator) == CLAUSES
    server, translator = serve(complaint(429, {}, Retry_After="3600"))
    assert "try again later" in failure(translator)
    assert len(asked(server)) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422])
def test_a_refusal_is_final(serve: Serve, status: int) -> None:
    server, translator = serve(complaint(status, {"error": {"message": "No such model.\n\x1b[31m"}}))
    said = failure(translator)
    assert 'saying "No such model. [31m"' in said
    assert "check " in said
    assert len(asked(server)) == 1


def test_money_that_has_run_out_is_not_waited_for(serve: Serve) -> None:
    message = {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}
    server, translator = serve(complaint(429, message))
    assert "has no credit left" in failure(translator)
    assert len(asked(server)) == 1


@pytest.mark.parametrize(
    "lost",
    [
        cut_after(b""),
        cut_after(HEAD),
        cut_after(HEAD + event({"content": "パー"})),  # no clause yet
        cut_after(head(200, EVENTS, Content_Length="9999") + event({"content": "パー"})),
        sent(events(TOKENS[:2], None)),
        whole(b"", content_type=EVENTS),
        whole(b"", content_type="application/json"),
    ],
)
def test_what_breaks_off_before_anything_is_said_is_asked_again(serve: Serve, lost: Answer) -> None:
    server, translator = serve(lost, lost, streamed(TOKENS))
    assert clauses(translator) == CLAUSES
    assert len(asked(server)) == 3


@pytest.mark.parametrize(
    "lost",
    [
        cut_after(HEAD + b"".join(events(TOKENS[:8], None))),
        cut_after(
            head(200, EVENTS, Transfer_Encoding="chunked") + b"fff\r\n" + b"".join(events(TOKENS[:8], None))
        ),
        sent(events(TOKENS[:8], None)),
    ],
)
def test_what_breaks_off_in_the_middle_is_not_begun_again(serve: Serve, lost: Answer) -> None:
    server, translator = serve(lost, streamed(TOKENS))
    found = translator.translate(TEXT, Ticket())
    assert next(found) == CLAUSES[0]
    with pytest.raises(EngineError, match="closed the connection in the middle"):
        list(found)
    assert len(asked(server)) == 1


PING = b": ping\n\n"
ROLE = event({"role": "assistant", "content": ""})


@pytest.mark.parametrize(
    "slow",
    [
        hang_after(b""),
        hang_after(HEAD),
        hang_after(HEAD + event({"content": "パー"})),
        hang_after(HEAD + b"".join(events(TOKENS[:8], None))),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(HEAD, PING),
        drip(HEAD, ROLE),
        drip(HEAD + event({"content": "パー"}), PING),
        drip(HEAD + b"data: ", b"x"),
        drip(HEAD, b"\r"),
        drip(HEAD, b" "),
        drip(head(200, "application/json"), b" "),
        drip(head(200, "application/json") + b'{"choices": [', b" "),
        drip(head(500, "text/plain"), b"x"),
    ],
    ids=str,
)
def test_a_slow_server_is_left(serve: Serve, slow: Answer) -> None:
    server, translator = serve(slow, first_timeout_s="0.4", next_timeout_s="0.4", connect_timeout_s="0.4")
    failure(translator)
    assert server.lost.wait(HANG_S)


def test_the_first_word_may_take_longer_than_the_next(serve: Serve) -> None:
    def answer(line: Line) -> None:
        line.send(HEAD)
        threading.Event().wait(0.6)
        line.send(b"".join(events(TOKENS[:8], None)))
        line.wait_until_lost()

    _, translator = serve(answer, first_timeout_s="30", next_timeout_s="0.3")
    found = translator.translate(TEXT, Ticket())
    assert next(found) == CLAUSES[0]
    with pytest.raises(EngineError, match=r"kept us waiting for 0\.3 s"):
        list(found)


def test_thinking_is_no_waiting(serve: Serve) -> None:
    def answer(line: Line) -> None:
        line.send(head(200, EVENTS, Connection="close"))
        for _ in range(10):
            threading.Event().wait(0.1)
            line.send(event({"reasoning_content": "hm "}))
        line.send(b"".join(events(TOKENS)))
        line.keep = False

    _, translator = serve(answer, first_timeout_s="0.5", next_timeout_s="0.5")
    assert clauses(translator) == CLAUSES


def test_a_pause_of_the_listener_is_not_held_against_the_server(serve: Serve) -> None:
    _, translator = serve(streamed(TOKENS), next_timeout_s="0.3")
    found = translator.translate(TEXT, Ticket())
    assert next(found) == CLAUSES[0]
    threading.Event().wait(0.5)
    assert list(found) == CLAUSES[1:]


WORD = event({"content": "あ"})
SHORT = {"max_tokens": "64"}


@pytest.mark.parametrize(
    ("endless", "said"),
    [
        (drip(HEAD, b"x" * 100_000, 0), "sends a line that does not end"),
        (drip(HEAD + b"data: ", b"x" * 100_000, 0), "sends a line that does not end"),
        (drip(HEAD, PING * 1000, 0), "sends far more"),
        (
            drip(HEAD, event({"reasoning_content": "hm " * 99}) * 99, 0),
            "sends far more",
        ),
        (drip(HEAD + event({"content": "<think>"}), event({"content": "hm " * 99}) * 9, 0), "sends far more"),
        (drip(head(200, "application/json"), b" " * 100_000, 0), "sends far more"),
        (drip(head(200, "application/json"), b"[" * 100_000, 0), "sends far more"),
        (drip(head(200, "text/html"), b"<p>" * 10_000, 0), "sent text/html that is no chat completion"),
        (drip(head(400, "text/plain"), b"no " * 1000, 0), "no no no"),
    ],
    ids=str,
)
def test_an_endless_answer_ends(serve: Serve, endless: Answer, said: str) -> None:
    server, translator = serve(endless, **SHORT)
    assert said in failure(translator)
    assert server.lost.wait(HANG_S)


def test_a_translation_without_end_is_cut_off(serve: Serve) -> None:
    server, translator = serve(drip(HEAD, WORD, 0), max_tokens="100000")
    assert clauses(translator) == ["あ" * (10 * len(TEXT) + 200)]
    assert server.lost.wait(HANG_S)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 " + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\0" * 100,
    ],
)
def test_what_does_not_speak_http_is_told(serve: Serve, rubbish: bytes) -> None:
    _, translator = serve(cut_after(rubbish))
    failure(translator)


def told(event_: threading.Event, answer: Answer) -> Answer:
    def telling(line: Line) -> None:
        event_.set()
        answer(line)

    return telling


@pytest.fixture
def ticket() -> Ticket:
    return Ticket()


def cancel_when(ready: threading.Event, ticket: Ticket) -> threading.Thread:
    def wait() -> None:
        ready.wait(HANG_S)
        ticket.cancel()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def ask(translator: Translator, ticket: Ticket, *, batch: bool) -> None:
    if batch:
        translator.translate_batch([TEXT] * 3, ticket)
    else:
        list(translator.translate(TEXT, ticket))


@pytest.mark.parametrize("so_far", [b"", HEAD, HEAD + WORD, HEAD + b"data: {"])
@pytest.mark.parametrize("batch", [False, True])
def test_a_cancel_hangs_up_at_once(serve: Serve, ticket: Ticket, so_far: bytes, batch: bool) -> None:
    ready = threading.Event()
    server, translator = serve(told(ready, hang_after(so_far)), first_timeout_s="600", next_timeout_s="600")
    thread = cancel_when(ready, ticket)
    with pytest.raises(Cancelled):
        ask(translator, ticket, batch=batch)
    thread.join()
    assert server.lost.wait(HANG_S)


def test_a_cancel_ends_the_wait_between_attempts(serve: Serve, ticket: Ticket) -> None:
    ready = threading.Event()
    _, translator = serve(told(ready, complaint(503, {}, Retry_After="29")))
    thread = cancel_when(ready, ticket)
    with pytest.raises(Cancelled):
        list(translator.translate(TEXT, ticket))
    thread.join()


def test_after_any_trouble_the_next_sentence_is_translated(serve: Serve) -> None:
    _, translator = serve(
        complaint(400, {"error": "no"}),
        hang_after(HEAD + WORD),
        drip(HEAD, PING * 1000, 0),
        whole(b"<html>", content_type="text/html"),
        streamed(TOKENS),
        next_timeout_s="0.4",
        **SHORT,
    )
    for _ in range(4):
        failure(translator)
    assert clauses(translator) == CLAUSES


def test_leaving_in_the_middle_leaves_nothing_behind(serve: Serve) -> None:
    _, translator = serve(hang_after(HEAD + b"".join(events(TOKENS[:8], None))), streamed(TOKENS))
    found = translator.translate(TEXT, Ticket())
    next(found)
    del found
    assert clauses(translator) == CLAUSES
    translator.close()
    assert not [each for each in threading.enumerate() if each.name in ("http-exchange", "chat-prefill")]


@pytest.fixture
def closed_port() -> int:
    with SpeechServer(whole(b"")) as server:
        return server.port


def test_a_server_that_is_not_there_is_told_when_it_is_chosen(closed_port: int) -> None:
    options = TranslatorOptions("en", "ja", "m", settings={"url": f"http://localhost:{closed_port}"})
    with pytest.raises(EngineError, match=rf"^localhost:{closed_port} takes no connections: check whether"):
        engine.create(options)


def test_a_server_that_cannot_be_reached_is_left_sooner_than_one_that_thinks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # which will never speak TLS
        name = f"127.0.0.1:{silent.getsockname()[1]}"
        settings = {"url": f"https://{name}", "connect_timeout_s": "0.3", "first_timeout_s": "600"}
        with pytest.raises(EngineError, match=rf"^{name} could not be reached for 0\.3 s"):
            engine.create(TranslatorOptions("en", "ja", "m", settings=settings))
