"""transformers with our attention: the same scores, of padded sentences, too."""

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")
transformers = pytest.importorskip("transformers", reason="transformers is not installed: make test-engines")

from metal.simulator import launches  # noqa: E402
from streamtts.metal.interface import NAME, register  # noqa: E402
from streamtts.metal.launching import Kernels  # noqa: E402

MOST_DIFFERENCE = 1e-5


def tiny(seed: int = 0) -> Any:
    """Heads are of 64, as those of NLLB."""
    config = transformers.M2M100Config(
        vocab_size=120, d_model=128, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=64,
    )  # fmt: skip
    torch.manual_seed(seed)
    return transformers.M2M100ForConditionalGeneration(config).eval()


def test_padded_sentences_have_the_scores_of_sdpa(kernels: Kernels) -> None:
    register(kernels)
    model = tiny()
    tokens = torch.tensor([[5, 6, 7, 8, 9, 2], [5, 6, 2, 1, 1, 1]])
    asked = {
        "input_ids": tokens,
        "attention_mask": (tokens != 1).long(),
        "decoder_input_ids": torch.tensor([[2, 30, 31], [2, 30, 32]]),
    }
    with torch.inference_mode():
        truth = model(**asked).logits
        model.set_attn_implementation(NAME)
        found = model(**asked).logits
        unmasked = model(**{**asked, "attention_mask": torch.ones_like(tokens)}).logits
    assert float((found - truth).abs().max()) < MOST_DIFFERENCE
    assert float((unmasked - truth)[1].abs().max()) > 100 * MOST_DIFFERENCE  # else the mask proved nothing
    assert launches["attention_prefill_float_64"] == 2 * (1 + 2 * 2)


def test_a_translation_is_the_same_word_by_word(kernels: Kernels) -> None:
    register(kernels)
    model = tiny(1)
    tokens = torch.tensor([[5, 6, 7, 8, 9, 2], [5, 6, 2, 1, 1, 1]])
    how = {"attention_mask": (tokens != 1).long(), "max_new_tokens": 6, "num_beams": 2, "do_sample": False}
    truth = model.generate(tokens, **how)
    model.set_attn_implementation(NAME)
    assert torch.equal(model.generate(tokens, **how), truth)
    assert launches["attention_decode_float_64"] > 0


def test_a_head_that_is_none_of_ours_is_computed_by_sdpa(kernels: Kernels) -> None:
    register(kernels)
    config = transformers.GPT2Config(vocab_size=60, n_positions=32, n_embd=48, n_layer=2, n_head=2)
    torch.manual_seed(2)
    model = transformers.GPT2LMHeadModel(config).eval()
    tokens = torch.tensor([[1, 2, 3, 4]])
    with torch.inference_mode():
        truth = model(tokens).logits
        model.set_attn_implementation(NAME)
        assert torch.equal(model(tokens).logits, truth)
    assert not launches


@pytest.mark.parametrize("queries", [1, 3])
def test_what_is_added_to_scores_beside_the_mask_is_left_to_sdpa(kernels: Kernels, queries: int) -> None:
    register(kernels)
    ours, sdpa = (transformers.AttentionInterface()[name] for name in (NAME, "sdpa"))
    module = torch.nn.Module()
    drawn = torch.Generator().manual_seed(3)
    query, key, value = (torch.randn(1, 2, count, 64, generator=drawn) for count in (queries, 5, 5))
    bias = torch.randn(1, 2, queries, 5, generator=drawn)
    for more in ({"position_bias": bias}, {"position_bias": None}):
        asked = (module, query, key, value, None)
        found, truth = (attend(*asked, is_causal=False, **more)[0] for attend in (ours, sdpa))
        assert float((found - truth).abs().max()) < MOST_DIFFERENCE
    assert sum(launches.values()) == 1
