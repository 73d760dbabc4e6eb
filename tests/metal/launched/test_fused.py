"""A step of NLLB's decoder by our kernels: the same scores, in at most nine dispatches a layer."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")
transformers = pytest.importorskip("transformers", reason="transformers is not installed: make test-engines")

from metal.launched.dispatches import dispatches  # noqa: E402
from metal.simulator import launches  # noqa: E402
from streamtts.engine import Ticket  # noqa: E402
from streamtts.metal.launching import Kernels  # noqa: E402
from streamtts.translators.nmt import shape as nmt_shape  # noqa: E402
from streamtts.translators.nmt.checkpoint import Checkpoint  # noqa: E402
from streamtts.translators.with_torch.greedy import Greedy  # noqa: E402
from streamtts.translators.with_torch.layers import layers, source_table  # noqa: E402
from streamtts.translators.with_torch.network import Network  # noqa: E402
from streamtts.translators.with_torch.precision import Form  # noqa: E402
from translators import tiny_models  # noqa: E402

MOST_DISPATCHES, MOST_DIFFERENCE = 9, 1e-4
PLAIN = Form(torch.device("cpu"), torch.float32, bits=8)
FORMS = pytest.mark.parametrize("plain_form", [PLAIN, replace(PLAIN, bits=4)], ids=["8 bits", "4 bits"])
WIDE = {"d_model": 128, "encoder_attention_heads": 2, "decoder_attention_heads": 2}  # heads of 64


def network(folder: Path, form: Form) -> Network:
    shape = nmt_shape.read(folder)
    with torch.inference_mode():
        made = layers(torch, shape, form, Checkpoint(torch, folder), None)
        return Network(torch, shape, form, made, source_table(shape, Checkpoint(torch, folder)))


def apart(found: Any, truth: Any) -> float:
    never = torch.isinf(truth)
    assert torch.equal(torch.isinf(found), never)
    return float((found - truth)[~never].abs().max())


@FORMS
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_the_scores_are_those_of_the_plain_network(
    kernels: Kernels, tmp_path: Path, activation: str, plain_form: Form
) -> None:
    """Sentences of different lengths, so that there is a mask; two tokens to begin with, then one a step."""
    folder = tiny_models.nllb(tmp_path, activation_function=activation, **WIDE)
    plain, fused = (network(folder, form) for form in (plain_form, replace(plain_form, kernels=kernels)))
    sources = [[5, 40, 77, 9, 2], [7, 2], [8, 60, 2]]
    with torch.inference_mode():
        memories = [each.read(sources, 12) for each in (plain, fused)]
        for tokens in ([[2, 1]] * 3, [[50], [51], [52]], [[60], [60], [61]]):
            truth, found = (
                each.write(memory, torch.tensor(tokens))
                for each, memory in zip((plain, fused), memories, strict=True)
            )
            assert apart(found, truth) < MOST_DIFFERENCE
        # A sentence that has ended leaves, as it does in a translation.
        rest = [memory.only(torch.tensor([0, 2])) for memory in memories]
        truth, found = (
            each.write(memory, torch.tensor([[70], [71]]))
            for each, memory in zip((plain, fused), rest, strict=True)
        )
        assert apart(found, truth) < MOST_DIFFERENCE
    assert launches["attention_prefill_float_64"] > 0
    assert launches[f"gemv_int{plain_form.bits}_norm_float_float_4"] > 0


@FORMS
def test_a_translation_is_the_same_token_by_token(kernels: Kernels, tmp_path: Path, plain_form: Form) -> None:
    """The search alone, so that no wording of sentences stands between."""
    folder = tiny_models.nllb(tmp_path, **WIDE)
    sources, found = [[5, 40, 77, 9, 2], [7, 2]], []
    for form in (plain_form, replace(plain_form, kernels=kernels)):
        search = Greedy(torch, network(folder, form), torch.device("cpu"), begin=[2, 1], end=2)
        found.append(list(search.steps(sources, [10, 6], Ticket())))
    assert found[0] == found[1]
    assert len(found[0]) > 3
    assert launches["argmax_vocab_best"] >= len(found[0])


@FORMS
def test_a_layer_takes_eight_dispatches_a_step(kernels: Kernels, tmp_path: Path, plain_form: Form) -> None:
    counts = []
    for count in (1, 3):
        folder = tiny_models.nllb(tmp_path / str(count), decoder_layers=count, **WIDE)
        fused = network(folder, replace(plain_form, kernels=kernels))
        with torch.inference_mode():
            memory = fused.read([[5, 40, 2]], 8)
            fused.write(memory, torch.tensor([[2, 1]]))
            launches.clear()
            with dispatches() as by_torch:
                fused.write(memory, torch.tensor([[50]]))
        counts.append(sum(launches.values()) + by_torch.count)
    layer = (counts[1] - counts[0]) / 2
    assert layer == 8 <= MOST_DISPATCHES


def test_transformers_takes_more_than_twice_as_many() -> None:
    """Operations that compute, as PyTorch would send each to a GPU; views are free."""
    counts = []
    for count in (1, 3):
        config = transformers.M2M100Config(
            vocab_size=120, decoder_layers=count, encoder_layers=1, encoder_ffn_dim=64, decoder_ffn_dim=64,
            max_position_embeddings=64, d_model=128, encoder_attention_heads=2, decoder_attention_heads=2,
        )  # fmt: skip
        model = transformers.M2M100ForConditionalGeneration(config).eval()
        tokens = torch.tensor([[5, 6, 7, 2]])
        with torch.inference_mode():
            encoded = model.get_encoder()(tokens)
            known = model(encoder_outputs=encoded, decoder_input_ids=torch.tensor([[2, 30]]), use_cache=True)
            with dispatches() as by_torch:
                model(
                    encoder_outputs=encoded,
                    decoder_input_ids=torch.tensor([[31]]),
                    past_key_values=known.past_key_values,
                    use_cache=True,
                )
        counts.append(by_torch.count)
    assert (counts[1] - counts[0]) / 2 > 2 * 8


def test_layers_that_our_kernels_are_not_made_for_are_pytorchs(kernels: Kernels, tmp_path: Path) -> None:
    """Marian evens out after its layers, and heads of 8 are none of ours; products are."""
    for name, folder in (
        ("marian", tiny_models.marian(tmp_path / "m")),
        ("nllb", tiny_models.nllb(tmp_path / "n")),
    ):
        plain, ours = network(folder, PLAIN), network(folder, replace(PLAIN, kernels=kernels))
        with torch.inference_mode():
            memories = [each.read([[5, 40, 2]], 8) for each in (plain, ours)]
            for tokens in ([[2, 1]], [[50]], [[51]]):
                truth, found = (
                    each.write(memory, torch.tensor(tokens))
                    for each, memory in zip((plain, ours), memories, strict=True)
                )
                assert apart(found, truth) < MOST_DIFFERENCE, name
    assert not [name for name in launches if name.startswith("attention")]
