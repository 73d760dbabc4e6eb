"""The core's tensors against PyTorch's: what is drawn and rounded of it is the same, bit for bit."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")

from streamtts.metal.launching import Kernels  # noqa: E402
from streamtts.metal.linear import EightBits, FourBits  # noqa: E402
from streamtts.metal.with_core import tensors  # noqa: E402

KINDS = ("float32", "float16", "bfloat16")


def both(numbers: Any) -> tuple[Any, Any]:
    return torch.from_numpy(numbers), tensors.from_numpy(numbers)


def bits(tensor: Any) -> list[int]:
    """Of either kind."""
    if isinstance(tensor, tensors.Tensor):
        return list(tensor.contiguous().from_here.view(np.uint8).tolist())
    return list(tensor.contiguous().view(torch.uint8).flatten().tolist())


def drawn(*shape: int, spread: float = 1.0) -> Any:
    return (spread * np.random.default_rng(3).standard_normal(shape)).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spread", [1e-6, 1.0, 1e3])
def test_numbers_are_rounded_as_pytorch_rounds_them(kind: str, spread: float) -> None:
    theirs, ours = both(
        np.append(drawn(4000, spread=spread), np.array([0, -0.0, np.inf, 1 + 2**-8], np.float32))
    )
    theirs, ours = theirs.to(getattr(torch, kind)), ours.to(getattr(tensors, kind))
    assert bits(ours) == bits(theirs)
    assert bits(ours.double()) == bits(theirs.double())
    assert bits(ours + ours) == bits(theirs + theirs)
    assert bits(ours.abs() * 3) == bits(theirs.abs() * 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", [EightBits, FourBits])
def test_few_bits_are_the_same_as_pytorchs(kind: str, form: Any) -> None:
    weight, bias = drawn(37, 192), drawn(37)
    made = []
    for library, at in ((torch, 0), (tensors, 1)):
        of_kind = [both(each)[at].to(getattr(library, kind)) for each in (weight, bias)]
        kernels = Kernels(library, lambda _: None, device="cpu")
        made.append(form(kernels, *of_kind, floats=getattr(library, kind), device="cpu"))
    theirs, ours = made
    assert [bits(part) for part in ours.weights] == [bits(part) for part in theirs.weights]
    assert bits(ours.bias) == bits(theirs.bias)
    assert np.array_equal(ours.exact().numpy(), theirs.exact().numpy())


@pytest.mark.parametrize(
    "look",
    [
        lambda each: each[:, :, -1:],
        lambda each: each[1:, :, 2:5],
        lambda each: each[:1].expand((4, 3, 6, 5)),
        lambda each: each[..., None],
        lambda each: each,
    ],
)
def test_views_lie_where_pytorchs_do(look: Any) -> None:
    theirs, ours = map(look, both(drawn(2, 3, 6, 5)))
    assert (ours.shape, ours.ndim, len(ours)) == (tuple(theirs.shape), theirs.ndim, len(theirs))
    assert ours.storage_offset() == theirs.storage_offset()
    moved = [at for at, size in enumerate(ours.shape) if size > 1]
    assert [ours.stride(at) for at in moved] == [theirs.stride(at) for at in moved]
    assert bits(ours) == bits(theirs)
    assert ours.from_here[0] == theirs.flatten()[0]


def test_only_what_is_empty_can_be_written_to() -> None:
    _, ours = both(drawn(2, 3))
    assert not ours.from_here.flags.writeable
    assert not ours[1:].from_here.flags.writeable
    assert ours.new_empty((2, 3)).from_here.flags.writeable
    assert tensors.empty_like(ours).shape == (2, 3)
