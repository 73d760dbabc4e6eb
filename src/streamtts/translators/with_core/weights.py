"""The arrays that the network in eight bits computes with, made of those of a model."""

import math
from array import array
from collections.abc import Iterator, Sequence

from streamtts import _core
from streamtts.translators.nmt.parts import parts
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_core.files import Array, Arrays, first, source_name

SOURCE = "source."  # and its kind: the rows that words are read as, where they are kept here
_AT_ONCE = 4096  # rows
_FLOAT_BYTES = 4

Named = tuple[str, bytes | memoryview]


def made(arrays: Arrays, shape: Shape, listed: Sequence[int] | None) -> Iterator[Named]:
    """One after the other, so that the whole is never there twice. Raises EngineError."""
    for side, stack in (("encoder", shape.encoder), ("decoder", shape.decoder)):
        for name, made_of in parts(side, stack):
            if name.endswith("_norm"):
                yield from _norm(arrays, shape, name, made_of[0])
            elif not name.endswith(".norm"):
                yield from _matrix(arrays, shape, name, made_of)
            elif shape.normalised_before:  # only such a network evens out after its last layer
                yield from _norm(arrays, shape, name, made_of[0])
    yield from _embedding(arrays, shape, listed)


def source(arrays: Arrays, shape: Shape) -> Named:
    """The table of words that are read, as it is."""
    name = source_name(arrays)
    found = arrays.get(name, *(arrays.shape(name)[:1]), shape.width)
    return f"{SOURCE}{found.kind}", found.content


def _norm(arrays: Arrays, shape: Shape, name: str, theirs: str) -> Iterator[Named]:
    for which in ("weight", "bias"):
        found = arrays.get(f"{theirs}.{which}", shape.width)
        yield f"{name}.{which}", _core.floats32(found.content, found.kind)


def _matrix(arrays: Arrays, shape: Shape, name: str, made_of: Sequence[str]) -> Iterator[Named]:
    rows, columns = shape.width, shape.width
    if name.endswith("inner_in"):
        rows = _inner(arrays, made_of[0])
    elif name.endswith("inner_out"):
        columns = _inner(arrays, made_of[0].removesuffix("2") + "1")
    found = [arrays.get(f"{part}.weight", rows, columns) for part in made_of]
    rounded = [_core.rounded_rows(each.content, each.kind, columns) for each in found]
    yield f"{name}.weight", b"".join(weights for weights, _ in rounded)
    yield f"{name}.scales", b"".join(scales for _, scales in rounded)
    biases = [arrays.get(f"{part}.bias", rows) for part in made_of]
    yield f"{name}.bias", b"".join(_core.floats32(each.content, each.kind) for each in biases)


def _inner(arrays: Arrays, name: str) -> int:
    """As many rows as there are: a layer is as wide inside as its weights are."""
    return next(iter(arrays.shape(f"{name}.weight")), 0)


def _embedding(arrays: Arrays, shape: Shape, listed: Sequence[int] | None) -> Iterator[Named]:
    """The rows of the vocabulary that may be written, which are also what written tokens are read as."""
    name = first(arrays, "lm_head.weight", "model.decoder.embed_tokens.weight", "model.shared.weight")
    rows = range(shape.rows) if listed is None else listed
    rounded = []
    for at in range(0, len(rows), _AT_ONCE):
        table = arrays.get(name, shape.rows, shape.width)
        some = _chosen(table, shape.rows, rows[at : at + _AT_ONCE])
        rounded.append(_core.rounded_rows(some, table.kind, shape.width))
    yield "embedding.weight", b"".join(weights for weights, _ in rounded)
    yield "embedding.scales", b"".join(scales for _, scales in rounded)
    yield "embedding.bias", _bias(arrays, shape, rows).tobytes()


def _chosen(table: Array, count: int, rows: Sequence[int]) -> bytes:
    size = len(table.content) // count
    return b"".join(table.content[row * size : (row + 1) * size] for row in rows)


def _bias(arrays: Arrays, shape: Shape, rows: Sequence[int]) -> "array[float]":
    """What is never written is as unlikely as can be."""
    whole = array("f", bytes(_FLOAT_BYTES * shape.rows))
    if arrays.has("final_logits_bias"):
        found = arrays.get("final_logits_bias", 1, shape.rows)
        whole = array("f", _core.floats32(found.content, found.kind))
    for token in shape.never:
        whole[token] = -math.inf
    return array("f", (whole[row] for row in rows))
