"""A hosted translator is one like any other, and its troubles cost one sentence."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket, Translator, TranslatorOptions
from streamtts.registry import TRANSLATORS
from streamtts.worker.guard import GuardedTranslator
from streamtts.worker.host import Limits
from streamtts.worker.hosted_translator import HostedTranslator
from worker.conftest import PATIENT
from worker.fake_translator import engine
from worker.registering import install
from worker.test_cancel import IMPATIENT, cancelled_while
from worker.test_trouble import QUICK
from worker.waiting import eventually, open_descriptors, runs

Start = Callable[..., HostedTranslator]
OPTIONS = TranslatorOptions("en", "ja", "a model", 2, {"x": "\x1b\0"})


@pytest.fixture(autouse=True)
def fake_translator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "translators"
    folder.mkdir()
    places = {"fake": "worker.fake_translator:engine", "voice": "worker.fake_engine:engine"}
    install(folder, places, distribution="fake_translators", group=TRANSLATORS)
    monkeypatch.syspath_prepend(str(folder))


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts hosted fakes. Afterwards they are closed, and have left nothing behind."""
    threads, descriptors = threading.active_count(), open_descriptors()
    started: list[HostedTranslator] = []

    def start_one(options: TranslatorOptions = OPTIONS, *, limits: Limits = PATIENT) -> HostedTranslator:
        started.append(HostedTranslator("fake", options, limits=limits))
        return started[-1]

    yield start_one
    for translator in started:
        translator.close()
    eventually(lambda: threading.active_count() == threads)
    assert open_descriptors() == descriptors


def clauses(translator: Translator, text: str) -> list[str]:
    return list(translator.translate(text, Ticket()))


def test_clauses_come_as_they_do_in_process(start: Start) -> None:
    hosted, ours = start(), GuardedTranslator("fake", engine, OPTIONS)
    for text in (
        "say one, ; say two",
        "",
        "say \N{ESCAPE}[31m\0",
        "surrogate",
        "say 日本" + "語" * 100_000,
        "options",
    ):
        assert clauses(hosted, text) == clauses(ours, text)


def test_a_clause_comes_before_the_next_is_asked_for(start: Start) -> None:
    pieces = start().translate("say one; cooperate", Ticket())
    assert next(pieces) == "one"


def test_a_batch_is_one_request_and_keeps_its_order_and_empty_texts(start: Start) -> None:
    translator = start()
    assert translator.translate_batch(["say a", "", "say b; say c"], Ticket()) == ["a", "", "bc"]
    assert translator.translate_batch([], Ticket()) == []
    assert clauses(translator, "count") == ["4"]


def test_a_batch_of_the_wrong_length_is_an_error(start: Start) -> None:
    translator = start()
    with pytest.raises(EngineError, match="it was given 1 sentences and returned 0"):
        translator.translate_batch(["short"], Ticket())
    assert clauses(translator, "say on") == ["on"]


def test_hints_arrive_before_the_sentence(tmp_path: Path, start: Start) -> None:
    translator, mark = start(), tmp_path / "mark"
    translator.prefix(f"touch {mark}")
    eventually(mark.exists)
    assert json.loads(clauses(translator, "hints")[0]) == [f"touch {mark}"]


def test_a_hint_that_is_overtaken_is_passed_over(tmp_path: Path, start: Start) -> None:
    translator, mark = start(), tmp_path / "mark"
    assert translator.pid is not None
    os.kill(translator.pid, signal.SIGSTOP)
    for number in range(50):
        translator.prefix(f"word {number}")
    translator.prefix(f"touch {mark}")
    os.kill(translator.pid, signal.SIGCONT)
    eventually(mark.exists)
    assert len(json.loads(clauses(translator, "hints")[0])) < 50


def test_a_hint_that_fails_or_is_endless_costs_nothing(start: Start) -> None:
    translator = start()
    for hint in ("raise no", "fail no", "quit 3", "x" * 1_000_000, "surrogate \ud800"):
        translator.prefix(hint)
        assert clauses(translator, "say on") == ["on"]


def test_hints_to_a_child_that_does_not_read_do_not_wait(start: Start) -> None:
    translator = start()
    assert translator.pid is not None
    os.kill(translator.pid, signal.SIGSTOP)
    for _ in range(2000):
        translator.prefix("words " * 100)
    os.kill(translator.pid, signal.SIGCONT)
    assert clauses(translator, "say on") == ["on"]


def test_a_hint_starts_no_child(start: Start) -> None:
    translator = start()
    assert translator.pid is not None
    os.kill(translator.pid, signal.SIGKILL)
    eventually(lambda: translator.pid is None)
    translator.prefix("The test")
    assert translator.pid is None
    assert clauses(translator, "say on") == ["on"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("fail the key is wrong: set FAKE_KEY", "the key is wrong: set FAKE_KEY"),
        ("raise no such\x1b[31m file", "the engine fake failed with ValueError: no such file; "),
        ("bytes", "the engine fake failed with TypeError: its translation is of type bytes, not text; "),
    ],
)
def test_errors_are_one_sentence_and_the_engine_lives_on(start: Start, command: str, message: str) -> None:
    translator = start()
    for ask in (clauses, lambda each, text: each.translate_batch([text], Ticket())):
        with pytest.raises(EngineError) as caught:
            ask(translator, command)
        assert str(caught.value).startswith(message) or command == "bytes"
    assert clauses(translator, "say on") == ["on"]


def test_a_crash_in_mid_sentence_is_named_and_the_next_sentence_translated(start: Start) -> None:
    translator = start()
    pieces = translator.translate("say one; signal SIGKILL", Ticket())
    assert next(pieces) == "one"
    with pytest.raises(EngineError, match=r"died in the middle of a sentence \(killed by SIGKILL\)"):
        next(pieces)
    assert clauses(translator, "count") == ["1"]


def test_hanging_is_ended_and_named(start: Start) -> None:
    translator = start(limits=QUICK)
    with pytest.raises(EngineError, match="gave no sign of life for 1 s and was ended"):
        clauses(translator, "sleep 1000")
    assert clauses(translator, "say on") == ["on"]


def test_a_cancel_frees_the_asker_and_a_deaf_child_is_replaced(start: Start) -> None:
    translator = start(limits=IMPATIENT)
    ticket, first = Ticket(), translator.pid
    cancelled_while(lambda: translator.translate_batch(["cooperate"], ticket), ticket)
    ticket = Ticket()
    cancelled_while(lambda: list(translator.translate("sleep 1000", ticket)), ticket)
    assert clauses(translator, "say on") == ["on"]
    assert first is not None
    assert not runs(first)
    with pytest.raises(Cancelled):
        next(translator.translate("say on", ticket))


@pytest.mark.parametrize(
    ("name", "message"),
    [("fakee", "no translator 'fakee': did you mean fake"), ("voice", "is no TranslatorEngine")],
)
def test_what_is_no_translator_is_one_sentence(name: str, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        HostedTranslator(name, OPTIONS, limits=PATIENT)


def test_a_start_that_fails_is_one_sentence(start: Start) -> None:
    with pytest.raises(EngineError, match=r"^no weights: fetch them$"):
        start(TranslatorOptions("en", "ja", settings={"start": "fail no weights: fetch them"}))


def test_what_is_no_text_is_an_error(start: Start) -> None:
    translator = start(limits=IMPATIENT)
    with pytest.raises(EngineError, match="sent what is no text"):
        clauses(translator, "garbage 0000000200000001" + "04ffff")
    assert clauses(translator, "say on") == ["on"]
