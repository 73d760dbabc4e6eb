"""NLLB's network in MLX: an encoder and a decoder with pre-norm layers, and sinusoids for positions."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_mlx.arrays import EMBEDDING
from streamtts.translators.with_mlx.cache import Cache
from streamtts.translators.with_mlx.form import Form

_EPSILON = 1e-5
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
    ) -> None:
        self._mx = mx
        self._shape = shape
        self._form = form
        self._kind = getattr(mx, form.kind)
        self._arrays = arrays
        self._padding = padding
        self._source_rows = source_rows
        self._block = _SOURCE_BLOCK if compiled else 1
        self._activation = _activation(mx, shape.activation)
        self._positions = positions(mx, shape).astype(self._kind)
        self._advance = mx.compile(self._advanced) if compiled else self._advanced
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
        hidden = embedded * shape.embedding_scale + self._positions[first : first + columns]
        for layer in range(shape.encoder.layers):
            hidden = self._encoder_layer(f"encoder.{layer}", hidden, mask)
        hidden = self._norm("encoder.norm", hidden)
        cache = Cache(mx, self._memory(hidden), mask)
        mx.eval(cache.source, mask)
        return cache

    def logits(self, tokens: Any, cache: Cache) -> Any:
        """What may follow the last of these tokens (sentences, columns), which come after what is cached."""
        columns = tokens.shape[1]
        cache.room(columns)
        offset = self._mx.array([cache.length])
        output, cache.own = self._advance(tokens, offset, cache.own, cache.source, cache.mask)
        cache.length += columns
        return output

    # The decoder.

    def _advanced(
        self, tokens: Any, offset: Any, own: list[Any], source: list[Any], mask: Any
    ) -> tuple[Any, list[Any]]:
        """One step, as a function of arrays alone: of the same shapes, it is traced once."""
        mx, shape = self._mx, self._shape
        columns, room = tokens.shape[1], own[0].shape[2]
        places = offset + mx.arange(columns)
        causal = mx.arange(room)[None, :] <= places[:, None]
        standing = self._positions[places + (shape.padding + _FIRST_POSITION)][None]
        standing = mx.where((tokens == self._padding)[..., None], mx.zeros_like(standing), standing)
        hidden = self._embedded(tokens) * shape.embedding_scale + standing
        kept: list[Any] = []
        for layer in range(shape.decoder.layers):
            at, pair = f"decoder.{layer}", slice(2 * layer, 2 * layer + 2)
            said, grown = self._looked_back(at, hidden, own[pair], offset, causal)
            kept += grown
            hidden = self._fed_forward(at, self._looked_at_source(at, hidden + said, source[pair], mask))
        last = self._norm("decoder.norm", hidden[:, -1, :])
        return self._times(EMBEDDING, last), kept

    def _looked_back(
        self, at: str, hidden: Any, own: list[Any], offset: Any, causal: Any
    ) -> tuple[Any, list[Any]]:
        mx, heads = self._mx, self._shape.decoder.heads
        query, key, value = self._split(f"{at}.self_in", self._norm(f"{at}.self_norm", hidden), heads, 3)
        grown = [
            mx.slice_update(old, new, offset, axes=(2,)) for old, new in zip(own, (key, value), strict=True)
        ]
        return self._line(f"{at}.self_out", self._attend(query, grown, causal)), grown

    def _looked_at_source(self, at: str, hidden: Any, source: list[Any], mask: Any) -> Any:
        normed = self._norm(f"{at}.source_norm", hidden)
        (query,) = self._split(f"{at}.source_query", normed, self._shape.decoder.heads, 1)
        return hidden + self._line(f"{at}.source_out", self._attend(query, source, mask))

    def _memory(self, hidden: Any) -> list[Any]:
        """Keys and values of the source for every layer; in one piece, since each step reads them."""
        kept: list[Any] = []
        for layer in range(self._shape.decoder.layers):
            parts = self._split(f"decoder.{layer}.source_memory", hidden, self._shape.decoder.heads, 2)
            kept += [self._mx.contiguous(part) for part in parts]
        return kept

    # Both.

    def _encoder_layer(self, at: str, hidden: Any, mask: Any) -> Any:
        heads = self._shape.encoder.heads
        query, *own = self._split(f"{at}.self_in", self._norm(f"{at}.self_norm", hidden), heads, 3)
        seen = self._attend(query, own, mask)
        hidden = self._fed_forward(at, hidden + self._line(f"{at}.self_out", seen))
        if self._form.kind == "float16":
            hidden = self._mx.clip(hidden, -_LARGEST_HALF, _LARGEST_HALF)
        return hidden

    def _fed_forward(self, at: str, hidden: Any) -> Any:
        inner = self._activation(self._line(f"{at}.inner_in", self._norm(f"{at}.inner_norm", hidden)))
        return hidden + self._line(f"{at}.inner_out", inner)

    def _attend(self, query: Any, held: list[Any], mask: Any) -> Any:
        (rows, _, columns, width), (key, value) = query.shape, held
        seen = self._mx.fast.scaled_dot_product_attention(
            query, key, value, scale=1 / math.sqrt(width), mask=mask
        )
        return seen.transpose(0, 2, 1, 3).reshape(rows, columns, -1)

    def _split(self, name: str, hidden: Any, heads: int, count: int) -> list[Any]:
        """The parts that were computed as one, each by heads."""
        rows, columns, width = hidden.shape
        parted = self._line(name, hidden).reshape(rows, columns, count, heads, width // heads)
        return [parted[:, :, part].transpose(0, 2, 1, 3) for part in range(count)]

    def _norm(self, name: str, hidden: Any) -> Any:
        weight, bias = self._arrays[f"{name}.weight"], self._arrays[f"{name}.bias"]
        return self._mx.fast.layer_norm(hidden, weight, bias, _EPSILON)

    def _line(self, name: str, hidden: Any) -> Any:
        bias = self._arrays[f"{name}.bias"]
        if f"{name}.scales" in self._arrays:
            return self._times(name, hidden) + bias
        return self._mx.addmm(bias, hidden, self._arrays[f"{name}.weight"].T)

    def _times(self, name: str, hidden: Any) -> Any:
        weight = self._arrays[f"{name}.weight"]
        if (scales := self._arrays.get(f"{name}.scales")) is None:
            return hidden @ weight.T
        return self._mx.quantized_matmul(
            hidden,
            weight,
            scales,
            self._arrays[f"{name}.zeros"],
            transpose=True,
            group_size=self._form.group(self._columns(weight)),
            bits=self._form.bits,
        )

    def _embedded(self, tokens: Any) -> Any:
        weight = self._arrays[f"{EMBEDDING}.weight"][tokens]
        if (scales := self._arrays.get(f"{EMBEDDING}.scales")) is None:
            return weight
        return self._mx.dequantize(
            weight,
            scales[tokens],
            self._arrays[f"{EMBEDDING}.zeros"][tokens],
            group_size=self._form.group(self._columns(weight)),
            bits=self._form.bits,
        )

    def _columns(self, packed: Any) -> int:
        return int(packed.shape[-1] * 32 // self._form.bits)


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


def _activation(mx: Any, name: str) -> Callable[[Any], Any]:
    def gelu(x: Any) -> Any:
        return x * (1 + mx.erf(x / math.sqrt(2))) / 2

    def silu(x: Any) -> Any:
        return x * mx.sigmoid(x)

    def relu(x: Any) -> Any:
        return mx.maximum(x, 0)

    return {"relu": relu, "gelu": gelu, "silu": silu}[name]
