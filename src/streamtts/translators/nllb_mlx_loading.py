"""An NLLB model, from its folder to a network that is ready to be asked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts import models
from streamtts.engine import EngineError, TranslatorOptions
from streamtts.translation.shortlist import Shortlist, shortlist
from streamtts.translators import nllb_mlx_shape
from streamtts.translators.nllb_mlx_arrays import Checkpoint, opened
from streamtts.translators.nllb_mlx_form import Form
from streamtts.translators.nllb_mlx_kept import weights
from streamtts.translators.nllb_mlx_network import Network
from streamtts.translators.nllb_mlx_search import Search
from streamtts.translators.nllb_shape import Shape
from streamtts.translators.nllb_tokens import NllbTokens

DEFAULT_MODEL = "nllb-200-distilled-600m"

_CACHE_BYTES = 256 << 20  # buffers that MLX may keep for the next step


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model for one direction."""

    mx: Any
    tokens: NllbTokens
    network: Network
    search: Search
    begin: tuple[int, int]  # of every translation, by the rows of the network
    listed: Shortlist | None
    checkpoint: Checkpoint

    @property
    def most_tokens(self) -> int:
        """Of a source, and of a translation: both have two more, which frame them or begin them."""
        return self.checkpoint.shape.most_positions - 2

    def token(self, row: int) -> int:
        return self.listed.to_full[row] if self.listed else row

    def close(self) -> None:
        self.checkpoint.tensors.close()
        self.mx.clear_cache()


def loaded(
    mx: Any, options: TranslatorOptions, form: Form, *, shortlisted: bool, compiled: bool, ahead: bool
) -> Loaded:
    """Raises EngineError for what is no NLLB model, is damaged or lacks one of the languages."""
    mx.set_cache_limit(_CACHE_BYTES)
    folder = _folder(options.model or DEFAULT_MODEL)
    derived = _derived(options.model or DEFAULT_MODEL, folder)
    shape = nllb_mlx_shape.read(folder)
    tokens = NllbTokens(folder, shape, options.source, options.target)
    checkpoint = opened(folder, shape)
    listed = _listed(tokens, shape, options.target, derived) if shortlisted else None

    def row(token: int) -> int:
        return listed.to_short[token] if listed else token

    def source_rows(wanted: Sequence[int]) -> Any:
        return checkpoint.tensors.rows(mx, checkpoint.table, wanted)

    arrays = weights(mx, checkpoint, form, listed.ids if listed else None, derived)
    # What was read and made on the way need not stay; the rows that are asked for open the file again.
    checkpoint.tensors.close()
    mx.clear_cache()
    network = Network(
        mx, shape, form, arrays, padding=row(shape.padding), source_rows=source_rows, compiled=compiled
    )
    begin = (row(shape.start), row(tokens.begin[0]))
    search = Search(mx, network, row(shape.end), ahead)
    return Loaded(mx, tokens, network, search, begin, listed, checkpoint)


def _listed(tokens: NllbTokens, shape: Shape, target: str, derived: Path) -> Shortlist:
    keep = {*tokens.special, *tokens.begin, shape.padding, shape.start, shape.end}
    return shortlist(tokens.names, keep, [target], derived)


def _folder(model: str) -> Path:
    place = models.path(model)
    if not place.is_dir():
        raise EngineError(f"{place} is a file: give the folder of an NLLB model")
    return place


def _derived(model: str, folder: Path) -> Path:
    """A model that lies elsewhere has its own, by its place."""
    if "/" not in model:
        return models.derived(model)
    return models.derived(f"at-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}")
