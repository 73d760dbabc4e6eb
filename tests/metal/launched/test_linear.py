"""The matrix of eight bits: one dispatch for what PyTorch does in four, and the same numbers."""

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")

from metal.simulator import launches  # noqa: E402
from streamtts.metal.launching import Kernels  # noqa: E402
from streamtts.metal.linear import ACTIVATIONS, MOST_ROWS, EightBits, FourBits, LayerNorm  # noqa: E402

BARS = {torch.float32: 1e-6, torch.float16: 2e-3, torch.bfloat16: 1e-2}
OUTPUTS, INPUTS = 37, 96


@pytest.fixture
def linear(kernels: Kernels) -> Any:
    return made(kernels, torch.float32)


def made(kernels: Kernels, dtype: Any, inputs: int = INPUTS, bits: int = 8) -> Any:
    random = torch.Generator().manual_seed(7)
    weight, bias = torch.randn(OUTPUTS, inputs, generator=random), torch.randn(OUTPUTS, generator=random)
    if bits == 4:
        return FourBits(kernels, weight, bias, floats=dtype, device="cpu")
    return EightBits(kernels, weight, bias, floats=dtype, device="cpu")


def right(linear: Any, rows: Any, norm: Any = None, activation: str = "", residual: Any = None) -> Any:
    """In 64 bits, with the weights as they were rounded."""
    weight = linear.exact()
    rows = rows.double()
    functional = torch.nn.functional
    if norm is not None:
        rows = functional.layer_norm(
            rows, norm.weight.shape, norm.weight.double(), norm.bias.double(), norm.epsilon
        )
    found = functional.linear(rows, weight, linear.bias.double())
    steps = {
        "": lambda each: each,
        "relu": functional.relu,
        "gelu": functional.gelu,
        "gelu_tanh": lambda each: functional.gelu(each, approximate="tanh"),
    }
    found = steps[activation](found)
    return found if residual is None else found + residual.double()


def apart(found: Any, truth: Any) -> float:
    return float((found.double() - truth).abs().max() / truth.abs().max())


@pytest.mark.parametrize("dtype", BARS)
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_norm_product_activation_and_residual_are_one_dispatch(
    kernels: Kernels, dtype: Any, activation: str, bits: int
) -> None:
    linear = made(kernels, dtype, bits=bits)
    random = torch.Generator().manual_seed(3)
    rows, residual = (torch.randn(3, size, generator=random).to(dtype) for size in (INPUTS, OUTPUTS))
    norm = LayerNorm(*(torch.randn(INPUTS, generator=random).to(dtype) for _ in range(2)))
    found = linear(rows, norm=norm, activation=activation, residual=residual)
    assert found.dtype == dtype
    assert apart(found, right(linear, rows, norm, activation, residual)) < BARS[dtype]
    assert sum(launches.values()) == 1


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("count", [*range(1, MOST_ROWS + 1), 9, 16, 20, 31, 32])
def test_so_many_rows_are_one_dispatch(kernels: Kernels, count: int, bits: int) -> None:
    linear = made(kernels, torch.float32, bits=bits)
    rows = torch.randn(count, INPUTS, generator=torch.Generator().manual_seed(count))
    assert apart(linear(rows), right(linear, rows)) < 1e-6
    assert sum(launches.values()) == 1


def test_rows_may_lie_apart_and_residuals_too(linear: Any) -> None:
    random = torch.Generator().manual_seed(1)
    rows = torch.randn(2, 3 * INPUTS, generator=random)[:, INPUTS : 2 * INPUTS]
    residual = torch.randn(2, 2 * OUTPUTS, generator=random)[:, :OUTPUTS]
    assert apart(linear(rows, residual=residual), right(linear, rows, residual=residual)) < 1e-6


def test_what_the_kernel_is_not_made_for_is_the_same_by_torch(kernels: Kernels, linear: Any) -> None:
    random = torch.Generator().manual_seed(2)
    norm = LayerNorm(*(torch.randn(INPUTS, generator=random) for _ in range(2)))
    many, residual = (torch.randn(4 * MOST_ROWS + 1, size, generator=random) for size in (INPUTS, OUTPUTS))
    for activation in ACTIVATIONS:
        found = linear(many, norm=norm, activation=activation, residual=residual)
        assert apart(found, right(linear, many, norm, activation, residual)) < 1e-5
    odd = made(kernels, torch.float32, inputs=36)
    rows = torch.randn(2, 36, generator=random)
    assert apart(odd(rows), right(odd, rows)) < 1e-5
    assert not launches


def test_what_lies_elsewhere_than_the_kernel_looks_is_not_read_there(kernels: Kernels, linear: Any) -> None:
    random = torch.Generator().manual_seed(6)
    rows, apart_in_memory = torch.randn(2, INPUTS, generator=random), torch.randn(INPUTS, 2, generator=random)
    norm = LayerNorm(*apart_in_memory.unbind(1))
    assert apart(linear(rows, norm=norm), right(linear, rows, norm)) < 1e-5
    residual = torch.randn(OUTPUTS, 2, generator=random).t()
    assert apart(linear(rows, residual=residual), right(linear, rows, residual=residual)) < 1e-5
    one_for_all = torch.randn(1, OUTPUTS, generator=random)
    assert apart(linear(rows, residual=one_for_all), right(linear, rows, residual=one_for_all)) < 1e-5
    wider = torch.randn(2, OUTPUTS, generator=random, dtype=torch.float64)
    assert apart(linear(rows, residual=wider), right(linear, rows, residual=wider)) < 1e-5
    several = torch.randn(2, 3, INPUTS, generator=random)
    assert apart(linear(several), right(linear, several)) < 1e-5
    for wrong in (rows.half(), rows[:, :-8], torch.randn(2, INPUTS + 8, generator=random)):
        with pytest.raises(RuntimeError):  # PyTorch's words, and no numbers that mean nothing
            linear(wrong)
    assert not launches
    halves = made(kernels, torch.float16)
    with pytest.raises(RuntimeError):
        halves(rows)


def test_who_learns_is_left_to_pytorch_and_an_epsilon_may_be_whole(linear: Any) -> None:
    rows = torch.randn(2, INPUTS, generator=torch.Generator().manual_seed(6))
    norm = LayerNorm(torch.ones(INPUTS), torch.zeros(INPUTS), epsilon=1)
    assert apart(linear(rows, norm=norm), right(linear, rows, norm)) < 1e-6
    assert sum(launches.values()) == 1
    learning = rows.clone().requires_grad_()
    linear(learning).sum().backward()
    assert learning.grad is not None
    assert sum(launches.values()) == 1


@pytest.mark.parametrize(("inputs", "group"), [(8, 8), (24, 8), (48, 16), (96, 32), (192, 64), (256, 64)])
def test_four_bits_share_a_scale_as_rows_divide(kernels: Kernels, inputs: int, group: int) -> None:
    linear = made(kernels, torch.float32, inputs=inputs, bits=4)
    assert [part.shape for part in linear.weights[1:]] == [(OUTPUTS, inputs // group)] * 2
    rows = torch.randn(2, inputs, generator=torch.Generator().manual_seed(8))
    assert apart(linear(rows), right(linear, rows)) < 1e-6
    assert sum(launches.values()) == 1


@pytest.mark.parametrize("dtype", BARS)
@pytest.mark.parametrize("spread", [1e-7, 1e-3, 1.0, 1e3])
def test_four_bits_are_off_by_half_a_step(kernels: Kernels, dtype: Any, spread: float) -> None:
    """In 16 bits a step may be off by a thousandth, and no smaller than what such numbers tell apart."""
    weight = spread * (torch.randn(OUTPUTS, 64, generator=torch.Generator().manual_seed(9)) + 0.5)
    weight[3] = spread  # all the same
    linear = FourBits(kernels, weight, None, floats=dtype, device="cpu")
    assert linear.weights[1].dtype == (torch.float32 if dtype == torch.float32 else torch.float16)
    steps = (weight.amax(dim=1) - weight.amin(dim=1)).double() / 15
    most = 0.55 * steps + weight.abs().amax(dim=1).double() * 5e-4 + 2**-24
    assert bool(((linear.exact() - weight.double()).abs() <= most[:, None]).all())


def test_rows_of_the_matrix_are_what_it_multiplies_with(linear: Any) -> None:
    places = torch.tensor([[3], [36]])
    weight = linear.unpacked()
    assert torch.equal(linear.weight_rows(places), weight[places])


@pytest.mark.parametrize("bits", [8, 4])
def test_a_matrix_may_come_transposed(kernels: Kernels, bits: int) -> None:
    """As GPT-2 keeps its weights; the kernel reads memory, and knows no strides of it."""
    kind = EightBits if bits == 8 else FourBits
    weight = torch.randn(INPUTS, OUTPUTS, generator=torch.Generator().manual_seed(4)).t()
    linear = kind(kernels, weight, None, floats=torch.float32, device="cpu")
    rows = torch.randn(1, INPUTS, generator=torch.Generator().manual_seed(5))
    truth = torch.nn.functional.linear(rows.double(), linear.exact())
    assert apart(linear(rows), truth) < 1e-6
