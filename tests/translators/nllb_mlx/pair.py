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

from streamtts.engine import Ticket
from streamtts.translators.nmt.tokens import NllbTokens
from streamtts.translators.with_mlx import shape as nllb_mlx_shape
from streamtts.translators.with_mlx.arrays import Checkpoint, opened
from streamtts.translators.with_mlx.form import Form
from streamtts.translators.with_mlx.kept import weights
from streamtts.translators.with_mlx.network import Network
from streamtts.translators.with_mlx.search import Search
from translators import tiny_models

SHAPES: dict[str, dict[str, Any]] = {
    "plain": {},
    "unscaled, gelu, three heads": {
        "d_model": 24,
        "encoder_attention_heads": 3,
        "decoder_attention_heads": 3,
        "encoder_layers": 1,
        "decoder_layers": 3,
        "scale_embedding": False,
        "activation_function": "gelu",
    },
    "five heads read, two write": {
        "d_model": 40,
        "encoder_attention_heads": 5,
        "decoder_attention_heads": 2,
        "encoder_layers": 3,
        "decoder_layers": 1,
        "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 96,
        "activation_function": "silu",
    },
    "thirteen heads": {
        "d_model": 78,
        "encoder_attention_heads": 13,
        "decoder_attention_heads": 3,
        "scale_embedding": False,
        "activation_function": "swish",
    },
    "wide": {"d_model": 64, "encoder_ffn_dim": 128, "decoder_ffn_dim": 128},
}


def needed() -> None:
    """Skips where one of the packages is not there."""
    for package in ("mlx.core", "tokenizers", "torch", "transformers"):
        pytest.importorskip(package, reason=f"{package} is not installed: make test-engines has it")


@dataclass(frozen=True)
class Ours:
    """Our network with a search, in rows of its vocabulary."""

    network: Network
    search: Search
    checkpoint: Checkpoint
    rows: tuple[int, ...] | None
    begin: tuple[int, int]

    def greedy(self, sources: Sequence[Sequence[int]], limit: int) -> list[list[int]]:
        said: list[list[int]] = [[] for _ in sources]
        cache_ = self.network.encode(sources)
        for step in self.search.greedy(cache_, self.begin, [limit] * len(sources), Ticket()):
            for place, token in step:
                said[place].append(token)
        return self._full(said)

    def beams(self, sources: Sequence[Sequence[int]], limit: int, width: int) -> list[list[int]]:
        limits = [limit] * len(sources)
        return self._full(
            self.search.beams(self.network.encode(sources), self.begin, limits, width, Ticket())
        )

    def _full(self, said: list[list[int]]) -> list[list[int]]:
        return [[self.rows[row] if self.rows else row for row in each] for each in said]


@dataclass(frozen=True)
class Pair:
    folder: Path
    theirs: Any
    tokens: NllbTokens

    def sources(self, count: int) -> list[list[int]]:
        texts = tiny_models.sentences()[: 2 * count : 2]
        return [self.tokens.framed(self.tokens.encode(text)) for text in texts]

    def ours(
        self,
        *,
        end: int = 2,
        rows: Sequence[int] | None = None,
        form: Form | None = None,
        compiled: bool = False,
        ahead: bool = False,
        kernels: Any = None,
    ) -> Ours:
        import mlx.core as mx

        shape = nllb_mlx_shape.read(self.folder)
        checkpoint = opened(self.folder, shape)
        form = form or Form("float32")
        arrays = weights(mx, checkpoint, form, rows, self.folder / "kept")
        place = {token: row for row, token in enumerate(rows)} if rows else None

        def row(token: int) -> int:
            return place[token] if place else token

        network = Network(
            mx,
            shape,
            form,
            arrays,
            padding=place.get(shape.padding, -1) if place else shape.padding,
            source_rows=lambda wanted: checkpoint.tensors.rows(mx, checkpoint.table, wanted),
            compiled=compiled,
            kernels=kernels,
        )
        begin = (row(shape.start), row(self.tokens.begin[0]))
        return Ours(
            network, Search(mx, network, row(end), ahead), checkpoint, tuple(rows) if rows else None, begin
        )

    def generated(
        self, sources: Sequence[Sequence[int]], limit: int, *, beams: int = 1, end: int = 2
    ) -> list[list[int]]:
        """What transformers says, without begin, language and end; `limit` tokens after these."""
        import torch

        longest = max(map(len, sources))
        ids = torch.tensor([[*row, *[1] * (longest - len(row))] for row in sources])
        output = self.theirs.generate(
            input_ids=ids,
            attention_mask=(ids != 1).long(),
            forced_bos_token_id=self.tokens.begin[0],
            max_new_tokens=limit + 1,
            num_beams=beams,
            do_sample=False,
            eos_token_id=end,
            pad_token_id=1,
        )
        said = []
        for row in output.tolist():
            words = row[2:]
            said.append(words[: words.index(end)] if end in words else words)
        return said

    def frequent_end(self, sources: Sequence[Sequence[int]], limit: int) -> int:
        """A token at different places of the translations: taken for the end, it ends them apart."""
        said = self.generated(sources, limit)
        counted = {
            token: len({row.index(token) if token in row else -1 for row in said})
            for row in said
            for token in row
        }
        return max(counted, key=lambda token: (counted[token], token))


@cache
def pair(name: str) -> Pair:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    torch.set_num_threads(1)  # threads that wait for each other take longer than the work
    folder = Path(mkdtemp(prefix="nllb-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    tiny_models.nllb(folder, **SHAPES[name])
    theirs = AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    return Pair(folder, theirs, NllbTokens(folder, nllb_mlx_shape.read(folder), "en", "ja"))
