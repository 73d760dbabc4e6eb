"""The shape of an NLLB model, from its config.json; whatever we cannot run is refused here."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError

_KIND = "m2m_100"
_MOST_CONFIG_BYTES = 1 << 20
_ACTIVATIONS = ("relu", "gelu", "gelu_new", "silu", "swish")
_FEWEST_POSITIONS = 16
_MOST_LAYERS, _MOST_WIDTH, _MOST_ROWS = 96, 1 << 16, 1 << 22


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers of one kind, one on the other."""

    layers: int
    heads: int
    inner: int  # width of the part between the two halves of a feed-forward layer


@dataclass(frozen=True, slots=True)
class Shape:
    """What the arrays of a model have in common."""

    rows: int  # of the vocabulary
    width: int
    encoder: Stack
    decoder: Stack
    activation: str
    embedding_scale: float
    most_positions: int
    padding: int
    start: int  # the token that begins every translation
    end: int


def read(folder: Path) -> Shape:
    """Raises EngineError if it is no NLLB model, or one that cannot be run."""
    file = folder / "config.json"
    try:
        with file.open("rb") as opened:
            config = json.loads(opened.read(_MOST_CONFIG_BYTES))
    except FileNotFoundError:
        raise EngineError(
            f"{folder} has no config.json: give the folder of an NLLB model, as it comes from the hub"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise EngineError(f"{file} cannot be read ({_why(error)}): pull the model again") from error
    if not isinstance(config, dict):
        raise EngineError(f"{file} holds no settings of a model: pull it again")
    _check_kind(config, folder)
    return _Fields(config, file).shape()


def _check_kind(config: dict[str, Any], folder: Path) -> None:
    kind = str(config.get("model_type", "unknown"))[:40]
    if kind != _KIND:
        raise EngineError(
            f"nllb-mlx runs NLLB models, and {folder} is of the kind {kind}: choose another model, or"
            " the engine nllb or nllb-ct2 for this one"
        )
    if config.get("tie_word_embeddings", True) is not True:
        raise EngineError(
            f"the model in {folder} writes with other embeddings than it reads with, as no NLLB does:"
            " choose another"
        )


@dataclass(frozen=True, slots=True)
class _Fields:
    config: dict[str, Any]
    file: Path

    def shape(self) -> Shape:
        width, rows = self._count("d_model", _MOST_WIDTH), self._count("vocab_size", _MOST_ROWS)
        if width < 4:
            raise self._unusable("d_model")
        return Shape(
            rows=rows,
            width=width,
            encoder=self._stack("encoder", width),
            decoder=self._stack("decoder", width),
            activation=self._activation(),
            embedding_scale=math.sqrt(width) if self.config.get("scale_embedding", True) else 1.0,
            most_positions=self._positions(),
            padding=self._token("pad_token_id", rows, 1),
            start=self._token("decoder_start_token_id", rows, 2),
            end=self._token("eos_token_id", rows, 2),
        )

    def _stack(self, name: str, width: int) -> Stack:
        heads = self._count(f"{name}_attention_heads", _MOST_WIDTH)
        if width % heads:
            raise EngineError(
                f"{self.file} divides {width} by {heads} {name} heads, with a rest: pull the model again"
            )
        return Stack(
            self._count(f"{name}_layers", _MOST_LAYERS), heads, self._count(f"{name}_ffn_dim", _MOST_WIDTH)
        )

    def _activation(self) -> str:
        name = self.config.get("activation_function", "relu")
        if name not in _ACTIVATIONS:
            raise EngineError(
                f"nllb-mlx does not know the activation {str(name)[:40]!r} of {self.file}: choose"
                " another model"
            )
        return str(name)

    def _count(self, name: str, most: int, default: int = 0) -> int:
        value = self.config.get(name, default)
        if type(value) is not int or not 1 <= value <= most:
            raise self._unusable(name)
        return value

    def _positions(self) -> int:
        count = self._count("max_position_embeddings", 1 << 16, 1024)
        if count < _FEWEST_POSITIONS:
            raise self._unusable("max_position_embeddings")
        return count

    def _token(self, name: str, rows: int, default: int) -> int:
        value = self.config.get(name, default)
        if type(value) is not int or not 0 <= value < rows:
            raise self._unusable(name)
        return value

    def _unusable(self, name: str) -> EngineError:
        said = str(self.config.get(name, "missing"))[:40]
        return EngineError(f"{self.file} has no usable {name} ({said}): pull the model again")


def _why(error: Exception) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else "it is no JSON"
