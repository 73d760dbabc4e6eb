"""A network in the two halves that Core ML runs: one reads a sentence, the other writes a token a call."""

from typing import Any

from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_torch.layers import DecoderLayer, Layers


def reader(torch: Any, shape: Shape, layers: Layers, source_table: Any) -> Any:
    """A module: `tokens`, a row of any length, to `heard`: what each layer of the decoder will look at."""

    class Reader(torch.nn.Module):  # type: ignore[misc]
        def forward(self, tokens: Any) -> Any:
            rows = torch.nn.functional.embedding(tokens, source_table)[0] * shape.embedding_scale
            rows = rows + layers.positions[: tokens.shape[1]]
            for layer in layers.encoder:
                parts = _headed(layer.own.into(layer.own.around.enter(rows)), 3, shape.encoder.heads)
                seen = _attend(torch, parts[0], parts[1], parts[2])
                rows = layer.feed(layer.own.around.leave(rows, layer.own.out(_flat(seen))))
            if layers.encoder_norm:
                rows = layers.encoder_norm(rows)
            return _headed(layers.heard(rows), 2 * shape.decoder.layers, shape.decoder.heads)

    return Reader().eval()


def writer(torch: Any, shape: Shape, layers: Layers, room: int) -> Any:
    """A module: `token` at `place`, and what was `heard`, to the `scores` of the next token.

    Its state is what it has written: for each layer the keys and values of `room` places.
    """
    heads, each = shape.decoder.heads, shape.width // shape.decoder.heads

    class Writer(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            for name in ("keys", "values"):
                size = (shape.decoder.layers, heads, room, each)
                self.register_buffer(name, torch.zeros(size, dtype=layers.positions.dtype))

        def forward(self, token: Any, place: Any, heard: Any) -> Any:
            rows = layers.head.weight_rows(token) * shape.embedding_scale
            rows = rows + torch.nn.functional.embedding(place, layers.positions)
            is_written = torch.arange(room) <= place
            for number, layer in enumerate(layers.decoder):
                seen = self._wrote(number, layer, rows, place, is_written)
                rows = layer.own.around.leave(rows, layer.own.out(_flat(seen)))
                query = _headed(layer.other.query(layer.other.around.enter(rows)), 1, heads)[0]
                seen = _attend(torch, query, heard[2 * number], heard[2 * number + 1])
                rows = layer.feed(layer.other.around.leave(rows, layer.other.out(_flat(seen))))
            return layers.head(layers.decoder_norm(rows) if layers.decoder_norm else rows)

        def _wrote(self, number: int, layer: DecoderLayer, rows: Any, place: Any, is_written: Any) -> Any:
            parts = _headed(layer.own.into(layer.own.around.enter(rows)), 3, heads)
            # As a product: a place to write to that is only known in a call is none of what states allow.
            here = (torch.arange(room) == place).to(rows.dtype)[None, :, None]
            self.keys[number] = self.keys[number] * (1 - here) + parts[1] * here
            self.values[number] = self.values[number] * (1 - here) + parts[2] * here
            return _attend(torch, parts[0], self.keys[number], self.values[number], is_written[None])

    return Writer().eval()


def _headed(rows: Any, parts: int, heads: int) -> Any:
    """Rows that hold several parts of several heads: part, head, row, width."""
    return rows.view(rows.shape[0], parts, heads, rows.shape[1] // (parts * heads)).permute(1, 2, 0, 3)


def _flat(seen: Any) -> Any:
    return seen.permute(1, 0, 2).reshape(seen.shape[1], -1)


def _attend(torch: Any, query: Any, keys: Any, values: Any, mask: Any | None = None) -> Any:
    attention = torch.nn.functional.scaled_dot_product_attention
    return attention(query[None], keys[None], values[None], attn_mask=None if mask is None else mask[None])[0]
