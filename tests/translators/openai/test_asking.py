"""What a chat server is asked: where, by whom, for what, and for how much at once."""

import json
import threading

import pytest

from engines.speech_server import HANG_S, Line, complaint, whole
from streamtts.engine import EngineError, Ticket, TranslatorOptions
from streamtts.translators.openai import engine
from streamtts.web.openai import KEY_VARIABLES
from translators.openai.chat_server import (
    CLAUSES,
    TOKENS,
    asked,
    chat_server,
    clauses,
    completion,
    echoing,
    last_text,
    streamed,
)
from translators.openai.conftest import Serve


@pytest.mark.parametrize(
    ("path", "posted"),
    [
        ("", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/serve/llm", "/serve/llm/chat/completions"),
    ],
)
def test_the_address_may_be_the_server_or_all_of_it(serve: Serve, path: str, posted: str) -> None:
    server, translator = serve(streamed(TOKENS), path=path)
    clauses(translator)
    assert [request.line.split()[1] for request in server.requests] == [
        posted.replace("/chat/completions", "/models"),
        posted,
    ]


def test_the_model_that_is_asked_for_goes_before_the_setting_and_that_before_the_list() -> None:
    with chat_server(streamed(TOKENS)) as server:
        for options in (
            TranslatorOptions(
                "en", "ja", "qwen2.5:7b", settings={"url": server.url, "warm": "off", "model": "other"}
            ),
            TranslatorOptions("en", "ja", settings={"url": server.url, "warm": "off", "model": "other"}),
            TranslatorOptions("en", "ja", settings={"url": server.url, "warm": "off"}),
        ):
            translator = engine.create(options)
            clauses(translator)
            translator.close()
        assert [body["model"] for body in asked(server)] == ["qwen2.5:7b", "other", "tiny"]


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ({"data": [{"id": "a"}, {"id": "b"}]}, r"has several models \(a, b\): choose one with `--translator"),
        ({"data": []}, "names no model: choose one"),
        ({"data": [{"id": 7}]}, "names no model"),
        ({"models": None}, "names no model"),
        ([1, 2], "names no model"),
        ({"data": [{"id": "m\x1b[31m\n" + "x" * 500}, {"id": "b"}]}, "has several models"),
        (
            complaint(404, {"error": "nothing here"}),
            r'refuses \(404\), saying "nothing here": check url and model',
        ),
        (complaint(401, {"error": "who are you"}), "does not accept the key"),
        (whole(b"[" * 100_000, content_type="application/json"), "names no model"),
        (whole(b"<html>", content_type="text/html"), "names no model"),
    ],
)
def test_without_one_model_to_choose_it_says_so(serve: Serve, models: object, said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        serve(streamed(TOKENS), models=models)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_a_server_without_a_list_is_fine_if_the_model_is_given(serve: Serve) -> None:
    _, translator = serve(streamed(TOKENS), models=complaint(404, {}), model="m")
    assert clauses(translator) == CLAUSES


def test_a_batch_is_asked_side_by_side_and_keeps_its_order(serve: Serve) -> None:
    together = threading.Barrier(4)

    def answer(line: Line) -> None:
        together.wait(HANG_S)
        completion(f"[{last_text(line)[-2:]}]")(line)

    server, translator = serve(answer, parallel="4")
    texts = [f"Sentence {number:02}" for number in range(16)]
    assert translator.translate_batch(texts, Ticket()) == [f"[{text[-2:]}]" for text in texts]
    assert len({request.connection for request in server.requests}) == 4


def test_one_bad_sentence_of_a_batch_does_not_cost_the_others(serve: Serve) -> None:
    def answer(line: Line) -> None:
        if "bad" in last_text(line):
            complaint(400, {"error": "too bad"})(line)
        else:
            echoing(line)

    _, translator = serve(answer, parallel="2")
    made = translator.translate_batch(["bad one", "good two", "bad three", "good four"], Ticket())
    assert made[0] == made[2] == ""
    assert "good two" in made[1]
    assert "good four" in made[3]
    with pytest.raises(EngineError, match="too bad"):
        translator.translate_batch(["bad one", "bad two"], Ticket())


def test_a_batch_gives_up_when_nothing_succeeds(serve: Serve) -> None:
    server, translator = serve(complaint(400, {"error": "never"}), parallel="2")
    with pytest.raises(EngineError, match="never"):
        translator.translate_batch(["Sentence one."] * 100, Ticket())
    assert len(asked(server)) < 100


def test_the_examples_are_read_beforehand(serve: Serve) -> None:
    read = threading.Event()

    def answer(line: Line) -> None:
        completion("x", "length")(line)
        read.set()

    server, translator = serve(answer, streamed(TOKENS), warm="on")
    assert read.wait(HANG_S)
    assert clauses(translator) == CLAUSES
    warming, sentence = asked(server)
    assert warming["max_tokens"] == 1
    assert warming["messages"][:-1] == sentence["messages"][:-1]  # type: ignore[index]


def test_terms_that_small_models_get_wrong_are_noted(serve: Serve) -> None:
    server, translator = serve(streamed(TOKENS))
    clauses(translator, "I fixed the memory leak.")
    assert asked(server)[0]["messages"][-1]["content"] == "I fixed the memory leak(メモリリーク)."  # type: ignore[index]


def test_the_beginning_of_a_sentence_is_read_ahead_if_that_is_wanted(serve: Serve) -> None:
    read = threading.Event()

    def answer(line: Line) -> None:
        if line.request.json["max_tokens"] == 1:
            completion("x", "length")(line)
            read.set()
        else:
            streamed(TOKENS)(line)

    server, translator = serve(answer, prefill="on")
    translator.prefix("I fixed the")
    assert read.wait(HANG_S)
    assert clauses(translator) == CLAUSES
    hint, sentence = asked(server)
    assert (hint["stream"], hint["max_tokens"]) == (False, 1)
    assert hint["messages"][:-1] == sentence["messages"][:-1]  # type: ignore[index]


def test_a_sentence_does_not_wait_for_the_reading_ahead(serve: Serve) -> None:
    begun = threading.Event()

    def answer(line: Line) -> None:
        if line.request.json["max_tokens"] == 1:
            begun.set()
            line.wait_until_lost()
        else:
            streamed(TOKENS)(line)

    server, translator = serve(answer, prefill="on")
    translator.prefix("I fixed")
    assert begun.wait(HANG_S)
    assert clauses(translator) == CLAUSES
    assert server.lost.wait(HANG_S)


def test_hints_ask_nothing_unless_that_is_wanted(serve: Serve) -> None:
    server, translator = serve(streamed(TOKENS))
    translator.prefix("I fixed")
    assert clauses(translator) == CLAUSES
    assert len(asked(server)) == 1


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            {"max_completion_tokens": 1024, "max_tokens": None},
        ),
        ("Unrecognized request argument supplied: chat_template_kwargs", {"chat_template_kwargs": None}),
        ("Unsupported value: 'temperature' does not support 0 with this model.", {"temperature": None}),
    ],
)
def test_what_a_server_does_not_take_is_not_sent_again(
    serve: Serve, message: str, fields: dict[str, object]
) -> None:
    server, translator = serve(complaint(400, {"error": {"message": message}}), streamed(TOKENS))
    assert clauses(translator) == clauses(translator) == CLAUSES
    assert len(asked(server)) == 3
    for body in asked(server)[1:]:
        assert {name: body.get(name) for name in fields} == fields


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    "why", ["System role not supported", "Conversation roles must alternate user/assistant"]
)
def test_a_model_that_knows_no_system_is_told_its_task_by_the_user(
    serve: Serve, status: int, why: str
) -> None:
    server, translator = serve(complaint(status, {"error": {"message": why}}), streamed(TOKENS))
    assert clauses(translator) == clauses(translator) == CLAUSES
    refused, *taken = (body["messages"] for body in asked(server))
    assert len(taken) == 2
    for messages in taken:
        assert [each["role"] for each in messages[:2]] == ["user", "assistant"]  # type: ignore[index]
        assert messages[0]["content"].startswith(refused[0]["content"])  # type: ignore[index]
        assert messages[1:] == refused[2:]  # type: ignore[index]


def test_more_fields_can_be_sent_and_ours_left_out(serve: Serve) -> None:
    extra = {"top_k": 1, "temperature": None, "chat_template_kwargs": {"x": True}}
    server, translator = serve(streamed(TOKENS), extra=json.dumps(extra), max_tokens="99")
    clauses(translator)
    (body,) = asked(server)
    assert "temperature" not in body
    assert (body["top_k"], body["chat_template_kwargs"], body["max_tokens"]) == (1, {"x": True}, 99)


@pytest.mark.parametrize("name", KEY_VARIABLES)
def test_the_key_comes_from_the_environment(serve: Serve, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "sk-one")
    server, translator = serve(streamed(TOKENS))
    clauses(translator)
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer sk-one"}
    assert "sk-one" not in repr(vars(translator))


def test_a_key_that_the_server_repeats_is_not_shown(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLES[0], "sk-one-two")
    _, translator = serve(complaint(400, {"error": "the key sk-one-two is wrong"}))
    with pytest.raises(EngineError, match=r"the key \.\.\. is wrong") as caught:
        clauses(translator)
    assert "sk-one" not in str(caught.value)


def test_nobody_is_led_to_another_server(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLES[0], "sk-one")
    with chat_server(streamed(TOKENS)) as elsewhere:
        for status in (301, 302, 307, 308):
            _, translator = serve(whole(b"", status, Location=f"{elsewhere.url}/v1/chat/completions"))
            with pytest.raises(EngineError, match=r"sends us on to http://127\.0\.0\.1.*give it as url"):
                clauses(translator)
        assert elsewhere.requests == []


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(EngineError, match=r"^api\.openai\.com needs a key: set .* STREAMTTS_OPENAI_API_KEY"):
        engine.create(TranslatorOptions("en", "ja"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"modle": "x"}, "no setting 'modle': did you mean model"),
        ({"key": "sk-secret"}, "no setting 'key'"),
        ({"parallel": "many"}, r"translators\.openai\.parallel is 'many': give a number from 1 to 256"),
        ({"next_timeout_s": "0"}, "give a number from 0.1 to 600"),
        ({"thinking": "maybe"}, "choose from on, off"),
        ({"extra": "top_k=1"}, "must be more fields of the request"),
        ({"extra": "[]"}, "must be more fields of the request"),
        ({"extra": '{"messages": []}'}, "must be more fields of the request"),
        ({"url": "ftp://x"}, r"translators\.openai\.url is no address"),
        ({"url": "http://example.com/v1"}, "unencrypted"),
    ],
)
def test_wrong_settings_are_told(settings: dict[str, str], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        engine.create(TranslatorOptions("en", "ja", settings={"url": "http://localhost:1", **settings}))


def test_it_describes_itself() -> None:
    assert engine.cloud
    assert not engine.hosted
    assert engine.missing() is None
    assert engine.speaks("en", "ja")
    assert not engine.speaks("ja", "ja")


def test_a_text_without_words_asks_nothing(serve: Serve) -> None:
    server, translator = serve(streamed(TOKENS))
    assert [clauses(translator, text) for text in ("", " \n", "\0\ud800", "...")] == [[], [], [], ["..."]]
    assert asked(server) == []


def test_a_hostile_text_arrives_as_data(serve: Serve) -> None:
    server, translator = serve(streamed(TOKENS))
    clauses(translator, 'a"}\r\nHost: evil\x1b[31m \ud800 --flag 日本 \u200d')
    assert asked(server)[0]["messages"][-1]["content"].endswith(  # type: ignore[index]
        'a"}  Host: evil [31m   --flag 日本 \u200d'
    )
