"""The network that writes, by our Metal kernels in their simulator: near upstream, in few dispatches."""

from typing import Any

import pytest

from engines.xtts import tiny_xtts
from engines.xtts.tiny_xtts import TOKENS
from metal import simulator

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'streamtts[xtts]'")

COUNT, PENALTY, MOST_DISPATCHES = 12, 5.0, 9
WIDE = {"gpt_n_model_channels": 128, "gpt_n_heads": 2, "decoder_input_dim": 128}  # heads of 64


@pytest.fixture(autouse=True)
def _has_a_compiler() -> None:
    if not simulator.is_available():
        pytest.skip("no compiler for the simulator: pip install --group cross")
    simulator.launches.clear()


def wide(**more: int) -> Any:
    return tiny_xtts.make_model(shape={**tiny_xtts.TINY_SHAPE, **WIDE, **more})


def test_latents_are_near_those_of_upstream() -> None:
    """After the same codes; which of them are drawn is not the kernels' affair."""
    from streamtts.metal.launching import Kernels
    from streamtts.synthesizers.xtts.network import Network

    truth = tiny_xtts.whole(wide(), TOKENS, *tiny_xtts.conditioning(128), codes=COUNT, penalty=PENALTY)
    kernels = Kernels(torch, simulator.compile_shader, device="cpu")
    network = Network(torch, wide().gpt, "int8", kernels)
    assert network.precision == "int8"
    with torch.inference_mode():
        voice = network.listen(tiny_xtts.conditioning(128)[0])
        shared = voice.read.clone()
        memory = voice.copy(len(TOKENS))
        latent, _ = network.read(memory, TOKENS)
        found = [latent]
        for place, code in enumerate(truth.codes[: COUNT - 1], 1):
            latent, _ = network.write(memory, code, place)
            found.append(latent)
    latents = torch.cat(found)
    assert (latents - truth.latents).norm() < 0.02 * truth.latents.norm()
    assert torch.equal(voice.read, shared)  # what sentences share was not written to
    assert simulator.launches["attention_decode_half_64"] == 2 * (COUNT - 1)


def test_latents_of_four_bits_are_those_of_pytorch() -> None:
    """With the same weights, and after the same codes."""
    from streamtts.metal.launching import Kernels
    from streamtts.synthesizers.xtts.network import Network

    latents = []
    for device in ("cpu", "elsewhere"):
        kernels = Kernels(torch, simulator.compile_shader, device=device)
        network = Network(torch, wide().gpt, "int4", kernels)
        assert network.precision == "int4"
        simulator.launches.clear()
        with torch.inference_mode():
            memory = network.listen(tiny_xtts.conditioning(128)[0]).copy(len(TOKENS))
            found = [network.read(memory, TOKENS)[0]]
            found += [network.write(memory, code, code)[0] for code in range(1, COUNT)]
        latents.append(torch.cat(found))
        launched = {name for name in simulator.launches if name.startswith("gemv_int4")}
        assert bool(launched) == (device == "cpu")
        if launched:
            assert launched >= {"gemv_int4_half_half_1", "gemv_int4_norm_half_half_1"}
    assert (latents[0] - latents[1]).norm() < 0.02 * latents[1].norm()


@pytest.mark.parametrize("absent", ["gemv_int4", "gemv_int8"])
def test_where_four_bits_cannot_be_multiplied_there_are_more(absent: str) -> None:
    from streamtts.metal.launching import Kernels
    from streamtts.synthesizers.xtts import matrices

    off = Kernels(torch, simulator.compile_shader, device="cpu", switched_off={absent, "gemv_int4"})
    told = matrices.chosen(torch, torch.device("mps"), "int4", off)
    assert told == ("int8" if absent == "gemv_int4" else "float16")
    assert matrices.chosen(torch, torch.device("mps"), "int4", None) == "float16"


def test_a_layer_takes_five_dispatches_a_code() -> None:
    from metal.launched.dispatches import dispatches
    from streamtts.metal.launching import Kernels

    kernels = Kernels(torch, simulator.compile_shader, device="cpu")
    counts = []
    for layers in (1, 3):
        from streamtts.synthesizers.xtts.network import Network

        network = Network(torch, wide(gpt_layers=layers).gpt, "int8", kernels)
        with torch.inference_mode():
            memory = network.listen(tiny_xtts.conditioning(128)[0]).copy(20)
            network.read(memory, TOKENS)
            memory.reserve(1)
            simulator.launches.clear()
            with dispatches() as by_torch:
                network.write(memory, 5, 1)
        counts.append(sum(simulator.launches.values()) + by_torch.count)
    assert (counts[1] - counts[0]) / 2 == 5 <= MOST_DISPATCHES
