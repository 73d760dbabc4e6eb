"""The layers of NLLB and Marian models, built from the arrays of a checkpoint."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from streamtts.translators.nmt.checkpoint import Checkpoint
from streamtts.translators.nmt.shape import NLLB, Shape
from streamtts.translators.with_torch.precision import Form, Linear, Table, linear, table


@dataclass(frozen=True, slots=True)
class Norm:
    torch: Any
    weight: Any
    bias: Any

    def __call__(self, rows: Any) -> Any:
        return self.torch.layer_norm(rows, self.weight.shape, self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class Around:
    """What leads into a part of a layer and out of it again: models differ in where they even out."""

    norm: Norm
    before: bool

    def enter(self, rows: Any) -> Any:
        return self.norm(rows) if self.before else rows

    def leave(self, rows: Any, made: Any) -> Any:
        return rows.add(made) if self.before else self.norm(rows.add(made))


@dataclass(frozen=True, slots=True)
class Feed:
    around: Around
    first: Linear
    second: Linear
    activation: Any

    def __call__(self, rows: Any) -> Any:
        return self.around.leave(rows, self.second(self.activation(self.first(self.around.enter(rows)))))


@dataclass(frozen=True, slots=True)
class Own:
    """Attention of a row of words to itself; queries, keys and values come of one multiplication."""

    around: Around
    into: Linear
    out: Linear


@dataclass(frozen=True, slots=True)
class Other:
    """Attention to what was read; its keys and values are made of that once."""

    around: Around
    query: Linear
    out: Linear


@dataclass(frozen=True, slots=True)
class EncoderLayer:
    own: Own
    feed: Feed


@dataclass(frozen=True, slots=True)
class DecoderLayer:
    own: Own
    other: Other
    feed: Feed


def source_table(shape: Shape, checkpoint: Checkpoint) -> Any:
    """What source words are read as: left in the file if that can be read in parts, since few are needed."""
    name = checkpoint.first("model.encoder.embed_tokens.weight", "model.shared.weight")
    weight = checkpoint.get(name, checkpoint.rows(name), shape.width)
    return weight if checkpoint.mapped else weight.clone()


@dataclass(frozen=True, slots=True)
class Layers:
    """A network but for its source table."""

    encoder: list[EncoderLayer]
    decoder: list[DecoderLayer]
    heard: Linear  # from what was read to the keys and values of all layers of the decoder
    encoder_norm: Norm | None
    decoder_norm: Norm | None
    positions: Any
    head: Table


def layers(
    torch: Any,
    shape: Shape,
    form: Form,
    checkpoint: Checkpoint,
    listed: Sequence[int] | None,
) -> Layers:
    """Made array by array: the whole is never there twice. `listed` are the tokens that may be written."""
    build = _Build(torch, shape, form, checkpoint)
    stems = [
        [f"model.{stack}.layers.{place}" for place in range(count)]
        for stack, count in (
            ("encoder", shape.encoder.layers),
            ("decoder", shape.decoder.layers),
        )
    ]
    return Layers(
        encoder=[EncoderLayer(build.own(stem), build.feed(stem)) for stem in stems[0]],
        decoder=[DecoderLayer(build.own(stem), build.other(stem), build.feed(stem)) for stem in stems[1]],
        heard=build.linear(
            [f"{stem}.encoder_attn.{part}_proj" for stem in stems[1] for part in ("k", "v")],
            *[shape.width] * 2,
        ),
        encoder_norm=build.last_norm("encoder"),
        decoder_norm=build.last_norm("decoder"),
        positions=build.waves(),
        head=build.written(listed),
    )


class _Build:
    def __init__(self, torch: Any, shape: Shape, form: Form, checkpoint: Checkpoint) -> None:
        self._torch = torch
        self._shape = shape
        self._form = form
        self._checkpoint = checkpoint
        self._activation = getattr(torch.nn.functional, shape.activation)

    def last_norm(self, stack: str) -> Norm | None:
        """Only who evens out before a layer has to do it after the last."""
        return self._norm(f"model.{stack}.layer_norm") if self._shape.normalised_before else None

    def written(self, listed: Sequence[int] | None) -> Table:
        """The rows of the vocabulary that may be written, which are also what written tokens are read as."""
        torch, shape = self._torch, self._shape
        name = self._checkpoint.first(
            "lm_head.weight", "model.decoder.embed_tokens.weight", "model.shared.weight"
        )
        weight = self._checkpoint.get(name, shape.rows, shape.width)
        bias = torch.zeros(shape.rows)
        if self._checkpoint.has("final_logits_bias"):
            bias += self._checkpoint.get("final_logits_bias", 1, shape.rows)[0].float()
        bias[list(shape.never)] = -math.inf
        if listed is not None:
            chosen = torch.tensor(listed)
            weight, bias = weight[chosen], bias[chosen]
        return table(torch, self._form, weight, bias if bool(bias.any()) else None)

    def waves(self) -> Any:
        """Positions are waves of many lengths; NLLB's begin at 2, and are spread a little differently."""
        torch, width = self._torch, self._shape.width
        count, half = self._shape.most_positions, width // 2
        steps, begin = (half - 1, 2) if self._shape.kind == NLLB else (half, 0)
        lengths = torch.exp(torch.arange(half).double() * -(math.log(10000) / steps))
        angles = torch.arange(begin, begin + count).double()[:, None] * lengths[None]
        waves = torch.cat([angles.sin(), angles.cos()], dim=1)
        return waves.to(device=self._form.device, dtype=self._form.floats)

    def own(self, stem: str) -> Own:
        attention = f"{stem}.self_attn"
        into, out = self._square(attention, "qkv"), self._square(attention, "out")
        return Own(self._around(f"{attention}_layer_norm"), into, out)

    def other(self, stem: str) -> Other:
        attention = f"{stem}.encoder_attn"
        query, out = self._square(attention, "q"), self._square(attention, "out")
        return Other(self._around(f"{attention}_layer_norm"), query, out)

    def feed(self, stem: str) -> Feed:
        width = self._shape.width
        inner = self._checkpoint.rows(f"{stem}.fc1.weight")
        first = self.linear([f"{stem}.fc1"], inner, width)
        second = self.linear([f"{stem}.fc2"], width, inner)
        return Feed(self._around(f"{stem}.final_layer_norm"), first, second, self._activation)

    def _square(self, attention: str, parts: str) -> Linear:
        names = [parts] if parts == "out" else list(parts)
        return self.linear([f"{attention}.{part}_proj" for part in names], *[self._shape.width] * 2)

    def linear(self, names: list[str], rows: int, columns: int) -> Linear:
        """Several of the same inputs are one."""
        torch, checkpoint = self._torch, self._checkpoint
        weight = torch.cat([checkpoint.get(f"{name}.weight", rows, columns) for name in names])
        bias = torch.cat([checkpoint.get(f"{name}.bias", rows) for name in names])
        return linear(torch, self._form, weight, bias)

    def _around(self, name: str) -> Around:
        return Around(self._norm(name), self._shape.normalised_before)

    def _norm(self, name: str) -> Norm:
        weight, bias = (
            self._checkpoint.get(f"{name}.{part}", self._shape.width) for part in ("weight", "bias")
        )
        move = {"device": self._form.device, "dtype": self._form.floats, "copy": True}
        return Norm(self._torch, weight.to(**move), bias.to(**move))
