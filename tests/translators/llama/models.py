"""llama's optional packages, and a small model loaded with them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from streamtts.engine import Ticket, Translator, TranslatorOptions
from streamtts.translators.llama import engine
from translators.llama import tiny_gguf

CONTEXT = {"context": "16384"}  # every byte is a token of the small model


def skip_without_packages() -> None:
    for package in ("xllamacpp", "gguf"):
        pytest.importorskip(package, reason=f"{package} is not installed: make test-engines")


def options(model: Path, **settings: str) -> TranslatorOptions:
    return TranslatorOptions("en", "ja", str(model), settings=CONTEXT | settings)


@contextmanager
def loaded(model: Path, **settings: str) -> Iterator[Translator]:
    with closing(engine.create(options(model, **settings))) as translator:
        yield translator


def said(translator: Translator, text: str) -> str:
    return "".join(translator.translate(text, Ticket()))


@contextmanager
def prepared(folder: Path) -> Iterator[TranslatorOptions]:
    """For the conformance suite."""
    skip_without_packages()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMTTS_MODELS", str(folder / "models"))
        yield options(tiny_gguf.write(folder / "tiny.gguf"))
