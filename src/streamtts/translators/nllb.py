"""nllb: NLLB-200 and Helsinki's Marian models, through PyTorch on an NVIDIA GPU, a Mac's or any processor."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions
from streamtts.errors import UsageError
from streamtts.synthesizers import packages
from streamtts.synthesizers.settings import Settings
from streamtts.translation import codes
from streamtts.translation.placeholders import LETTERS
from streamtts.translators.nmt import choice as nllb_choice
from streamtts.translators.with_torch.loading import Loaded, loaded
from streamtts.translators.with_torch.precision import DEVICES, PRECISIONS, chosen


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
        # Threads that spin while they wait starve each other on a busy machine; read when torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch

        torch.set_num_threads(options.threads)
        form = chosen(torch, device, precision)
        if graphs and form.device.type != "cuda":
            raise EngineError(
                "nllb records graphs on an NVIDIA GPU alone: set translators.nllb.graphs to off"
            )
        self._model: Loaded | None = loaded(torch, options, form, shortlisted=shortlisted, graphs=graphs)
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


def _missing() -> str | None:
    if packages.reason_missing("nllb", ("torch", "tokenizers", "sentencepiece"), ""):
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
    speaks=_speaks,
    placeholder=LETTERS,  # brackets are none of the letters that these models know
    models_of="nllb",
    settings=("device", "precision", "shortlist", "graphs"),
)
