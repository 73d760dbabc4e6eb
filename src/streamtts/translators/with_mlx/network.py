"""NLLB's network in MLX: an encoder and a decoder with pre-norm layers, and sinusoids for positions."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streamtts.metal.with_mlx.launching import Kernels
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_mlx.cache import Cache
from streamtts.translators.with_mlx.form import Form
from streamtts.translators.with_mlx.lines import Lines, Stream

_SOURCE_BLOCK = 16  # columns; sources padded to it share one compiled step
_LARGEST_HALF = 65504.0 - 1000.0  # beyond it, sums of 16-bit floats are infinite
_FIRST_POSITION = 1  # after the one of padding


class Network:
    """Computes; which token comes next is decided elsewhere."""

    def __init__(
        self,
        mx: Any,
        shape: Shape,
        form: Form,
        arrays: Mapping[str, Any],
        *,
        padding: int,
        source_rows: Callable[[Sequence[int]], Any],
        compiled: bool,
        kernels: Kernels | None = None,
    ) -> None:
        self._mx = mx
        self._shape = shape
        self._form = form
        self._kind = getattr(mx, form.kind)
        self._lines = Lines(mx, form, arrays, shape.activation, kernels)
        self._padding = padding
        self._source_rows = source_rows
        self._block = _SOURCE_BLOCK if compiled else 1
        self._positions = positions(mx, shape).astype(self._kind)
        self._scores = mx.compile(self._scored) if compiled else self._scored
        self._names = None if kernels is None else mx.compile(self._named) if compiled else self._named
        # Arrays that are not computed yet belong to the thread that asked for them.
        mx.eval(self._positions, *arrays.values())

    def encode(self, sources: Sequence[Sequence[int]]) -> Cache:
        """What the decoder needs of these token rows, each with its own padding."""
        mx, shape = self._mx, self._shape
        longest = max(map(len, sources))
        columns = min(-(-longest // self._block) * self._block, shape.most_positions)
        flat = [token for row in sources for token in [*row, *[shape.padding] * (columns - len(row))]]
        embedded = self._source_rows(flat).astype(self._kind).reshape(len(sources), columns, shape.width)
        lengths = mx.array([len(row) for row in sources])
        mask = (mx.arange(columns)[None, :] < lengths[:, None])[:, None, None, :]
        first = shape.padding + _FIRST_POSITION
        stream = Stream(embedded * shape.embedding_scale + self._positions[first : first + columns])
        for layer in range(shape.encoder.layers):
            stream = self._encoder_layer(layer, stream, mask)
        cache = Cache(mx, self._memory(self._lines.evened("encoder.norm", stream)), mask)
        mx.eval(cache.source, mask)
        return cache

    def logits(self, tokens: Any, cache: Cache) -> Any:
        """What may follow the last of these tokens (sentences, columns), which come after what is cached."""
        return self._step(self._scores, tokens, cache)

    def likeliest(self, tokens: Any, cache: Cache) -> Any:
        """The same, but of each sentence only the likeliest token, as its next column."""
        if self._names is None:
            return self._mx.argmax(self.logits(tokens, cache), axis=-1, keepdims=True)
        return self._step(self._names, tokens, cache)

    def _step(self, function: Callable[..., tuple[Any, list[Any]]], tokens: Any, cache: Cache) -> Any:
        columns = tokens.shape[1]
        cache.room(columns)
        offset = self._mx.array([cache.length])
        output, cache.own = function(tokens, offset, cache.own, cache.source, cache.mask)
        cache.length += columns
        return output

    # The decoder. A step is a function of arrays alone: of the same shapes, it is traced once.

    def _scored(self, *arrays: Any) -> tuple[Any, list[Any]]:
        last, kept = self._advanced(*arrays)
        return self._lines.scores(last), kept

    def _named(self, *arrays: Any) -> tuple[Any, list[Any]]:
        last, kept = self._advanced(*arrays)
        return self._lines.likeliest(last)[:, None], kept

    def _advanced(
        self, tokens: Any, offset: Any, own: list[Any], source: list[Any], mask: Any
    ) -> tuple[Any, list[Any]]:
        """What the last token has become, and what is remembered of all."""
        mx, shape = self._mx, self._shape
        columns, room = tokens.shape[1], own[0].shape[2]
        places = offset + mx.arange(columns)
        causal = mx.arange(room)[None, :] <= places[:, None]
        standing = self._positions[places + (shape.padding + _FIRST_POSITION)][None]
        standing = mx.where((tokens == self._padding)[..., None], mx.zeros_like(standing), standing)
        stream = Stream(self._lines.embedded(tokens) * shape.embedding_scale + standing)
        kept: list[Any] = []
        for layer in range(shape.decoder.layers):
            pair = slice(2 * layer, 2 * layer + 2)
            stream, grown = self._looked_back(f"decoder.{layer}", stream, own[pair], offset, causal)
            kept += grown
            stream = self._looked_at_source(f"decoder.{layer}", stream, source[pair], mask)
            is_last = layer + 1 == shape.decoder.layers
            following = "decoder.norm" if is_last else f"decoder.{layer + 1}.self_norm"
            stream = self._fed_forward(f"decoder.{layer}", stream, following)
        return self._lines.evened("decoder.norm", stream.last()), kept

    def _looked_back(
        self, at: str, stream: Stream, own: list[Any], offset: Any, causal: Any
    ) -> tuple[Stream, list[Any]]:
        mx, heads = self._mx, self._shape.decoder.heads
        parts = self._lines.of_norm(f"{at}.self_in", f"{at}.self_norm", stream)
        query, key, value = _split(parts, heads, 3)
        grown = [
            mx.slice_update(old, new, offset, axes=(2,)) for old, new in zip(own, (key, value), strict=True)
        ]
        seen = self._attend(query, grown, causal)
        return self._lines.onto(f"{at}.self_out", seen, stream, f"{at}.source_norm"), grown

    def _looked_at_source(self, at: str, stream: Stream, source: list[Any], mask: Any) -> Stream:
        asked = self._lines.of_norm(f"{at}.source_query", f"{at}.source_norm", stream)
        (query,) = _split(asked, self._shape.decoder.heads, 1)
        return self._lines.onto(
            f"{at}.source_out", self._attend(query, source, mask), stream, f"{at}.inner_norm"
        )

    def _memory(self, hidden: Any) -> list[Any]:
        """Keys and values of the source for every layer; in one piece, since each step reads them."""
        kept: list[Any] = []
        for layer in range(self._shape.decoder.layers):
            both = self._lines.line(f"decoder.{layer}.source_memory", hidden)
            parts = _split(both, self._shape.decoder.heads, 2)
            kept += [self._mx.contiguous(part) for part in parts]
        return kept

    # Both.

    def _encoder_layer(self, layer: int, stream: Stream, mask: Any) -> Stream:
        at, encoder = f"encoder.{layer}", self._shape.encoder
        parts = self._lines.of_norm(f"{at}.self_in", f"{at}.self_norm", stream)
        query, *own = _split(parts, encoder.heads, 3)
        stream = self._lines.onto(
            f"{at}.self_out", self._attend(query, own, mask), stream, f"{at}.inner_norm"
        )
        if self._form.kind == "float16":
            hidden = self._fed_forward(at, stream, "").hidden
            return Stream(self._mx.clip(hidden, -_LARGEST_HALF, _LARGEST_HALF))
        is_last = layer + 1 == encoder.layers
        return self._fed_forward(at, stream, "encoder.norm" if is_last else f"encoder.{layer + 1}.self_norm")

    def _fed_forward(self, at: str, stream: Stream, following: str) -> Stream:
        inner = self._lines.of_norm(f"{at}.inner_in", f"{at}.inner_norm", stream, activated=True)
        return self._lines.onto(f"{at}.inner_out", inner, stream, following)

    def _attend(self, query: Any, held: list[Any], mask: Any) -> Any:
        (rows, _, columns, width), (key, value) = query.shape, held
        seen = self._mx.fast.scaled_dot_product_attention(
            query, key, value, scale=1 / math.sqrt(width), mask=mask
        )
        return seen.transpose(0, 2, 1, 3).reshape(rows, columns, -1)


def _split(parted: Any, heads: int, count: int) -> list[Any]:
    """The parts that were computed as one, each by heads."""
    rows, columns, width = parted.shape
    parts = parted.reshape(rows, columns, count, heads, width // count // heads)
    return [parts[:, :, part].transpose(0, 2, 1, 3) for part in range(count)]


def positions(mx: Any, shape: Shape) -> Any:
    """A row for each position that a token can have, from the one of padding on, which is zero."""
    half = shape.width // 2
    rows = shape.padding + _FIRST_POSITION + shape.most_positions
    with mx.stream(mx.cpu):  # where a sine of a large angle is one, whatever the GPU makes of it
        steps = mx.exp(mx.arange(half, dtype=mx.float32) * -(math.log(10000) / (half - 1)))
        angles = mx.arange(rows, dtype=mx.float32)[:, None] * steps[None, :]
        table = mx.concatenate([mx.sin(angles), mx.cos(angles)], axis=1)
        table = mx.where((mx.arange(rows) == shape.padding)[:, None], mx.zeros_like(table), table)
        mx.eval(table)
    return table
