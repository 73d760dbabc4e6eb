"""A model, from its folder to a search that is ready to be asked."""

from bisect import bisect_left
from pathlib import Path

from streamtts import _core
from streamtts.engine import EngineError, TranslatorOptions
from streamtts.translators.nmt import choice as nllb_choice
from streamtts.translators.nmt import listed as nllb_listed
from streamtts.translators.nmt import mapped_tokens
from streamtts.translators.nmt import shape as nllb_shape
from streamtts.translators.nmt.loaded import Loaded
from streamtts.translators.nmt.memory import give_back_memory
from streamtts.translators.nmt.shape import NLLB, Shape
from streamtts.translators.with_core.files import Mapped, source_name
from streamtts.translators.with_core.kept import Kept, Wanted, kept
from streamtts.translators.with_core.search import Search
from streamtts.translators.with_core.source import FromFile, FromMemory, Source
from streamtts.translators.with_core.weights import SOURCE

_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}


def loaded(options: TranslatorOptions, *, shortlisted: bool) -> Loaded:
    """Raises EngineError for what is no such model, is damaged or lacks one of the languages."""
    choice = nllb_choice.chosen(options)
    folder = choice.folder
    shape = nllb_shape.read(folder)
    tokens = mapped_tokens.tokens(folder, shape, options.source, options.target, choice.keep_in)
    listed = nllb_listed.listed(tokens, shape, options.target, choice.keep_in) if shortlisted else None
    found = kept(Wanted(folder, shape, listed.ids if listed else None), choice.keep_in)
    source = _source(folder, shape, found)
    network = _network(folder, shape, found, options.threads)
    give_back_memory()

    def row(token: int) -> int:
        return bisect_left(listed.ids, token) if listed else token

    begin = [row(token) for token in (shape.start, *tokens.begin)]
    return Loaded(tokens, Search(network, source, begin=begin, end=row(shape.end)), shape, listed)


def _source(folder: Path, shape: Shape, found: Kept) -> Source:
    """From where it lies already, if that can be read in parts; else it is among what was kept."""
    name = next((name for name in found.arrays if name.startswith(SOURCE)), None)
    if name is None:
        arrays = Mapped(folder)
        theirs = source_name(arrays)
        arrays.get(theirs, *arrays.shape(theirs)[:1], shape.width)
        tensor = arrays.tensors[theirs]
        return FromFile(tensor.file, tensor.at, tensor.size, shape.width * _BYTES[tensor.kind], tensor.kind)
    kind = name.removeprefix(SOURCE)
    table, row = found.arrays[name], shape.width * _BYTES[kind]
    if found.file is None or found.places is None:
        return FromMemory(table, row, kind)
    return FromFile(found.file, found.places[name], len(table), row, kind)


def _network(folder: Path, shape: Shape, found: Kept, threads: int) -> _core.TranslationNetwork:
    half = shape.width // 2
    try:
        return _core.TranslationNetwork(
            {name: array for name, array in found.arrays.items() if not name.startswith(SOURCE)},
            width=shape.width,
            layers=(shape.encoder.layers, shape.decoder.layers),
            heads=(shape.encoder.heads, shape.decoder.heads),
            activation=shape.activation,
            embedding_scale=shape.embedding_scale,
            normalised_before=shape.normalised_before,
            # NLLB's positions begin at 2, and their waves are spread a little differently.
            waves=(2, half - 1) if shape.kind == NLLB else (0, half),
            threads=threads,
        )
    except ValueError as error:
        raise EngineError(f"the model in {folder} is damaged ({error}): pull it again") from error
