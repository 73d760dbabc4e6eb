"""What every translator must do; docs/engines.md says it in words."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket, Translator, TranslatorEngine, TranslatorOptions
from streamtts.registry import translator, translator_names
from translation.engine_setup import options, reason_unasked

HEAVY = {"torch", "transformers", "numpy", "ctranslate2", "mlx", "xllamacpp", "asyncio"}
HANG_S = 20.0
SENTENCES = ["The tests pass.", "I fixed the parser, and then the whole suite passed.", "Done."]
HOSTILE = [
    "",
    " ",
    "\0",
    "\ud800 one",
    "\x1b[31mred",
    "--help",
    "word " * 300,
    "x" * 3000,
    "、。",
    "{}%s`id`",
    "𝄞",
]


@pytest.fixture(scope="module", params=translator_names())
def engine(request: pytest.FixtureRequest) -> TranslatorEngine:
    found = translator(request.param)
    if why := reason_unasked(found):
        pytest.skip(why)
    return found


@pytest.fixture(scope="module")
def asked(engine: TranslatorEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TranslatorOptions]:
    with options(engine, tmp_path_factory.mktemp(engine.name)) as given:
        yield given


@pytest.fixture(scope="module")
def loaded(engine: TranslatorEngine, asked: TranslatorOptions) -> Iterator[Translator]:
    created = engine.create(asked)
    yield created
    created.close()


def said(loaded: Translator, text: str) -> str:
    return "".join(loaded.translate(text, Ticket()))


@pytest.mark.parametrize("name", translator_names())
def test_it_describes_itself_without_loading_anything_heavy(name: str) -> None:
    script = (
        "import sys; from streamtts.registry import translator; "
        f"e = translator({name!r}); e.missing(); e.speaks('en', 'ja'); "
        "print(*{module.partition('.')[0] for module in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert HEAVY.isdisjoint(done.stdout.split())
    described = translator(name)
    assert described.name == name
    assert described.summary
    assert described.licence
    assert "{}" in described.placeholder or not described.placeholder


def test_clauses_make_a_sentence_and_always_the_same(loaded: Translator) -> None:
    for text in SENTENCES:
        clauses = list(loaded.translate(text, Ticket()))
        assert all(clauses)
        assert "".join(clauses) == said(loaded, text)


def test_a_batch_keeps_the_order_and_the_number(loaded: Translator) -> None:
    batch = loaded.translate_batch([*SENTENCES, ""], Ticket())
    assert len(batch) == len(SENTENCES) + 1
    assert batch[:3] == [said(loaded, text) for text in SENTENCES]
    assert loaded.translate_batch([], Ticket()) == []


def test_hints_change_nothing_but_time(loaded: Translator) -> None:
    text = SENTENCES[1]
    alone = said(loaded, text)
    for end in range(0, len(text), 7):
        loaded.prefix(text[:end])
    assert said(loaded, text) == alone
    for hint in HOSTILE:
        loaded.prefix(hint)
    assert said(loaded, text) == alone


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_hostile_text_is_translated_or_refused_and_the_next_goes_on(loaded: Translator, text: str) -> None:
    for batch in (False, True):
        try:
            whole = loaded.translate_batch([text], Ticket())[0] if batch else said(loaded, text)
        except EngineError as error:
            whole = str(error)
            assert "\n" not in whole
        assert isinstance(whole, str)
    assert said(loaded, SENTENCES[0])


def test_a_cancelled_ticket_ends_it(loaded: Translator) -> None:
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(loaded.translate(SENTENCES[0], ticket))
    with pytest.raises(Cancelled):
        loaded.translate_batch(SENTENCES, ticket)
    assert said(loaded, SENTENCES[0])


def test_leaving_in_the_middle_harms_nothing(loaded: Translator) -> None:
    whole = said(loaded, SENTENCES[1])
    pieces = loaded.translate(SENTENCES[1], Ticket())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert said(loaded, SENTENCES[1]) == whole


def test_an_unknown_setting_is_refused(engine: TranslatorEngine, asked: TranslatorOptions) -> None:
    with pytest.raises(EngineError, match="no_such_setting"):
        engine.create(replace(asked, settings={**asked.settings, "no_such_setting": "1"})).close()


def test_closing_gives_back_threads_and_may_be_done_twice(
    engine: TranslatorEngine, asked: TranslatorOptions
) -> None:
    before = set(threading.enumerate())
    created = engine.create(asked)
    said(created, SENTENCES[0])
    created.close()
    created.close()
    begun = set(threading.enumerate()) - before
    for thread in begun:
        thread.join(HANG_S)  # a server that stands in for a real one ends its part, too
    assert not any(map(threading.Thread.is_alive, begun))
