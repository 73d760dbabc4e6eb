"""The network that writes: a GPT-2 that reads a voice and a text and goes on with codes of sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamtts.metal.linear import FewBits, LayerNorm
from streamtts.synthesizers.xtts import matrices
from streamtts.synthesizers.xtts.fused import FusedLayer, FusedSteps
from streamtts.synthesizers.xtts.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamtts.metal.launching import Kernels


class _Layer:
    def __init__(self, torch: Any, precision: str, kernels: Kernels | None, block: Any) -> None:
        def made(part: Any) -> matrices.Matrix:
            return matrices.matrix(torch, precision, kernels, part.weight, part.bias)

        self.attention_norm = block.ln_1
        self.asks = made(block.attn.c_attn)
        self.attended = made(block.attn.c_proj)
        self.thought_norm = block.ln_2
        self.widens = made(block.mlp.c_fc)
        self.narrows = made(block.mlp.c_proj)

    def fused(self) -> FusedLayer | None:
        """None if its products are none of our kernel's."""
        products = (self.asks, self.attended, self.widens, self.narrows)
        ours = [product for product in products if isinstance(product, FewBits)]
        if len(ours) < len(products):
            return None
        first, second = (
            LayerNorm(norm.weight, norm.bias, norm.eps) for norm in (self.attention_norm, self.thought_norm)
        )
        return FusedLayer(first, ours[0], ours[1], second, ours[2], ours[3])


class Network:
    """Made of a `GPT` of TTS, of which it takes the layers: the original cannot write any more."""

    def __init__(self, torch: Any, gpt: Any, precision: str, kernels: Kernels | None = None) -> None:
        self._torch = torch
        self.device = gpt.mel_head.weight.device
        self.precision = matrices.chosen(torch, self.device, precision, kernels)
        self._floats = matrices.floats(torch, self.precision, kernels)
        transformer = gpt.gpt
        self._heads = transformer.config.num_attention_heads
        self._layers: list[_Layer] = []
        blocks, transformer.h = list(transformer.h), torch.nn.ModuleList()
        while blocks:  # one after the other, so that both forms of all are never in memory
            block = blocks.pop(0)
            block.ln_1.to(self._floats)
            block.ln_2.to(self._floats)
            self._layers.append(_Layer(torch, self.precision, kernels, block))
        self._last_norm = transformer.ln_f
        self._latent_norm = gpt.final_norm
        head = gpt.mel_head
        self._scores = matrices.scores(torch, self.precision, kernels, head.weight.t(), head.bias)
        self._gpt = gpt
        self._fused: FusedSteps | None = None
        ours = [fused for layer in self._layers if (fused := layer.fused())]
        if kernels is not None and len(ours) == len(self._layers):
            self._fused = FusedSteps(kernels, ours, self._heads)

    def listen(self, conditioning: Any) -> Memory:
        """Reads a voice: what its sentences share."""
        heads, width = self._heads, conditioning.shape[-1] // self._heads
        nothing = self._torch.empty(
            (len(self._layers), 2, heads, 0, width), dtype=self._floats, device=self.device
        )
        memory = Memory(self._torch, nothing)
        self._go_on(memory, conditioning[0].to(self.device))
        return memory.copy(0)

    def read(self, memory: Memory, tokens: Sequence[int]) -> tuple[Any, Any]:
        """Reads a text: the first latent, and the scores of the first code."""
        gpt, torch = self._gpt, self._torch
        framed = torch.tensor([[gpt.start_text_token, *tokens, gpt.stop_text_token]], device=self.device)
        text = gpt.text_embedding(framed) + gpt.text_pos_embedding(framed)
        return self._go_on(memory, torch.cat([text[0], self._code(gpt.start_audio_token, 0)]))

    def write(self, memory: Memory, code: int, place: int) -> tuple[Any, Any]:
        """Reads the `place`th code, chosen last: the next latent, and the scores of the next code."""
        return self._go_on(memory, self._code(code, place))

    def _code(self, code: int, place: int) -> Any:
        gpt = self._gpt
        return gpt.mel_embedding.weight[code, None] + gpt.mel_pos_embedding.emb.weight[place, None]

    def _go_on(self, memory: Memory, rows: Any) -> tuple[Any, Any]:
        memory.reserve(len(rows))
        rows = rows.to(self._floats)
        if self._fused is not None and len(rows) == 1:
            rows = self._fused.step(memory, rows)
        else:
            rows = self._stepped(memory, rows)
        memory.length += len(rows)
        latent = self._latent_norm(self._last_norm(rows[-1:].float()))
        return latent, self._scores(latent.to(self._floats))[0].float()

    def _stepped(self, memory: Memory, rows: Any) -> Any:
        for number, layer in enumerate(self._layers):
            rows = rows + layer.attended(self._attend(number, layer, memory, rows))
            wide = layer.widens(layer.thought_norm(rows))
            rows = rows + layer.narrows(self._torch.nn.functional.gelu(wide, approximate="tanh"))
        return rows

    def _attend(self, number: int, layer: _Layer, memory: Memory, rows: Any) -> Any:
        count, width = rows.shape
        asked = layer.asks(layer.attention_norm(rows)).view(count, 3, self._heads, width // self._heads)
        queries, keys, values = asked.permute(1, 2, 0, 3)
        all_keys, all_values = memory.put(number, keys, values)
        attention = self._torch.nn.functional.scaled_dot_product_attention
        if count == 1 or memory.length == 0:
            found = attention(queries[None], all_keys[None], all_values[None], is_causal=count > 1)
        else:
            places = self._torch.arange(all_keys.shape[1], device=self.device)
            mask = places[None] <= places[memory.length :, None]
            found = attention(queries[None], all_keys[None], all_values[None], attn_mask=mask)
        return found[0].transpose(0, 1).reshape(count, width)
