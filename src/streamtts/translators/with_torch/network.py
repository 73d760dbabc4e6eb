"""The network of NLLB and Marian models: an encoder, and a decoder that remembers what it has seen."""

from typing import Any

from streamtts.metal.attention import Attention
from streamtts.metal.best import Best
from streamtts.metal.linear import EightBits
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_torch.fused import FusedDecoder
from streamtts.translators.with_torch.layers import Layers, Other, Own
from streamtts.translators.with_torch.memory import Memory
from streamtts.translators.with_torch.precision import Form


class Network:
    """What it writes are rows of its head: tokens, or places in a shortlist of them."""

    def __init__(self, torch: Any, shape: Shape, form: Form, layers: Layers, source_table: Any) -> None:
        self._torch = torch
        self._shape = shape
        self._form = form
        self._attention = Attention(form.kernels) if form.kernels else None
        self._layers = layers
        self._fused = FusedDecoder.of(form.kernels, shape, layers)
        self._best = None
        if form.kernels and isinstance(layers.head, EightBits):
            self._best = Best(form.kernels, layers.head)
        self._source_table = source_table

    def read(self, sources: list[list[int]], room: int) -> Memory:
        """`room` is for how many tokens will be written."""
        torch, shape, form = self._torch, self._shape, self._form
        width = max(map(len, sources))
        padded = torch.tensor([row + [shape.padding] * (width - len(row)) for row in sources])
        rows = self._source_table[padded].to(device=form.device, dtype=form.floats)
        rows = (rows * shape.embedding_scale + self._layers.positions[:width]).flatten(0, 1)
        mask = None
        if any(len(row) < width for row in sources):
            mask = (padded != shape.padding).to(form.device)[:, None, None, :]
        for layer in self._layers.encoder:
            rows = layer.own.around.leave(rows, self._looked(layer.own, rows, len(sources), mask))
            rows = layer.feed(rows)
        if self._layers.encoder_norm:
            rows = self._layers.encoder_norm(rows)
        return self._memory(rows, len(sources), mask, room)

    def write(self, memory: Memory, tokens: Any) -> Any:
        """The scores of what follows the tokens, which come in a row of the same length for each sentence."""
        return self._layers.head(self._wrote_last(memory, tokens))

    def best(self, memory: Memory, tokens: Any) -> Any:
        """Its likeliest row of the head, for each sentence."""
        last = self._wrote_last(memory, tokens)
        if self._best and self._best.takes(last):
            return self._best(last)
        return self._layers.head(last).argmax(dim=-1)

    def _wrote_last(self, memory: Memory, tokens: Any) -> Any:
        """What the layers make of the last of the tokens."""
        begin, more, positions = (
            memory.length,
            int(tokens.shape[1]),
            self._layers.positions,
        )
        rows = self._layers.head.weight_rows(tokens) * self._shape.embedding_scale
        if memory.place is None:
            rows = (rows + positions[begin : begin + more]).flatten(0, 1)
        else:
            rows = (rows + positions[memory.place]).flatten(0, 1)
        if self._fused and self._fused.takes(memory.sentences, more):
            rows = self._fused.step(rows, memory)
        else:
            rows = self._stepped(rows, memory)
        memory.length += more
        last = rows[more - 1 :: more]
        return self._layers.decoder_norm(last) if self._layers.decoder_norm else last

    def _stepped(self, rows: Any, memory: Memory) -> Any:
        for place, layer in enumerate(self._layers.decoder):
            rows = layer.own.around.leave(rows, self._wrote(layer.own, rows, memory, place))
            rows = layer.other.around.leave(rows, self._listened(layer.other, rows, memory, place))
            rows = layer.feed(rows)
        return rows

    def _memory(self, rows: Any, sentences: int, mask: Any | None, room: int) -> Memory:
        stack = self._shape.decoder
        each = self._shape.width // stack.heads
        parts = self._layers.heard(rows).view(sentences, -1, stack.layers, 2, stack.heads, each)
        parts = parts.permute(2, 3, 0, 4, 1, 5).contiguous()
        written = self._torch.empty(
            (stack.layers, 2, sentences, stack.heads, room, each),
            device=rows.device,
            dtype=rows.dtype,
        )
        pairs = [[(layer[0], layer[1]) for layer in both] for both in (parts, written)]
        return Memory(pairs[0], mask, pairs[1])

    def _looked(self, own: Own, rows: Any, sentences: int, mask: Any | None) -> Any:
        """The encoder's: every word sees every word."""
        query, keys, values = self._three(own, rows, sentences, self._shape.encoder.heads)
        return own.out(self._flat(self._attend(query, keys, values, mask)))

    def _wrote(self, own: Own, rows: Any, memory: Memory, place: int) -> Any:
        """The decoder's: every word sees those before it."""
        query, keys, values = self._three(own, rows, memory.sentences, self._shape.decoder.heads)
        all_keys, all_values = memory.written[place]
        if memory.place is not None:
            all_keys.index_copy_(2, memory.place, keys)
            all_values.index_copy_(2, memory.place, values)
            mask = self._torch.arange(all_keys.shape[2], device=rows.device) <= memory.place
            return own.out(self._flat(self._attend(query, all_keys, all_values, mask[None])))
        begin, end = memory.length, memory.length + query.shape[2]
        all_keys[:, :, begin:end] = keys
        all_values[:, :, begin:end] = values
        several = end - begin > 1  # as only at the beginning
        seen = self._attend(query, all_keys[:, :, :end], all_values[:, :, :end], causal=several)
        return own.out(self._flat(seen))

    def _listened(self, other: Other, rows: Any, memory: Memory, place: int) -> Any:
        heads = self._shape.decoder.heads
        query = other.query(other.around.enter(rows)).view(
            memory.sentences, -1, heads, rows.shape[1] // heads
        )
        keys, values = memory.read[place]
        return other.out(self._flat(self._attend(query.transpose(1, 2), keys, values, memory.mask)))

    def _attend(self, query: Any, keys: Any, values: Any, mask: Any = None, *, causal: bool = False) -> Any:
        if self._attention:
            found = self._attention(query, keys, values, mask, causal=causal)
            if found is not None:
                return found.transpose(1, 2)
        attend = self._torch.nn.functional.scaled_dot_product_attention
        return attend(query, keys, values, attn_mask=mask, is_causal=causal)

    def _three(self, own: Own, rows: Any, sentences: int, heads: int) -> tuple[Any, Any, Any]:
        parts = own.into(own.around.enter(rows)).view(sentences, -1, 3, heads, rows.shape[1] // heads)
        query, keys, values = parts.permute(2, 0, 3, 1, 4)
        return query, keys, values

    def _flat(self, seen: Any) -> Any:
        return seen.transpose(1, 2).reshape(-1, self._shape.width)
