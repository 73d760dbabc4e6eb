"""The network that writes: a GPT-2 that reads a voice and a text and goes on with codes of sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamtts.synthesizers.xtts import matrices

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOM = 64  # positions by which a memory grows


class Memory:
    """Keys and values of what was read so far."""

    def __init__(self, torch: Any, kept: Any) -> None:
        """`kept`: layer, keys or values, head, position, width."""
        self._torch = torch
        self._held = kept
        self.length = kept.shape[3]

    @property
    def read(self) -> Any:
        return self._held[:, :, :, : self.length]

    def copy(self, room: int) -> Memory:
        """What was read, and room for more of it."""
        copied = Memory(self._torch, self.read)
        copied.reserve(room)
        return copied

    def reserve(self, positions: int) -> None:
        wanted = self.length + positions
        if wanted <= self._held.shape[3]:
            return
        layers, two, heads, _, width = self._held.shape
        larger = self._held.new_empty((layers, two, heads, wanted + _ROOM, width))
        larger[:, :, :, : self.length] = self.read
        self._held = larger

    def put(self, layer: int, keys: Any, values: Any) -> tuple[Any, Any]:
        """Adds positions, heads first, to one layer: all its keys and values."""
        end = self.length + keys.shape[1]
        held = self._held[layer]
        held[0, :, self.length : end] = keys
        held[1, :, self.length : end] = values
        return held[0, :, :end], held[1, :, :end]


class _Layer:
    def __init__(self, torch: Any, precision: str, block: Any) -> None:
        def made(part: Any) -> matrices.Matrix:
            return matrices.matrix(torch, precision, part.weight, part.bias)

        self.attention_norm = block.ln_1
        self.asks = made(block.attn.c_attn)
        self.attended = made(block.attn.c_proj)
        self.thought_norm = block.ln_2
        self.widens = made(block.mlp.c_fc)
        self.narrows = made(block.mlp.c_proj)


class Network:
    """Made of a `GPT` of TTS, of which it takes the layers: the original cannot write any more."""

    def __init__(self, torch: Any, gpt: Any, precision: str) -> None:
        self._torch = torch
        self.device = gpt.mel_head.weight.device
        self.precision = matrices.chosen(torch, self.device, precision)
        self._floats = matrices.floats(torch, self.precision)
        transformer = gpt.gpt
        self._heads = transformer.config.num_attention_heads
        self._layers: list[_Layer] = []
        blocks, transformer.h = list(transformer.h), torch.nn.ModuleList()
        while blocks:  # one after the other, so that both forms of all are never in memory
            block = blocks.pop(0)
            block.ln_1.to(self._floats)
            block.ln_2.to(self._floats)
            self._layers.append(_Layer(torch, self.precision, block))
        self._last_norm = transformer.ln_f
        self._latent_norm = gpt.final_norm
        self._scores = matrices.matrix(torch, self.precision, gpt.mel_head.weight.t(), gpt.mel_head.bias)
        self._gpt = gpt

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
        for number, layer in enumerate(self._layers):
            rows = rows + layer.attended(self._attend(number, layer, memory, rows))
            wide = layer.widens(layer.thought_norm(rows))
            rows = rows + layer.narrows(self._torch.nn.functional.gelu(wide, approximate="tanh"))
        memory.length += len(rows)
        latent = self._latent_norm(self._last_norm(rows[-1:].float()))
        return latent, self._scores(latent.to(self._floats))[0].float()

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
