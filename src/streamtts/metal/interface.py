"""Our attention under the name "streamtts" in transformers: model.set_attn_implementation("streamtts")."""

from typing import Any

from streamtts.metal.attention import Attention
from streamtts.metal.launching import Kernels

NAME = "streamtts"
_KNOWN_TO_SDPA = ("position_bias", "cache", "softcap")  # what only its own function takes into account


def register(kernels: Kernels) -> None:
    """What our kernels are not made for is computed by SDPA, call by call."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.integrations.sdpa_attention import sdpa_attention_forward
    from transformers.masking_utils import sdpa_mask

    attention = Attention(kernels)

    def forward(
        module: Any,
        query: Any,
        key: Any,
        value: Any,
        attention_mask: Any | None,
        *,
        dropout: float = 0.0,
        scaling: float | None = None,
        is_causal: bool | None = None,
        **more: Any,
    ) -> tuple[Any, None]:
        found = None
        if not dropout and all(more.get(name) is None for name in _KNOWN_TO_SDPA):
            causal = getattr(module, "is_causal", True) if is_causal is None else is_causal
            causal = bool(causal) and attention_mask is None and query.shape[2] > 1
            found = attention(query, key, value, attention_mask, scale=scaling, causal=causal)
        if found is not None:
            return found, None
        made, _ = sdpa_attention_forward(
            module,
            query,
            key,
            value,
            attention_mask,
            dropout=dropout,
            scaling=scaling,
            is_causal=is_causal,
            **more,
        )
        return made, None

    AttentionInterface.register(NAME, forward)
    # Without this transformers hands over no mask at all, and padded sentences would be silently wrong.
    AttentionMaskInterface.register(NAME, sdpa_mask)
