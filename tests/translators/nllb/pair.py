"""A tiny model twice: as transformers runs it, and in our network."""

import atexit
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.nllb import Nllb
from streamtts.translators.nmt.loaded import Loaded
from translators import tiny_models

SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "nllb": ("nllb", {}),
    "nllb, unscaled, gelu, three heads": (
        "nllb",
        {
            "d_model": 24, "encoder_attention_heads": 3, "decoder_attention_heads": 3, "encoder_layers": 1,
            "decoder_layers": 3, "scale_embedding": False, "activation_function": "gelu",
        },
    ),
    "nllb, five heads read, two write": (
        "nllb",
        {
            "d_model": 40, "encoder_attention_heads": 5, "decoder_attention_heads": 2, "encoder_layers": 3,
            "decoder_layers": 1, "encoder_ffn_dim": 48, "decoder_ffn_dim": 96,
        },
    ),
    "marian": ("marian", {}),
    "marian, relu, deep": ("marian", {"encoder_layers": 3, "activation_function": "relu", "seed": 3}),
}  # fmt: skip


@dataclass
class Pair:
    folder: Path
    kind: str

    @property
    def languages(self) -> tuple[str, str]:
        return ("en", "ja") if self.kind == "nllb" else ("en", "fr")

    def ours(self, threads: int = 1, **settings: str) -> Nllb:
        options = TranslatorOptions(
            *self.languages,
            model=str(self.folder),
            threads=threads,
            settings={"device": "cpu", **settings},
        )
        return Nllb(options)

    def theirs(
        self, sources: Sequence[Sequence[int]], more: int, *, only: Sequence[int] = ()
    ) -> list[list[int]]:
        """What `generate` makes of padded rows, without start, language and end; `only` of some tokens."""
        import torch

        model = _transformers_model(self.folder)
        padding, end = model.config.pad_token_id, model.config.eos_token_id
        width = max(map(len, sources))
        rows = torch.tensor([[*row, *[padding] * (width - len(row))] for row in sources])
        how: dict[str, Any] = {"suppress_tokens": [padding]}
        if only:
            how["suppress_tokens"] = sorted(
                {padding, *range(model.get_output_embeddings().out_features)} - {*only}
            )
        begin = 1
        if self.kind == "nllb":
            how["forced_bos_token_id"] = _transformers_tokenizer(self.folder).convert_tokens_to_ids(
                "jpn_Jpan"
            )
            begin = 2
        mask = (rows != padding).long()
        found = model.generate(
            rows, attention_mask=mask, num_beams=1, do_sample=False, max_new_tokens=more + begin - 1, **how
        )
        return [_until(row[begin:], {end, padding}) for row in found.tolist()]

    def their_source(self, text: str) -> list[int]:
        ids: list[int] = _transformers_tokenizer(self.folder)(text)["input_ids"]
        return ids

    def their_text(self, tokens: Sequence[int]) -> str:
        return str(_transformers_tokenizer(self.folder).decode(tokens, skip_special_tokens=True))


def needed() -> None:
    for package in ("torch", "transformers", "sentencepiece"):
        pytest.importorskip(package, reason=f"{package}, which models are made with, is not installed")


@cache
def pair(name: str) -> Pair:
    needed()
    kind, shape = SHAPES[name]
    made = {"nllb": tiny_models.nllb, "marian": tiny_models.marian}[kind]
    folder = Path(mkdtemp(prefix="streamtts-nllb-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Pair(made(folder / "tiny", **shape), kind)


def opened(translator: Nllb) -> Loaded:
    loaded = translator._model
    assert loaded
    return loaded


def written(loaded: Loaded, sources: list[list[int]], more: int) -> list[list[int]]:
    """By our loop, in tokens of the whole vocabulary."""
    search = loaded.search
    rows: list[list[int]] = [[] for _ in sources]
    for step in search.steps(sources, [more] * len(sources), Ticket()):
        for place, row in step:
            rows[place].append(loaded.token(row))
    return rows


@cache
def _transformers_model(folder: Path) -> Any:
    from transformers import AutoModelForSeq2SeqLM

    return AutoModelForSeq2SeqLM.from_pretrained(folder, local_files_only=True).eval()


@cache
def _transformers_tokenizer(folder: Path) -> Any:
    import warnings

    from transformers import AutoTokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends a package that it does not need
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def _until(row: Sequence[int], ends: set[int]) -> list[int]:
    return list(row[: next((place for place, token in enumerate(row) if token in ends), len(row))])
