"""The shape of an NLLB or Marian model, from its folder; whatever we cannot run is refused here."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError

NLLB, MARIAN = "m2m_100", "marian"

_MOST_CONFIG_BYTES = 1 << 20
_ACTIVATIONS = {"relu": "relu", "gelu": "gelu", "silu": "silu", "swish": "silu"}
_MOST_LAYERS, _MOST_WIDTH, _MOST_ROWS, _MOST_POSITIONS = 96, 1 << 16, 1 << 22, 1 << 16


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers of one kind, one on the other."""

    layers: int
    heads: int


@dataclass(frozen=True, slots=True)
class Shape:
    kind: str
    rows: int  # of the vocabulary that is written
    width: int
    encoder: Stack
    decoder: Stack
    activation: str  # its name in torch.nn.functional
    embedding_scale: float
    most_positions: int
    padding: int
    start: int  # the token that begins every translation
    end: int
    never: tuple[int, ...]  # tokens that no translation has

    @property
    def normalised_before(self) -> bool:
        """Whether a layer evens out what it takes, or what it gives."""
        return self.kind == NLLB


def read(folder: Path) -> Shape:
    """Raises EngineError if it is none of the two, or one that cannot be run."""
    config = _json(folder / "config.json")
    if config is None:
        raise EngineError(
            f"{folder} has no config.json: give the folder of an NLLB or Marian model, as its maker has it"
        )
    kind = str(config.get("model_type", "unknown"))[:40]
    if kind not in (NLLB, MARIAN):
        raise EngineError(
            f"nllb runs NLLB and Marian models, and {folder} is of the kind {kind}: choose another"
        )
    if config.get("tie_word_embeddings", True) is not True or (folder / "target_vocab.json").exists():
        raise EngineError(
            f"the model in {folder} reads with other tokens than it writes with: choose another"
        )
    # What a newer file says of generation counts more, and may be absent.
    generation = _json(folder / "generation_config.json") or {}
    said = {key: value for key, value in generation.items() if value is not None}
    return _Fields({**config, **said}, folder / "config.json").shape(kind)


def _json(file: Path) -> dict[str, Any] | None:
    try:
        with file.open("rb") as opened:
            content = json.loads(opened.read(_MOST_CONFIG_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        why = (error.strerror or "") if isinstance(error, OSError) else "it is no JSON"
        raise EngineError(f"{file} cannot be read ({why}): pull the model again") from error
    if not isinstance(content, dict):
        raise EngineError(f"{file} holds no settings of a model: pull it again")
    return content


@dataclass(frozen=True, slots=True)
class _Fields:
    config: dict[str, Any]
    file: Path

    def shape(self, kind: str) -> Shape:
        width = self._count("d_model", _MOST_WIDTH)
        rows = self._count("vocab_size", _MOST_ROWS)
        if self.config.get("decoder_vocab_size") is not None:
            rows = self._count("decoder_vocab_size", _MOST_ROWS)
        if width < 4 or width % 2:
            raise self._unusable("d_model")
        padding, end = (
            self._token("pad_token_id", rows),
            self._token("eos_token_id", rows),
        )
        return Shape(
            kind=kind,
            rows=rows,
            width=width,
            encoder=self._stack("encoder", width),
            decoder=self._stack("decoder", width),
            activation=self._activation(),
            embedding_scale=math.sqrt(width) if self.config.get("scale_embedding", kind == NLLB) else 1.0,
            most_positions=self._count("max_position_embeddings", _MOST_POSITIONS),
            padding=padding,
            start=self._token("decoder_start_token_id", rows),
            end=end,
            never=tuple(sorted({padding, *self._bad_words(rows)} - {end})),
        )

    def _stack(self, name: str, width: int) -> Stack:
        heads = self._count(f"{name}_attention_heads", _MOST_WIDTH)
        if width % heads:
            raise EngineError(
                f"{self.file} divides {width} by {heads} {name} heads, which leaves a rest: pull it again"
            )
        return Stack(self._count(f"{name}_layers", _MOST_LAYERS), heads)

    def _activation(self) -> str:
        name = str(self.config.get("activation_function", "relu"))[:40]
        if name not in _ACTIVATIONS:
            raise EngineError(
                f"nllb does not know the activation {name!r} of {self.file}: choose another model"
            )
        return _ACTIVATIONS[name]

    def _bad_words(self, rows: int) -> list[int]:
        words = self.config.get("bad_words_ids")
        single = [word[0] for word in words if len(word) == 1] if isinstance(words, list) else []
        return [token for token in single if type(token) is int and 0 <= token < rows]

    def _count(self, name: str, most: int) -> int:
        value = self.config.get(name)
        if type(value) is not int or not 1 <= value <= most:
            raise self._unusable(name)
        return value

    def _token(self, name: str, rows: int) -> int:
        value = self.config.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if type(value) is not int or not 0 <= value < rows:
            raise self._unusable(name)
        return value

    def _unusable(self, name: str) -> EngineError:
        said = str(self.config.get(name, "missing"))[:40]
        return EngineError(f"{self.file} has no usable {name} ({said}): pull the model again")
