"""Small models, whole as transformers has them and converted, and what each of the two makes of a text."""

import atexit
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from streamtts.engine import Ticket, TranslatorOptions
from translators import tiny_models

FAMILIES = ("nllb", "marian")
PACKAGES = ("ctranslate2", "sentencepiece", "tokenizers", "torch", "transformers")


def needed() -> None:
    """Skips where one of the packages is not there."""
    for package in PACKAGES:
        pytest.importorskip(package, reason=f"{package} is not installed: make test-engines has it")


@dataclass(frozen=True)
class Model:
    """`source` as it came from Hugging Face, `folder` as it was converted."""

    family: str
    source: Path
    folder: Path

    def options(self, **settings: str) -> TranslatorOptions:
        target = "ja" if self.family == "nllb" else "fr"
        return TranslatorOptions("en", target, str(self.folder), settings=settings)

    @property
    def tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self.source)

    def said_by_transformers(self, texts: Sequence[str]) -> list[str]:
        """Greedily, in 32 bits; as many tokens as our engine gives a sentence."""
        import torch
        from transformers import AutoModelForSeq2SeqLM

        torch.set_num_threads(1)  # threads that wait for each other take longer than the work
        model, tokenizer = AutoModelForSeq2SeqLM.from_pretrained(self.source).eval(), self.tokenizer
        tag = tokenizer.convert_tokens_to_ids("jpn_Jpan") if self.family == "nllb" else None
        said = []
        for text in texts:
            read = tokenizer(text, return_tensors="pt")
            longest = 3 * read["input_ids"].shape[1] + 20
            made = model.generate(
                **read,
                forced_bos_token_id=tag,
                num_beams=1,
                do_sample=False,
                max_new_tokens=longest,
            )
            said.append(tokenizer.decode(made[0], skip_special_tokens=True).strip())
        return said


@contextmanager
def loaded(options: TranslatorOptions) -> Iterator[Any]:
    from streamtts.translators.nllb_ct2 import Ct2Translator

    translator = Ct2Translator(options)
    try:
        yield translator
    finally:
        translator.close()


def said(translator: Any, texts: Sequence[str]) -> list[str]:
    return ["".join(translator.translate(text, Ticket())) for text in texts]


@cache
def model(family: str) -> Model:
    from streamtts.translators.with_ctranslate2.conversion import convert

    place = Path(mkdtemp(prefix=f"{family}-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    source = getattr(tiny_models, family)(place / "source")
    _make_exact(source)
    (place / "converted").mkdir()
    convert(source, place / "converted", lambda _: None)
    return Model(family, source, place / "converted")


def _make_exact(folder: Path) -> None:
    """Weights that 8 bits hold without a loss, so that a difference is none of theirs."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    network = AutoModelForSeq2SeqLM.from_pretrained(folder)
    with torch.no_grad():
        for weight in network.parameters():
            if weight.ndim == 2:
                unit = weight.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127
                weight.copy_((weight / unit).round() * unit)
    network.save_pretrained(folder)


def sentences(count: int) -> list[str]:
    return tiny_models.sentences()[: 2 * count : 2]
