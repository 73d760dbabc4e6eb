"""The parts of our networks, and the arrays of a checkpoint that each of them is made of.

What is multiplied with the same rows stands together: queries, keys and values, or keys and values alone.
"""

from collections.abc import Iterator

from streamtts.translators.nmt.shape import Stack


def parts(side: str, stack: Stack) -> Iterator[tuple[str, list[str]]]:
    """Our names and those of the checkpoint that they are made of."""
    yield f"{side}.norm", [f"model.{side}.layer_norm"]
    for layer in range(stack.layers):
        ours, theirs = f"{side}.{layer}", f"model.{side}.layers.{layer}"
        own, source = f"{theirs}.self_attn", f"{theirs}.encoder_attn"
        yield f"{ours}.self_norm", [f"{own}_layer_norm"]
        yield f"{ours}.self_in", [f"{own}.{part}_proj" for part in "qkv"]
        yield f"{ours}.self_out", [f"{own}.out_proj"]
        if side == "decoder":
            yield f"{ours}.source_norm", [f"{source}_layer_norm"]
            yield f"{ours}.source_query", [f"{source}.q_proj"]
            yield f"{ours}.source_memory", [f"{source}.{part}_proj" for part in "kv"]
            yield f"{ours}.source_out", [f"{source}.out_proj"]
        yield f"{ours}.inner_norm", [f"{theirs}.final_layer_norm"]
        yield f"{ours}.inner_in", [f"{theirs}.fc1"]
        yield f"{ours}.inner_out", [f"{theirs}.fc2"]
