"""nllb-mlx: NLLB-200 on Apple silicon, through MLX; on Linux for tests, since MLX is slow on a CPU."""

import platform
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions
from streamtts.errors import UsageError
from streamtts.synthesizers import packages
from streamtts.synthesizers.settings import Settings
from streamtts.translation import codes
from streamtts.translation.placeholders import LETTERS
from streamtts.translators.with_mlx.form import PRECISIONS, chosen
from streamtts.translators.with_mlx.loading import Loaded, choice, loaded

_WARMING = (
    "Ready.",
    "I will look at the failing tests first. " * 2,
    "I will look at the failing tests first. " * 4,
)


class NllbMlx:
    """A Translator. Arrays belong to the thread that computes them, so each question is computed in one."""

    def __init__(self, options: TranslatorOptions) -> None:
        settings = Settings("nllb-mlx", options.settings, "translators")
        precision = settings.choice("precision", "auto", PRECISIONS)
        beams = settings.count("beams", 1, 1, 8)
        shortlisted = settings.choice("shortlist", "on", ("on", "off")) == "on"
        compiled = settings.choice("compile", "auto", ("auto", "on", "off"))
        settings.close()
        packages.require(_missing())
        packages.limit_threads(options.threads)
        mx = _mlx()
        metal = bool(mx.metal.is_available())
        if not metal:
            sys.stderr.write(
                "nllb-mlx: there is no Metal here, and MLX is slow on a CPU: nllb-ct2 is faster\n"
            )
        compiles = metal if compiled == "auto" else compiled == "on"
        self._model: Loaded | None = loaded(
            mx,
            options,
            chosen(precision, metal=metal),
            beams=beams,
            shortlisted=shortlisted,
            compiled=compiles,
            ahead=metal,
        )
        # The first run makes the GPU's programs, for each length and for so many at a time.
        for texts in (*((text,) for text in _WARMING), _WARMING) if compiles else (_WARMING[:1],):
            self.translate_batch(texts, Ticket())

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        return self._open.sentences.translate(text, ticket)

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return self._open.sentences.translate_batch(texts, ticket)

    def prefix(self, text: str) -> None:
        """The encoder reads a sentence in both directions: nothing can be done before its end."""

    def close(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = None

    @property
    def _open(self) -> Loaded:
        if self._model is None:
            raise EngineError("nllb-mlx was closed: load it again")
        return self._model


def _mlx() -> Any:
    try:
        import mlx.core as mx
    except ImportError as error:
        why = " ".join(str(error).split())[:120]
        raise EngineError(
            f"nllb-mlx cannot load MLX ({why}): it needs macOS 14 or newer, and on Linux mlx[cpu]; else"
            " choose nllb-ct2"
        ) from error
    return mx


def _missing() -> str | None:
    of_a_mac = sys.platform == "darwin"
    if of_a_mac and platform.machine() != "arm64":
        return "nllb-mlx needs a Mac with Apple silicon: choose nllb-ct2 or nllb on this one"
    if not packages.reason_missing("nllb-mlx", ("mlx", "tokenizers"), ""):
        return None
    install = "pip install 'streamtts[nllb-mlx]'"
    if of_a_mac:
        return f"nllb-mlx needs its packages: {install}"
    return (
        f"nllb-mlx is for a Mac with Apple silicon: choose nllb-ct2 or nllb here; only to test it, {install}"
    )


def _speaks(source: str, target: str) -> bool:
    try:
        codes.nllb(source), codes.nllb(target)
    except UsageError:
        return False
    return source != target


def _create(options: TranslatorOptions) -> Any:
    return NllbMlx(options)


engine = TranslatorEngine(
    name="nllb-mlx",
    summary="NLLB-200 on the GPU of a Mac, through MLX; 200 languages",
    licence="Apache-2.0, models CC-BY-NC-4.0",
    create=_create,
    missing=_missing,
    speaks=_speaks,
    placeholder=LETTERS,  # brackets are none of the letters that these models know
    wants=lambda options: packages.objection(choice, options),
    models_of="nllb",
    settings=("precision", "beams", "shortlist", "compile"),
)
