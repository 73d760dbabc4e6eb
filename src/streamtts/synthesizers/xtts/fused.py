"""A code in five dispatches a layer: our kernels do at once what PyTorch does in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streamtts.metal.attention import Attention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamtts.metal.launching import Kernels
    from streamtts.metal.linear import FewBits, LayerNorm
    from streamtts.synthesizers.xtts.memory import Memory


@dataclass(frozen=True, slots=True)
class FusedLayer:
    """The products of a layer, and what evens out before two of them."""

    attention_norm: LayerNorm
    asks: FewBits
    attended: FewBits
    thought_norm: LayerNorm
    widens: FewBits
    narrows: FewBits


class FusedSteps:
    def __init__(self, kernels: Kernels, layers: Sequence[FusedLayer], heads: int) -> None:
        self._attention = Attention(kernels)
        self._attend = kernels.torch.nn.functional.scaled_dot_product_attention
        self._layers = layers
        self._heads = heads

    def step(self, memory: Memory, row: Any) -> Any:
        """What the layers make of the row of one more place, which the memory has room for."""
        for number, layer in enumerate(self._layers):
            asked = layer.asks(row, norm=layer.attention_norm)
            row = layer.attended(self._attended(memory, number, asked), residual=row)
            wide = layer.widens(row, norm=layer.thought_norm, activation="gelu_tanh")
            row = layer.narrows(wide, residual=row)
        return row

    def _attended(self, memory: Memory, number: int, asked: Any) -> Any:
        query, key, value = asked.view(3, 1, self._heads, 1, -1)
        keys, values = (each[None] for each in memory.with_next(number))
        seen = self._attention.appended(query, keys, values, (key, value))
        if seen is None:
            keys[:, :, -1:], values[:, :, -1:] = key, value
            seen = self._attend(query, keys, values)
        return seen.reshape(1, -1)
