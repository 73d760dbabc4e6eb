"""An NLLB model, from its folder to a network that is ready to be asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from streamtts import models
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.errors import StreamttsError
from streamtts.metal.with_mlx.launching import on_this_mac
from streamtts.models.catalogue import ANY_LANGUAGE, Model, catalogue
from streamtts.translation.shortlist import Shortlist, shortlist
from streamtts.translators.nmt import choice as nllb_choice
from streamtts.translators.nmt.memory import give_back_memory
from streamtts.translators.nmt.sentences import Sentences
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.nmt.tokens import NllbTokens
from streamtts.translators.with_mlx import shape as nllb_mlx_shape
from streamtts.translators.with_mlx.arrays import Checkpoint, opened
from streamtts.translators.with_mlx.form import Form
from streamtts.translators.with_mlx.kept import weights
from streamtts.translators.with_mlx.network import Network
from streamtts.translators.with_mlx.search import Search

_CACHE_BYTES = 256 << 20  # buffers that MLX may keep for the next step


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model for one direction."""

    sentences: Sentences
    network: Network
    listed: Shortlist | None
    checkpoint: Checkpoint

    def close(self) -> None:
        self.checkpoint.tensors.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, in tokens of the whole vocabulary."""

    search: Search
    begin: tuple[int, int]  # of every translation, by the rows of the network
    beams: int
    listed: Shortlist | None

    def steps(
        self, sources: list[list[int]], limits: list[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        ticket.check()
        cache = self.search.network.encode(sources)
        for step in self.search.greedy(cache, self.begin, limits, ticket):
            yield [(place, self._token(row)) for place, row in step]

    def wholes(self, sources: list[list[int]], limits: list[int], ticket: Ticket) -> list[list[int]]:
        ticket.check()
        cache = self.search.network.encode(sources)
        found = self.search.beams(cache, self.begin, limits, self.beams, ticket)
        return [[self._token(row) for row in each] for each in found]

    def _token(self, row: int) -> int:
        return self.listed.to_full[row] if self.listed else row


def loaded(
    mx: Any,
    options: TranslatorOptions,
    form: Form,
    *,
    beams: int,
    shortlisted: bool,
    compiled: bool,
    ahead: bool,
) -> Loaded:
    """Raises EngineError for what is no NLLB model, is damaged or lacks one of the languages."""
    mx.set_cache_limit(_CACHE_BYTES)
    found = choice(options)
    folder, derived = found.folder, found.keep_in
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
    give_back_memory()
    network = Network(
        mx,
        shape,
        form,
        arrays,
        padding=row(shape.padding),
        source_rows=source_rows,
        compiled=compiled,
        kernels=on_this_mac(mx),
    )
    begin = (row(shape.start), row(tokens.begin[0]))
    asked = Asked(Search(mx, network, row(shape.end), ahead), begin, beams, listed)
    # Both a source and a translation have two tokens more, which frame them or begin them.
    most = shape.most_positions - 2
    sentences = Sentences(tokens, most, asked.steps, asked.wholes if beams > 1 else None)
    return Loaded(sentences, network, listed, checkpoint)


def _listed(tokens: NllbTokens, shape: Shape, target: str, derived: Path) -> Shortlist:
    keep = {*tokens.special, *tokens.begin, shape.padding, shape.start, shape.end}
    return shortlist(tokens.names, keep, [target], derived)


def choice(options: TranslatorOptions) -> nllb_choice.Chosen:
    """Raises EngineError for a model that is not here."""
    return nllb_choice.chosen(replace(options, model=options.model or _model()))


def _model() -> str:
    """The smallest that is here, else the smallest."""
    every = [model.name for model in catalogue().values() if _is_nllb(model)]
    return next(filter(_is_here, every), every[0])


def _is_nllb(model: Model) -> bool:
    return model.engine == "nllb" and ANY_LANGUAGE in model.targets


def _is_here(name: str) -> bool:
    try:
        models.path(name)
    except StreamttsError:
        return False
    return True
