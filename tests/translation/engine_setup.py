"""What each translator needs for the conformance suite: its options, and maybe a small model made for it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from streamtts.engine import TranslatorEngine, TranslatorOptions
from translators import tiny_models
from translators.llama import models as llama_models
from translators.openai.chat_server import chat_server, echoing


@contextmanager
def tiny_nllb(folder: Path) -> Iterator[TranslatorOptions]:
    for package in ("torch", "transformers"):
        pytest.importorskip(package, reason=f"{package}, which makes small models, is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMTTS_MODELS", str(folder / "models"))
        yield TranslatorOptions("en", "ja", str(tiny_models.nllb(folder / "tiny")))


@contextmanager
def converted_nllb(folder: Path) -> Iterator[TranslatorOptions]:
    with tiny_nllb(folder) as whole:
        from streamtts.translators.with_ctranslate2.conversion import convert

        (folder / "converted").mkdir(exist_ok=True)
        convert(Path(whole.model), folder / "converted", lambda _: None)
        yield TranslatorOptions("en", "ja", str(folder / "converted"))


@contextmanager
def local_chat_server(_folder: Path) -> Iterator[TranslatorOptions]:
    with chat_server(echoing) as server:
        yield TranslatorOptions("en", "ja", settings={"url": server.url})


# An engine that needs a model or a server gives them here, in a folder that it may fill.
PREPARED: dict[str, Callable[[Path], AbstractContextManager[TranslatorOptions]]] = {
    "bergamot": lambda _folder: nullcontext(TranslatorOptions("en", "pt")),
    "llama": llama_models.prepared,
    "nllb": tiny_nllb,
    "nllb-ct2": converted_nllb,
    "nllb-mlx": tiny_nllb,
    "openai": local_chat_server,
}


@contextmanager
def options(engine: TranslatorEngine, folder: Path) -> Iterator[TranslatorOptions]:
    pairs = (("en", "ja"), ("en", "fr"), ("en", "pt"), ("en", "en"))
    pair = next(pair for pair in pairs if engine.speaks(*pair))
    prepared = (
        PREPARED[engine.name](folder) if engine.name in PREPARED else nullcontext(TranslatorOptions(*pair))
    )
    with prepared as given:
        yield given


def reason_unasked(engine: TranslatorEngine) -> str | None:
    """Why the suite cannot ask it here."""
    if why := engine.missing():
        return why
    if engine.name in PREPARED or not engine.hosted:
        return None
    return f"{engine.name} needs a model, and nothing in tests/translation/engine_setup.py makes one"
