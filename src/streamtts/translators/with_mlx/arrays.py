"""The arrays of a checkpoint in the arrangement that our network computes with.

What is multiplied with the same vector stands together (queries, keys and values; keys and values of all
that looks at the source), so that a step of the decoder is few launches.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.models.safetensors import Tensors, safetensors
from streamtts.translators.nmt.checkpoint import files
from streamtts.translators.nmt.parts import parts
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.nmt.torch_file import torch_file

EMBEDDING = "embedding"  # of the tokens that may be written; also what the output is compared with

_TABLES = (
    "model.shared.weight",
    "lm_head.weight",
    "model.decoder.embed_tokens.weight",
    "model.encoder.embed_tokens.weight",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The files of a model, open."""

    folder: Path
    shape: Shape
    tensors: Tensors
    table: str  # the name of the embeddings

    @property
    def kind(self) -> str:
        return self.tensors[self.table].kind


def opened(folder: Path, shape: Shape) -> Checkpoint:
    """Raises EngineError if arrays are missing, or not of the shape that they should have."""
    found = dict(chain.from_iterable(_listed(file) for file in files(folder)))
    table = next((name for name in _TABLES if name in found), "")
    if not table:
        raise EngineError(f"the weights in {folder} have no {_TABLES[0]}: pull the model again")
    checkpoint = Checkpoint(folder, shape, Tensors(found), table)
    _check_copies(checkpoint)
    for name, expected in _expected(checkpoint):
        _check(checkpoint, name, expected)
    return checkpoint


def _listed(file: Path) -> Iterator[Any]:
    return safetensors(file) if file.suffix == ".safetensors" else torch_file(file)


def _check(checkpoint: Checkpoint, name: str, expected: tuple[int, ...]) -> None:
    if name not in checkpoint.tensors:
        raise EngineError(f"the weights in {checkpoint.folder} have no {name}: pull the model again")
    shape = checkpoint.tensors[name].shape
    if shape != expected:
        raise EngineError(
            f"{name} in {checkpoint.folder} is {_spelled(shape)} and not {_spelled(expected)}, as its"
            " config.json says: pull the model again"
        )


def _check_copies(checkpoint: Checkpoint) -> None:
    """Older files have the embeddings several times; what is no copy would be another model than ours."""
    tensors, shape = checkpoint.tensors, checkpoint.shape
    looked_at = (shape.end, shape.rows // 2, shape.rows - 1)
    for name in filter(tensors.__contains__, _TABLES):
        _check(checkpoint, name, (shape.rows, shape.width))
        if tensors.row_bytes(name, looked_at) != tensors.row_bytes(checkpoint.table, looked_at):
            raise EngineError(
                f"the model in {checkpoint.folder} writes with other embeddings than it reads with, as no"
                " NLLB does: choose another"
            )


def _spelled(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"


def _expected(checkpoint: Checkpoint) -> Iterator[tuple[str, tuple[int, ...]]]:
    shape, width = checkpoint.shape, checkpoint.shape.width
    for side, stack in (("encoder", shape.encoder), ("decoder", shape.decoder)):
        yield from _pair(f"model.{side}.layer_norm", width)
        for layer in range(stack.layers):
            at = f"model.{side}.layers.{layer}"
            attentions = ["self_attn"] if side == "encoder" else ["self_attn", "encoder_attn"]
            for attention in attentions:
                yield from _pair(f"{at}.{attention}_layer_norm", width)
                for part in "qkv":
                    yield from _pair(f"{at}.{attention}.{part}_proj", width, width)
                yield from _pair(f"{at}.{attention}.out_proj", width, width)
            yield from _pair(f"{at}.final_layer_norm", width)
            inner = _rows(checkpoint, f"{at}.fc1.weight")
            yield from _pair(f"{at}.fc1", inner, width)
            yield from _pair(f"{at}.fc2", width, inner)


def _rows(checkpoint: Checkpoint, name: str) -> int:
    """As many as there are: a layer is as wide inside as its weights are."""
    shape = checkpoint.tensors[name].shape if name in checkpoint.tensors else ()
    return shape[0] if shape else 0


def _pair(name: str, *size: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", size
    yield f"{name}.bias", size[:1]


def arranged(
    mx: Any, checkpoint: Checkpoint, rows: list[int] | None
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every array of the network by its name, and how to get it; `rows`: of the vocabulary, those to keep."""
    tensors, shape = checkpoint.tensors, checkpoint.shape

    def stacked(*names: str) -> Callable[[], Any]:
        if len(names) == 1:
            return lambda: tensors.array(mx, names[0])
        return lambda: mx.concatenate([tensors.array(mx, name) for name in names])

    if rows is None:
        yield f"{EMBEDDING}.weight", stacked(checkpoint.table)
    else:
        yield f"{EMBEDDING}.weight", lambda: tensors.rows(mx, checkpoint.table, rows)
    for side, stack in (("encoder", shape.encoder), ("decoder", shape.decoder)):
        for name, made_of in parts(side, stack):
            for which in ("weight", "bias"):
                yield f"{name}.{which}", stacked(*(f"{part}.{which}" for part in made_of))
