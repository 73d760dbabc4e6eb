"""Low-rank additions to the linear layers of a language model, and the file that llama.cpp reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

# As transformers calls the layers of a block, and as llama.cpp does.
LAYERS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


class Added(nn.Module):  # type: ignore[misc]
    """A linear layer that stays as it is, and the low-rank one that is learnt beside it."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        added = nn.functional.linear(nn.functional.linear(x, self.down.to(x.dtype)), self.up.to(x.dtype))
        return self.base(x) + added


def add(model: Any, rank: int) -> list[nn.Parameter]:
    """What is to be learnt."""
    model.requires_grad_(False)
    learnt: list[nn.Parameter] = []
    for block in model.model.layers:
        for name in LAYERS:
            holder, _, attribute = name.partition(".")
            parent = getattr(block, holder)
            layer = Added(getattr(parent, attribute), rank)
            setattr(parent, attribute, layer)
            learnt += [layer.down, layer.up]
    return learnt


def load(model: Any, file: Path) -> None:
    """What `save` wrote."""
    import gguf

    tensors = {each.name: torch.from_numpy(each.data) for each in gguf.GGUFReader(file).tensors}
    with torch.no_grad():
        for name, part in _parts(model):
            part.copy_(tensors[name])


def save(model: Any, rank: int, file: Path, about: str) -> None:
    import gguf

    writer = gguf.GGUFWriter(file, model.config.model_type)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))  # the addition is taken as it is
    writer.add_description(about)
    writer.add_license("apache-2.0")
    for name, part in _parts(model):
        writer.add_tensor(name, part.detach().to(torch.float16).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _parts(model: Any) -> Iterator[tuple[str, nn.Parameter]]:
    """By the names that llama.cpp gives them."""
    for index, block in enumerate(model.model.layers):
        for name, theirs in LAYERS.items():
            layer = block.get_submodule(name)
            yield f"blk.{index}.{theirs}.weight.lora_a", layer.down
            yield f"blk.{index}.{theirs}.weight.lora_b", layer.up
