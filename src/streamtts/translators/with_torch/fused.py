"""A step of the decoder in eight dispatches a layer: our kernels do at once what PyTorch does in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from streamtts.metal.attention import Attention
from streamtts.metal.launching import Kernels
from streamtts.metal.linear import ACTIVATIONS, MOST_ROWS, FewBits, LayerNorm
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_torch.layers import Around, DecoderLayer, Layers
from streamtts.translators.with_torch.memory import Memory


@dataclass(frozen=True, slots=True)
class _Layer:
    """The products of a layer, in their order, and what evens out before three of them."""

    products: Sequence[FewBits]
    norms: Sequence[LayerNorm]

    @classmethod
    def of(cls, layer: DecoderLayer) -> "_Layer | None":
        """None if its products are none of our kernel's."""
        own, other, feed = layer.own, layer.other, layer.feed
        products = (own.into, own.out, other.query, other.out, feed.first, feed.second)
        ours = [product for product in products if isinstance(product, FewBits)]
        norms = [_norm(part.around) for part in (own, other, feed)]
        return cls(ours, norms) if len(ours) == len(products) else None


class FusedDecoder:
    """Steps of the decoder of some sentences, a token each."""

    def __init__(self, kernels: Kernels, layers: Sequence[_Layer], heads: int, activation: str) -> None:
        self._attention = Attention(kernels)
        self._attend = kernels.torch.nn.functional.scaled_dot_product_attention
        self._layers = layers
        self._heads = heads
        self._activation = activation

    @classmethod
    def of(cls, kernels: Kernels | None, shape: Shape, layers: Layers) -> "FusedDecoder | None":
        """None if there are no kernels, or the layers are not built as they want them."""
        if kernels is None or not shape.normalised_before or shape.activation not in ACTIVATIONS:
            return None
        ours = [fused for layer in layers.decoder if (fused := _Layer.of(layer))]
        if len(ours) < len(layers.decoder):
            return None
        return cls(kernels, ours, shape.decoder.heads, shape.activation)

    def takes(self, sentences: int, tokens: int) -> bool:
        return tokens == 1 and sentences <= MOST_ROWS

    def step(self, rows: Any, memory: Memory) -> Any:
        """What the layers make of a row for each sentence."""
        for place, layer in enumerate(self._layers):
            into, own_out, query, other_out, first, second = layer.products
            own, other, feed = layer.norms
            seen = self._wrote(into(rows, norm=own), memory, place)
            rows = own_out(seen, residual=rows)
            seen = self._listened(query(rows, norm=other), memory, place)
            rows = other_out(seen, residual=rows)
            rows = second(first(rows, norm=feed, activation=self._activation), residual=rows)
        return rows

    def _wrote(self, rows: Any, memory: Memory, place: int) -> Any:
        query, key, value = self._headed(rows, 3)
        keys, values = (each[:, :, : memory.length + 1] for each in memory.written[place])
        seen = self._attention.appended(query, keys, values, (key, value))
        if seen is None:
            keys[:, :, -1:], values[:, :, -1:] = key, value
            seen = self._attend(query, keys, values).transpose(1, 2)
        return seen.reshape(len(rows), -1)

    def _listened(self, rows: Any, memory: Memory, place: int) -> Any:
        (query,) = self._headed(rows, 1)
        keys, values = memory.read[place]
        seen = self._attention(query, keys, values, memory.mask)
        if seen is None:
            seen = self._attend(query, keys, values, attn_mask=memory.mask).transpose(1, 2)
        return seen.reshape(len(rows), -1)

    def _headed(self, rows: Any, parts: int) -> Any:
        """Part, sentence, head, place, width."""
        width = rows.shape[1] // (parts * self._heads)
        return rows.view(len(rows), parts, self._heads, 1, width).transpose(0, 1)


def _norm(around: Around) -> LayerNorm:
    return LayerNorm(around.norm.weight, around.norm.bias)
