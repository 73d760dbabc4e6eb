"""A model, from its folder to a search that is ready to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translation.shortlist import Shortlist, shortlist
from streamtts.translators.nmt import choice as nllb_choice
from streamtts.translators.nmt import shape as nllb_shape
from streamtts.translators.nmt import tokens as nllb_tokens
from streamtts.translators.nmt.checkpoint import Checkpoint
from streamtts.translators.nmt.memory import give_back_memory
from streamtts.translators.nmt.sentences import Sentences
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.nmt.tokens import Tokens
from streamtts.translators.with_torch.greedy import Greedy
from streamtts.translators.with_torch.layers import layers, source_table
from streamtts.translators.with_torch.network import Network
from streamtts.translators.with_torch.precision import Form
from streamtts.translators.with_torch.recorded import Recorded, cuda_graph


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model for one direction."""

    tokens: Tokens
    search: Greedy
    shape: Shape
    listed: Shortlist | None

    @property
    def sentences(self) -> Sentences:
        """Two positions go to what frames a sentence, or begins a translation."""
        return Sentences(self.tokens, self.shape.most_positions - 2, self._steps)

    def _steps(
        self, sources: list[list[int]], limits: list[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        for step in self.search.steps(sources, limits, ticket):
            yield [(place, self.token(row)) for place, row in step]

    def token(self, row: int) -> int:
        """What a row of the network's head stands for."""
        return self.listed.to_full[row] if self.listed else row


def loaded(
    torch: Any,
    options: TranslatorOptions,
    form: Form,
    *,
    shortlisted: bool,
    graphs: bool,
) -> Loaded:
    """Raises EngineError for what is no such model, is damaged or lacks one of the languages."""
    choice = nllb_choice.chosen(options)
    folder = choice.folder
    shape = nllb_shape.read(folder)
    tokens = nllb_tokens.opened(folder, shape, options.source, options.target)
    listed = _listed(tokens, shape, options.target, choice.keep_in) if shortlisted else None
    with torch.inference_mode():
        made = layers(
            torch,
            shape,
            form,
            Checkpoint(torch, folder),
            listed.ids if listed else None,
        )
        # The file is opened anew, so that nothing of it stays in memory but the rows that are asked for.
        table = source_table(shape, Checkpoint(torch, folder))
    give_back_memory()
    network = Network(torch, shape, form, made, table)

    def row(token: int) -> int:
        return listed.to_short[token] if listed else token

    begin = [row(token) for token in (shape.start, *tokens.begin)]
    recorded = Recorded(torch, network, cuda_graph(torch)) if graphs else None
    search = Greedy(torch, network, form.device, begin=begin, end=row(shape.end), recorded=recorded)
    return Loaded(tokens, search, shape, listed)


def _listed(tokens: Tokens, shape: Shape, target: str, derived: Path) -> Shortlist:
    """A name for each row, though there may be more of them than tokens."""
    names = list(tokens.names)
    names += [""] * (shape.rows - len(names))
    keep = {*tokens.special, *tokens.begin, shape.padding, shape.start, shape.end}
    return shortlist(names, keep, [target], derived)
