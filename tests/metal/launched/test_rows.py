"""What is done row by row, and the likeliest word: each against PyTorch in 64 bits."""

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")

from metal.simulator import launches  # noqa: E402
from streamtts.metal.best import Best  # noqa: E402
from streamtts.metal.launching import Kernels  # noqa: E402
from streamtts.metal.linear import EightBits, LayerNorm  # noqa: E402
from streamtts.metal.rows import added_and_evened, bent  # noqa: E402

BARS = {torch.float32: 1e-6, torch.float16: 2e-3, torch.bfloat16: 1e-2}
WIDTH, WORDS = 72, 301


def drawn(*size: int, dtype: Any = torch.float32, seed: int = 5) -> Any:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed + sum(size))).to(dtype)


def apart(found: Any, truth: Any) -> float:
    return float((found.double() - truth).abs().max() / truth.abs().max())


@pytest.mark.parametrize("dtype", BARS)
def test_rows_are_added_and_evened(kernels: Kernels, dtype: Any) -> None:
    rows, residual = drawn(3, WIDTH, dtype=dtype), drawn(3, 2 * WIDTH, dtype=dtype)[:, WIDTH:]
    norm = LayerNorm(drawn(WIDTH, dtype=dtype), drawn(WIDTH, dtype=dtype, seed=9))
    found = added_and_evened(kernels, rows, residual, norm)
    assert found is not None
    total, evened = found
    assert torch.equal(total, rows + residual)
    truth = torch.nn.functional.layer_norm(total.double(), (WIDTH,), norm.weight.double(), norm.bias.double())
    assert apart(evened, truth) < BARS[dtype]
    assert sum(launches.values()) == 1


def test_what_is_added_to_the_variance_may_be_a_whole_number(kernels: Kernels) -> None:
    rows, residual = drawn(2, WIDTH), drawn(2, WIDTH, seed=6)
    norm = LayerNorm(drawn(WIDTH), drawn(WIDTH, seed=9), epsilon=1)
    _, evened = added_and_evened(kernels, rows, residual, norm) or (None, None)
    truth = torch.nn.functional.layer_norm((rows + residual).double(), (WIDTH,), norm.weight.double(),
                                           norm.bias.double(), 1.0)  # fmt: skip
    assert apart(evened, truth) < 1e-6


@pytest.mark.parametrize("dtype", BARS)
def test_rows_are_bent(kernels: Kernels, dtype: Any) -> None:
    rows, bias = drawn(4, WIDTH, dtype=dtype), drawn(WIDTH, dtype=dtype)
    for activation, truth in (("relu", torch.relu), ("gelu", torch.nn.functional.gelu)):
        found = bent(kernels, rows, bias, activation)
        assert apart(found, truth(rows.double() + bias.double())) < BARS[dtype]


@pytest.mark.parametrize("count", [1, 3, 8])
def test_the_likeliest_word_of_each_row(kernels: Kernels, count: int) -> None:
    bias = drawn(WORDS)
    bias[7] = -torch.inf  # a word that is never said
    head = EightBits(kernels, drawn(WORDS, WIDTH), bias, floats=torch.float32, device="cpu")
    rows = drawn(count, WIDTH)
    best = Best(kernels, head)
    assert best.takes(rows)
    scores = torch.nn.functional.linear(rows.double(), head.unpacked().double(), bias.double())
    assert torch.equal(best(rows), scores.argmax(dim=1))
    assert sum(launches.values()) == 2


def test_of_equal_words_the_first_is_said(kernels: Kernels) -> None:
    head = EightBits(kernels, torch.ones(WORDS, WIDTH), None, floats=torch.float32, device="cpu")
    assert Best(kernels, head)(torch.ones(2, WIDTH)).tolist() == [0, 0]


def test_what_the_kernels_are_not_made_for(kernels: Kernels) -> None:
    norm = LayerNorm(drawn(WIDTH), drawn(WIDTH))
    assert added_and_evened(kernels, drawn(2, WIDTH).double(), drawn(2, WIDTH), norm) is None
    assert added_and_evened(kernels, drawn(WIDTH, 2).t(), drawn(2, WIDTH), norm) is None
    assert bent(kernels, drawn(WIDTH, 2).t(), drawn(WIDTH), "relu") is None
    for one in (drawn(1, WIDTH), drawn(2, WIDTH - 1), drawn(2, 1).expand(2, WIDTH)):
        assert added_and_evened(kernels, drawn(2, WIDTH), one, norm) is None
    narrow, every_other = drawn(WIDTH - 1), drawn(2 * WIDTH)[::2]
    for wrong in (LayerNorm(narrow, norm.bias), LayerNorm(norm.weight, every_other)):
        assert added_and_evened(kernels, drawn(2, WIDTH), drawn(2, WIDTH), wrong) is None
    for bias in (narrow, every_other, drawn(1, WIDTH)):
        assert bent(kernels, drawn(2, WIDTH), bias, "relu") is None
    learning = drawn(2, WIDTH).requires_grad_()
    assert bent(kernels, learning, drawn(WIDTH), "relu") is None
    head = EightBits(kernels, drawn(WORDS, WIDTH), None, floats=torch.float32, device="cpu")
    for rows in (drawn(9, WIDTH), drawn(2, WIDTH + 8), drawn(WIDTH), drawn(2, 1, WIDTH), drawn(0, WIDTH)):
        assert not Best(kernels, head).takes(rows)
    biased = EightBits(kernels, drawn(WORDS, WIDTH), drawn(WORDS), floats=torch.float16, device="cpu")
    assert not Best(kernels, biased).takes(drawn(2, WIDTH))
    assert not launches
