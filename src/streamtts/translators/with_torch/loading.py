"""A model, from its folder to a search that is ready to be asked."""

from typing import Any

from streamtts.engine import TranslatorOptions
from streamtts.translators.nmt import choice as nllb_choice
from streamtts.translators.nmt import listed as nllb_listed
from streamtts.translators.nmt import shape as nllb_shape
from streamtts.translators.nmt import tokens as nllb_tokens
from streamtts.translators.nmt.checkpoint import Checkpoint
from streamtts.translators.nmt.loaded import Loaded
from streamtts.translators.nmt.memory import give_back_memory
from streamtts.translators.with_torch.greedy import Greedy
from streamtts.translators.with_torch.layers import layers, source_table
from streamtts.translators.with_torch.network import Network
from streamtts.translators.with_torch.precision import Form
from streamtts.translators.with_torch.recorded import Recorded, cuda_graph


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
    listed = nllb_listed.listed(tokens, shape, options.target, choice.keep_in) if shortlisted else None
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
