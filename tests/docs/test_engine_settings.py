"""What the table of an engine may hold stands on the page of its kind."""

from collections.abc import Iterable
from pathlib import Path

from streamtts.engine import SynthesizerEngine, TranslatorEngine
from streamtts.registry import synthesizer, synthesizer_names, translator, translator_names

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
FOR_TESTS = {"mark"}


def missing(page: str, engines: Iterable[SynthesizerEngine | TranslatorEngine]) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        f"{engine.name}: {name}"
        for engine in engines
        for name in engine.settings or ()
        if engine.name not in FOR_TESTS and f"`{name}`" not in text
    ]


def test_settings_of_voices() -> None:
    assert missing("voices.md", map(synthesizer, synthesizer_names())) == []


def test_settings_of_translators() -> None:
    assert missing("translators.md", map(translator, translator_names())) == []
