"""The packaged model itself, where it has been pulled: what it says can be spoken, however it came."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from streamtts import _core, models
from streamtts.engine import EngineError, Ticket, Translator, TranslatorOptions
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.careful import Careful
from streamtts.translation.wording import Wording
from streamtts.translators.llama import DEFAULT_MODEL, engine
from streamtts.types import Sentence
from translators.llama.models import skip_without_packages

SENTENCES = [
    "I renamed load_all in src/store.py, and all 37 tests pass.",
    "The race condition in the cache is hard to reproduce.",
    "Shall I open a pull request?",
]


@pytest.fixture(scope="module")
def real() -> Iterator[Translator]:
    with _loaded() as translator:
        yield translator


@contextmanager
def _loaded(**settings: str) -> Iterator[Translator]:
    skip_without_packages()
    try:
        models.path(DEFAULT_MODEL)
    except EngineError as error:
        pytest.skip(str(error))
    with closing(engine.create(TranslatorOptions("en", "ja", settings=settings))) as translator:
        yield translator


def _careful(translator: Translator) -> Careful:
    wording = Wording("en", "ja", Lexicon.load())
    return Careful(translator, "llama", wording, placeholder=engine.placeholder, deadline_s=120)


@pytest.fixture
def careful(real: Translator) -> Careful:
    return _careful(real)


def said(careful: Careful, text: str) -> str:
    sentence = Sentence(1, 1, text, "stop", tuple(_core.protected_spans(text)), 0.0)
    return "".join(careful.translate(sentence, Ticket()))


def test_names_and_numbers_come_back(careful: Careful) -> None:
    translation = said(careful, SENTENCES[0])
    assert "load_all" in translation
    assert "src/store.py" in translation
    assert "37" in translation


def test_without_what_it_has_learnt_it_finds_terms_in_the_glossary() -> None:
    with _loaded(adapter="off") as untaught:
        assert "競合状態" in said(_careful(untaught), SENTENCES[1])


def test_a_question_stays_one(careful: Careful) -> None:
    assert said(careful, SENTENCES[2]).endswith(("か？", "か。"))


@pytest.mark.parametrize("text", SENTENCES)
def test_reading_ahead_changes_no_word(real: Translator, text: str) -> None:
    whole = "".join(real.translate(text, Ticket()))
    "".join(real.translate("Something else comes between.", Ticket()))
    for end in [place for place, char in enumerate(text) if char == " "]:
        real.prefix(text[:end])
    assert "".join(real.translate(text, Ticket())) == whole
