"""Attention as PyTorch has it, launched; and what our kernels are not made for is left to PyTorch."""

from itertools import product
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")

from metal.simulator import launches  # noqa: E402
from streamtts.metal.attention import Attention  # noqa: E402
from streamtts.metal.launching import Kernels  # noqa: E402

# Relative to the largest value that is right, in the numbers' own rounding.
BARS = {torch.float32: 1e-6, torch.float16: 2e-3, torch.bfloat16: 1e-2}
LENGTHS = (1, 7, 33, 257, 1025)


def made(*shape: int, dtype: Any = torch.float32, seed: int = 0) -> Any:
    random = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(shape, generator=random).to(dtype)


def right(query: Any, keys: Any, values: Any, mask: Any = None, **more: Any) -> Any:
    """In 64 bits: sentence, place, head, width."""
    shared = query.shape[1] // keys.shape[1]
    wide = [
        each.double().repeat_interleave(shared if each is not query else 1, dim=1)
        for each in (query, keys, values)
    ]
    if mask is not None and mask.dtype != torch.bool:
        mask = mask.double()
    attention = torch.nn.functional.scaled_dot_product_attention
    return attention(*wide, attn_mask=mask, **more).transpose(1, 2)


def apart(found: Any, truth: Any) -> float:
    return float((found.double() - truth).abs().max() / truth.abs().max())


@pytest.mark.parametrize(("count", "dtype"), [*product(LENGTHS, BARS)])
def test_one_query(kernels: Kernels, count: int, dtype: Any) -> None:
    query = made(2, 4, 1, 64, dtype=dtype)
    keys, values = (made(2, 2, count, 64, dtype=dtype, seed=seed) for seed in (1, 2))
    found = Attention(kernels)(query, keys, values)
    assert found is not None
    assert found.shape == (2, 1, 4, 64)
    assert apart(found, right(query, keys, values)) < BARS[dtype]
    assert sum(launches.values()) == (1 if count <= 512 else 2)


@pytest.mark.parametrize(("places", "size"), [*product((2, 33), (64, 96, 128))])
def test_many_queries_causal_and_not(kernels: Kernels, places: int, size: int) -> None:
    query, keys, values = (made(1, 2, places, size, seed=seed) for seed in range(3))
    for causal in (False, True):
        found = Attention(kernels)(query, keys, values, causal=causal)
        assert apart(found, right(query, keys, values, is_causal=causal)) < 2e-6
    assert sum(launches.values()) == 2


def test_strides_as_transformers_has_them(kernels: Kernels) -> None:
    """One product for queries, keys and values, seen through transposed views; a cache with room to spare."""
    both = made(2, 9, 3, 2, 64)
    query, keys, values = both.permute(2, 0, 3, 1, 4)
    assert apart(Attention(kernels)(query, keys, values), right(query, keys, values)) < 2e-6
    room = made(2, 2, 40, 64)
    assert apart(Attention(kernels)(query[:, :, :1], room[:, :, 3:9], room[:, :, 3:9]),
                 right(query[:, :, :1], room[:, :, 3:9], room[:, :, 3:9])) < 2e-6  # fmt: skip


@pytest.mark.parametrize("places", [1, 6])
def test_masks_of_padding_and_of_numbers(kernels: Kernels, places: int) -> None:
    query, keys, values = made(2, 4, places, 64), made(2, 4, 11, 64, seed=1), made(2, 4, 11, 64, seed=2)
    padding = torch.ones(2, 1, 1, 11, dtype=torch.bool)
    padding[1, :, :, 7:] = False
    for mask in (padding, padding.expand(2, 1, places, 11), torch.where(padding, 0.5, float("-inf"))):
        found = Attention(kernels)(query, keys, values, mask)
        assert apart(found, right(query, keys, values, mask)) < 2e-6
    assert sum(launches.values()) == 3


def test_a_key_is_appended_and_seen_in_one_dispatch(kernels: Kernels) -> None:
    query, new_key, new_value = (made(3, 2, 1, 64, seed=seed) for seed in range(3))
    cache = made(2, 3, 2, 20, 64)
    before = cache.clone()
    found = Attention(kernels).appended(query, cache[0][:, :, :6], cache[1][:, :, :6], (new_key, new_value))
    before[0][:, :, 5:6], before[1][:, :, 5:6] = new_key, new_value
    assert torch.equal(cache, before)
    assert apart(found, right(query, before[0][:, :, :6], before[1][:, :, :6])) < 2e-6
    assert sum(launches.values()) == 1


def test_what_the_kernels_are_not_made_for_is_left_alone(kernels: Kernels) -> None:
    attention = Attention(kernels)
    query, keys = made(1, 3, 1, 64), made(1, 3, 5, 64)
    assert attention(query, keys, keys) is not None
    launches.clear()
    assert attention(made(1, 3, 1, 80), made(1, 3, 5, 80), made(1, 3, 5, 80)) is None  # width
    assert attention(query.double(), keys.double(), keys.double()) is None
    assert attention(query, keys.half(), keys) is None
    assert attention(query, made(1, 2, 5, 64), made(1, 2, 5, 64)) is None  # three heads share none of two
    assert attention(query, made(1, 3, 64, 5).transpose(2, 3), keys) is None  # elements apart
    assert attention(query, keys, keys, torch.zeros(5)) is None
    assert attention(query, keys, keys, torch.zeros(1, 1, 1, 5, dtype=torch.int32)) is None
    assert attention(made(1, 3, 2, 64), keys, keys, causal=True) is None
    assert attention(query, keys[:, :, :0], keys[:, :, :0]) is None
    assert attention(query[0], keys[0], keys[0]) is None  # no sentences
    assert not launches


def test_what_does_not_fit_together_is_not_read(kernels: Kernels) -> None:
    attention = Attention(kernels)
    query, keys = made(2, 4, 1, 64), made(2, 2, 5, 64)
    for values in (keys[:, :, :4], keys[:, :1], keys[..., :32], keys[:1]):
        assert attention(query, keys, values) is None
        assert attention(query, values, keys) is None
    for mask in (torch.ones(2, 1, 1, 4, dtype=torch.bool), torch.ones(3, 1, 1, 5, dtype=torch.bool)):
        assert attention(query, keys, keys, mask) is None
    assert attention(query[:, :0], keys, keys) is None
    new = made(2, 2, 1, 64)
    for wrong in (new[:, :1], new[:1], new[..., :32], keys[:, :, :2]):
        assert attention.appended(query, keys, keys.clone(), (wrong, new)) is None
        assert attention.appended(query, keys, keys.clone(), (new, wrong)) is None
    assert not launches


def test_a_cache_that_sentences_share_is_not_written_to(kernels: Kernels) -> None:
    query, new = made(2, 2, 1, 64), made(2, 2, 1, 64)
    shared, own = made(1, 2, 5, 64).expand(2, 2, 5, 64), made(2, 2, 5, 64)
    attention = Attention(kernels)
    assert attention.appended(query, shared, own, (new, new)) is None
    assert attention.appended(query, own, shared, (new, new)) is None
    assert attention.appended(query, own[:, :1].expand(2, 2, 5, 64), own, (new, new)) is None
    assert apart(attention(query, shared, own), right(query, shared, own)) < 1e-6  # which reads alone


@pytest.mark.parametrize("places", [1, 3])
def test_the_scale_may_be_a_whole_number(kernels: Kernels, places: int) -> None:
    query, keys, values = made(1, 2, places, 64) / 8, made(1, 2, 5, 64), made(1, 2, 5, 64, seed=1)
    found = Attention(kernels)(query, keys, values, scale=1)
    assert apart(found, right(query, keys, values, scale=1.0)) < 2e-6


def test_who_learns_is_left_to_pytorch(kernels: Kernels) -> None:
    """A kernel computes no gradients."""
    attention = Attention(kernels)
    for learning in range(4):
        tensors = [made(1, 2, 1, 64), made(1, 2, 5, 64), made(1, 2, 5, 64), torch.zeros(1, 1, 1, 5)]
        tensors[learning].requires_grad_()
        assert attention(*tensors) is None
        with torch.no_grad():
            assert attention(*tensors) is not None


def test_a_family_that_is_switched_off_is_never_launched(kernels: Kernels) -> None:
    off = Kernels(torch, kernels._compiled, device="cpu", switched_off={"attention_decode"})
    assert Attention(off)(made(1, 2, 1, 64), made(1, 2, 5, 64), made(1, 2, 5, 64)) is None
    elsewhere = Kernels(torch, kernels._compiled)
    assert Attention(elsewhere)(made(1, 2, 1, 64), made(1, 2, 5, 64), made(1, 2, 5, 64)) is None
