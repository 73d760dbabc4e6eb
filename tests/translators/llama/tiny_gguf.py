"""A Qwen2-shaped model of 60 kB with random weights, in the real format."""

from pathlib import Path
from typing import Any

_BLOCKS, _WIDTH, _HEADS, _KV_HEADS, _FORWARD, _CONTEXT = 2, 32, 4, 2, 64, 32768
_SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write(file: Path, *, seed: int = 1, architecture: str = "qwen2") -> Path:
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(file, architecture)
    writer.add_block_count(_BLOCKS)
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_feed_forward_length(_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_KV_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    _add_vocabulary(writer)
    random = np.random.default_rng(seed)
    for name, shape in _shapes():
        flat = random.standard_normal(shape) * 0.3 if len(shape) > 1 else np.ones(shape)
        writer.add_tensor(name, flat.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _add_vocabulary(writer: Any) -> None:
    """Every byte is a token, so that every text can be read and written."""
    tokens = [*_byte_letters(), "Ġt", *_SPECIALS]
    kinds = [1] * (len(tokens) - len(_SPECIALS)) + [3] * len(_SPECIALS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(["Ġ t"])
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(_TEMPLATE)


def _byte_letters() -> list[str]:
    """As GPT-2 writes bytes: printable ones are themselves, the others come after the Latin letters."""
    printable = [
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), ord("ÿ") + 1),
    ]
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def _shapes() -> list[tuple[str, tuple[int, ...]]]:
    tokens = 256 + 1 + len(_SPECIALS)
    narrow = _WIDTH // _HEADS * _KV_HEADS
    shapes: list[tuple[str, tuple[int, ...]]] = [
        ("token_embd.weight", (tokens, _WIDTH)),
        ("output_norm.weight", (_WIDTH,)),
        ("output.weight", (tokens, _WIDTH)),
    ]
    for block in range(_BLOCKS):
        each: dict[str, tuple[int, ...]] = {
            "attn_norm.weight": (_WIDTH,),
            "attn_q.weight": (_WIDTH, _WIDTH),
            "attn_q.bias": (_WIDTH,),
            "attn_k.weight": (narrow, _WIDTH),
            "attn_k.bias": (narrow,),
            "attn_v.weight": (narrow, _WIDTH),
            "attn_v.bias": (narrow,),
            "attn_output.weight": (_WIDTH, _WIDTH),
            "ffn_norm.weight": (_WIDTH,),
            "ffn_gate.weight": (_FORWARD, _WIDTH),
            "ffn_up.weight": (_FORWARD, _WIDTH),
            "ffn_down.weight": (_WIDTH, _FORWARD),
        }
        shapes += [(f"blk.{block}.{name}", shape) for name, shape in each.items()]
    return shapes


def write_adapter(file: Path, *, seed: int = 2, rank: int = 2) -> Path:
    """Low-rank additions to the queries and values of all blocks."""
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(file, "qwen2")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))
    random = np.random.default_rng(seed)
    for name, shape in _shapes():
        if name.endswith(("attn_q.weight", "attn_v.weight")):
            rows, columns = shape
            writer.add_tensor(f"{name}.lora_a", random.standard_normal((rank, columns)).astype(np.float16))
            writer.add_tensor(f"{name}.lora_b", random.standard_normal((rows, rank)).astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file
