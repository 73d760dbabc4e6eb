"""nllb-mlx with our kernels and without: the same words, in fewer dispatches."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from metal.mlx_stand_in import recorded
from metal.simulator import launches
from streamtts.metal.with_mlx.launching import Kernels
from streamtts.translators.with_mlx.form import Form
from translators.nllb_mlx.pair import SHAPES, needed, pair

LIMIT = 5
# Of the last two, some columns cannot be divided into groups, and their weights keep all bits.
MODELS = (("plain", 8), ("wide", 8), ("wide", 4), ("wide", 0), ("gelu", 8), ("silu", 8),
          ("unscaled, gelu, three heads", 4), ("five heads read, two write", 8))  # fmt: skip


@pytest.fixture(autouse=True)
def _all_packages() -> None:
    needed()


@pytest.fixture(autouse=True, scope="module")
def _models_of_our_own() -> Iterator[None]:
    """Some that differ in their activation, and some in how deep they are."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("gelu", "silu"):
            patch.setitem(SHAPES, name, {**SHAPES["wide"], "activation_function": name})
        for layers in (1, 3):
            patch.setitem(SHAPES, f"{layers} layers", {**SHAPES["wide"], "decoder_layers": layers})
        yield
    pair.cache_clear()


@pytest.mark.parametrize(("name", "bits"), MODELS)
def test_the_same_words(kernels: Any, name: str, bits: int) -> None:
    """Three sentences at a time, and one; of different lengths, so that some end before others."""
    known, form = pair(name), Form("float32", bits)
    sources = known.sources(3)
    end = known.frequent_end(sources, LIMIT)
    plain, ours = known.ours(form=form, end=end), known.ours(form=form, end=end, kernels=kernels)
    truth = plain.greedy(sources, LIMIT)
    launches.clear()
    assert ours.greedy(sources, LIMIT) == truth
    assert ours.greedy(sources[:1], LIMIT) == truth[:1]
    assert _launched("product" if bits else "added_and_evened")
    assert _launched("argmax_best")


def test_more_sentences_than_a_kernel_takes(kernels: Any) -> None:
    """Their first two tokens are too many rows for it, and those that follow are not."""
    known, form = pair("plain"), Form("float32", 8)
    sources, some = known.sources(5), known.ours(form=form, kernels=kernels)
    truth = known.ours(form=form).greedy(sources, 2)
    launches.clear()
    assert some.greedy(sources, 2) == truth
    assert _launched("product")
    launches.clear()
    assert some.greedy(sources * 2, 2) == truth * 2
    assert not launches


@pytest.mark.parametrize("bits", [8, 0])
def test_the_same_words_with_several_ways_followed(kernels: Any, bits: int) -> None:
    known, form = pair("wide"), Form("float32", bits)
    sources = known.sources(2)
    ours = known.ours(form=form, kernels=kernels)
    assert ours.beams(sources, LIMIT, 2) == known.ours(form=form).beams(sources, LIMIT, 2)
    assert not _launched("argmax_best")  # every score is asked for


@pytest.mark.parametrize("family", ["gemv_int8", "argmax_vocab"])
def test_the_same_words_where_a_family_is_turned_off(launched: Any, family: str) -> None:
    known, form = pair("wide"), Form("float32", 8)
    sources = known.sources(2)
    ours = known.ours(form=form, kernels=launched(switched_off={family}))
    assert ours.greedy(sources, LIMIT) == known.ours(form=form).greedy(sources, LIMIT)
    assert not _launched("product" if family == "gemv_int8" else "argmax")
    assert launches


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_in_16_bits_the_scores_are_as_near_as_their_rounding(mx: Any, kernels: Any, kind: str) -> None:
    known, form = pair("wide"), Form(kind, 8)
    sources, found = known.sources(2), []
    for ours in (known.ours(form=form), known.ours(form=form, kernels=kernels)):
        cache = ours.network.encode(sources)
        tokens = mx.array([list(ours.begin)] * 2)
        found.append(ours.network.logits(tokens, cache).astype(mx.float32))
    plain, fused = found
    bar = {"float16": 0.01, "bfloat16": 0.08}[kind]
    assert float(mx.abs(plain - fused).max()) < bar * float(mx.abs(plain).max())
    assert _launched("product")


def test_a_layer_takes_six_dispatches_and_what_is_mlxs(mx: Any) -> None:
    """Counted in what MLX records of a step. On this processor it takes its attention and norms apart."""
    kernels = Kernels(mx, mx.fast.metal_kernel)
    plain, fused = (_of_a_layer(mx, each) for each in (None, kernels))
    assert plain["QuantizedMatmul"] == 6
    assert (
        plain["Add"] == 6 + 3 + 2 * 3
    )  # biases, residuals; in each norm one to the variance, one of the bias
    assert plain["Maximum"] == 1
    assert plain["Sqrt"] == 3  # a layer norm each
    assert fused["CustomKernel"] == 6
    assert plain["DynamicSliceUpdate"] == fused["DynamicSliceUpdate"] == 2
    assert plain["Softmax"] == fused["Softmax"] == 2
    assert not {"QuantizedMatmul", "Add", "Maximum", "Sqrt"} & {name for name in fused if fused[name]}


def _of_a_layer(mx: Any, kernels: Kernels | None) -> Counter[str]:
    one, three = (_steps(mx, pair(f"{layers} layers"), kernels) for layers in (1, 3))
    return Counter({name: (three[name] - one[name]) // 2 for name in three})


def _steps(mx: Any, known: Any, kernels: Kernels | None) -> Counter[str]:
    network = known.ours(form=Form("float32", 8), kernels=kernels).network
    cache = network.encode(known.sources(2))
    cache.room(1)

    def step(tokens: Any, offset: Any, mask: Any, *held: Any) -> list[Any]:
        own, source = held[: len(cache.own)], held[len(cache.own) :]
        named, kept = network._named(tokens, offset, list(own), list(source), mask)
        return [named, *kept]

    arrays = (mx.array([[5], [6]]), mx.array([0]), cache.mask, *cache.own, *cache.source)
    return Counter(each["name"] for each in recorded(mx, step, arrays))


def _launched(name: str) -> int:
    return sum(count for kernel, count in launches.items() if f"streamtts_{name}" in kernel)
