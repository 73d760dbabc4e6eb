"""A real llama-server with a small random model, which a grammar makes say what looks like a translation."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from streamtts import models as known
from streamtts.engine import Cancelled, EngineError, Ticket, Translator, TranslatorOptions
from streamtts.translators.openai import engine
from translators.llama import models, tiny_gguf

PACKAGED = "qwen2.5-coder-1.5b-instruct-q4"
SENTENCES = ["The tests pass.", "I fixed the parser, and then the whole suite passed.", "Done."]
SHORT = r'root ::= "テスト" [a-z]{4,8} "、" [a-z]{4,8} "です。"'
LONG = 'root ::= some{50}\nsome ::= ("テスト、" | "です、"){50}'


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    models.skip_without_packages()
    with served(tiny_gguf.write(tmp_path_factory.mktemp("model") / "tiny.gguf"), 65536) as address:
        yield address


@contextmanager
def served(file: Path, context: int) -> Iterator[str]:
    import xllamacpp

    asked = xllamacpp.CommonParams()
    asked.model.path = str(file)
    asked.n_ctx, asked.n_parallel, asked.verbosity, asked.port = context, 4, -1, 0
    asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = 1
    server: Any = xllamacpp.Server(asked)
    yield str(server.listening_address)
    del server


@contextmanager
def created(url: str, grammar: str = SHORT, **settings: str) -> Iterator[Translator]:
    given = {"url": url, "extra": json.dumps({"grammar": grammar}), **settings}
    with closing(engine.create(TranslatorOptions("en", "ja", settings=given))) as translator:
        yield translator


def said(translator: Translator, text: str) -> list[str]:
    return list(translator.translate(text, Ticket()))


def test_it_comes_in_clauses_and_always_the_same(url: str) -> None:
    with created(url) as translator:
        for text in SENTENCES:
            first, second = said(translator, text)
            assert first.startswith("テスト")
            assert first.endswith("、")
            assert second.endswith("です。")
            assert said(translator, text) == [first, second]


def test_a_batch_is_the_same_as_one_by_one(url: str) -> None:
    with created(url, parallel="4") as translator:
        texts = SENTENCES * 4
        assert translator.translate_batch(texts, Ticket()) == ["".join(said(translator, t)) for t in texts]


def test_reading_ahead_changes_nothing(url: str) -> None:
    with created(url) as plain, created(url, prefill="on") as ahead:
        words = SENTENCES[1].split()
        for end in range(1, len(words)):
            ahead.prefix(" ".join(words[:end]))
        assert said(ahead, SENTENCES[1]) == said(plain, SENTENCES[1])


def test_a_cancel_frees_the_server(url: str) -> None:
    with created(url, LONG, parallel="4") as translator:
        for _ in range(8):  # more than it can do at once
            ticket = Ticket()
            clauses = translator.translate(SENTENCES[0], ticket)
            next(clauses)
            ticket.cancel()
            with pytest.raises(Cancelled):
                list(clauses)
    with created(url) as translator:
        assert len(said(translator, SENTENCES[0])) == 2


def test_an_answer_without_end_is_told(url: str) -> None:
    with (
        created(url, LONG, max_tokens="40") as translator,
        pytest.raises(EngineError, match=r"set translators\.openai\.max_tokens higher"),
    ):
        said(translator, SENTENCES[0])


def test_a_sentence_that_does_not_fit_is_refused_in_the_servers_words(url: str) -> None:
    with created(url) as translator:
        with pytest.raises(EngineError, match=r"refuses \(400\), saying .*context"):
            said(translator, "word " * 20_000)
        assert said(translator, SENTENCES[0])


def test_the_packaged_model_translates() -> None:
    models.skip_without_packages()
    try:
        file = known.path(PACKAGED)
    except EngineError as error:
        pytest.skip(str(error))
    with served(file, 8192) as url, created(url, "", first_timeout_s="300") as translator:
        clauses = said(translator, "I fixed the parser, and all 42 tests pass.")
    assert len(clauses) == 2
    assert "42" in clauses[1]
    assert "テスト" in clauses[1]
