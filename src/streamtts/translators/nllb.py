"""nllb: NLLB-200 and Helsinki's Marian models, in 8 bits on any processor, through PyTorch on a GPU."""

import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions
from streamtts.errors import UsageError
from streamtts.synthesizers import openmp, packages
from streamtts.synthesizers.settings import Settings
from streamtts.translation import codes
from streamtts.translation.placeholders import LETTERS
from streamtts.translators.nmt import choice as nllb_choice
from streamtts.translators.nmt.loaded import Loaded
from streamtts.translators.with_core.loading import loaded as loaded_with_core
from streamtts.translators.with_torch.loading import loaded as loaded_with_torch
from streamtts.translators.with_torch.precision import DEVICES, PRECISIONS, chosen

_SIGNS_OF_A_GPU = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


class Nllb:
    """A Translator."""

    def __init__(self, options: TranslatorOptions) -> None:
        settings = Settings("nllb", options.settings, "translators")
        device = settings.choice("device", "auto", DEVICES)
        precision = settings.choice("precision", "auto", PRECISIONS)
        shortlisted = settings.choice("shortlist", "on", ("on", "off")) == "on"
        graphs = settings.choice("graphs", "off", ("on", "off")) == "on"
        settings.close()
        packages.require(_missing())
        packages.limit_threads(options.threads)
        self._model: Loaded | None = _loaded(
            options, device, precision, shortlisted=shortlisted, graphs=graphs
        )
        for _ in self.translate("Ready.", Ticket()):
            pass  # the first run chooses and makes what the others use

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        return self._open.sentences.translate(text, ticket)

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return self._open.sentences.translate_batch(texts, ticket)

    def prefix(self, text: str) -> None:
        """The encoder reads a sentence in both directions: nothing can be done before its end."""

    def close(self) -> None:
        self._model = None

    @property
    def _open(self) -> Loaded:
        if self._model is None:
            raise EngineError("nllb was closed: load it again")
        return self._model


def _loaded(
    options: TranslatorOptions, device: str, precision: str, *, shortlisted: bool, graphs: bool
) -> Loaded:
    """In 8 bits a processor needs no PyTorch, which takes as much memory as half the model."""
    on_gpu = device not in ("auto", "cpu") or (device == "auto" and _may_have_a_gpu())
    if on_gpu or precision not in ("auto", "int8"):
        torch = _torch(options.threads)
        form = chosen(torch, device, precision)
        if graphs and form.device.type != "cuda":
            raise _no_graphs()
        if form.device.type != "cpu" or form.bits != 8:
            return loaded_with_torch(torch, options, form, shortlisted=shortlisted, graphs=graphs)
    if graphs:
        raise _no_graphs()
    return loaded_with_core(options, shortlisted=shortlisted)


def _torch(threads: int) -> Any:
    if find_spec("torch") is None:
        raise EngineError(
            "nllb needs PyTorch for this device and precision: pip install 'streamtts[nllb]', or set"
            " translators.nllb.device to cpu and precision to int8"
        )
    openmp.wait_shortly()
    import torch

    torch.set_num_threads(threads)
    return torch


def _may_have_a_gpu() -> bool:
    """Only torch knows for sure, and is loaded where this is true."""
    if find_spec("torch") is None:
        return False
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return any(Path(sign).exists() for sign in _SIGNS_OF_A_GPU)


def _no_graphs() -> EngineError:
    return EngineError("nllb records graphs on an NVIDIA GPU alone: set translators.nllb.graphs to off")


def _missing() -> str | None:
    if packages.reason_missing("nllb", ("tokenizers", "sentencepiece"), ""):
        return "nllb needs its packages: pip install 'streamtts[nllb]'"
    return None


def _speaks(source: str, target: str) -> bool:
    try:
        return codes.canonical(source) != codes.canonical(target)
    except UsageError:
        return False


def _create(options: TranslatorOptions) -> Any:
    return Nllb(options)


engine = TranslatorEngine(
    name="nllb",
    summary="NLLB-200, 200 languages, and small models of one direction, on any processor or GPU",
    licence="Apache-2.0, NLLB models CC-BY-NC-4.0",
    create=_create,
    missing=_missing,
    model=nllb_choice.default,
    wants=lambda options: packages.objection(nllb_choice.chosen, options),
    speaks=_speaks,
    placeholder=LETTERS,  # brackets are none of the letters that these models know
    models_of="nllb",
    settings=("device", "precision", "shortlist", "graphs"),
)
