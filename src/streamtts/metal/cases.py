"""What kernels are tried with: shapes of NLLB-200 600M and of XTTS's network, in 16 bits and once in 32."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from streamtts.metal import rivals
from streamtts.metal.attention import Attention
from streamtts.metal.best import Best
from streamtts.metal.launching import Kernels
from streamtts.metal.linear import EightBits, FourBits, LayerNorm
from streamtts.metal.rows import added_and_evened, bent

_SIZE = 64  # of a head


@dataclass(frozen=True, slots=True)
class Sizes:
    """NLLB-200's, with the words of one language."""

    width: int = 1024
    inner: int = 4096
    words: int = 16_000
    lengths: Sequence[tuple[int, int]] = ((1, 24), (1, 257), (1, 1025), (24, 24), (100, 100))


@dataclass(frozen=True, slots=True)
class Case:
    """`ours` and `theirs` compute the same on the device; `truth` in 64 bits, elsewhere."""

    family: str
    name: str
    bar: float
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    truth: Callable[[], Any]
    by_mlx: rivals.ByMlx | None = None


def cases(kernels: Kernels, sizes: Sizes) -> Iterator[Case]:
    torch = kernels.torch
    for floats, name, bar in (
        (torch.float16, "half", 2e-3),
        (torch.bfloat16, "bfloat", 1e-2),
        (torch.float32, "float", 1e-6),
    ):
        drawn = _Drawn(kernels, floats)
        yield from _attention(drawn, sizes, name, bar)
        yield from _products(drawn, sizes, name, bar)
        yield from _rows(drawn, sizes, name, bar)


class _Drawn:
    """Random numbers on the device, the same ones each time."""

    def __init__(self, kernels: Kernels, floats: Any) -> None:
        self.kernels, self.torch, self.floats = kernels, kernels.torch, floats
        self._random = self.torch.Generator().manual_seed(1)

    def __call__(self, *size: int) -> Any:
        numbers = self.torch.randn(size, generator=self._random)
        return numbers.to(device=self.kernels.device, dtype=self.floats)


def _attention(drawn: _Drawn, sizes: Sizes, name: str, bar: float) -> Iterator[Case]:
    attend = partial(_by_torch, drawn.torch.nn.functional.scaled_dot_product_attention)
    attention = Attention(drawn.kernels)
    heads = sizes.width // _SIZE
    for queries, keys in sizes.lengths:
        asked = tuple(drawn(1, heads, count, _SIZE) for count in (queries, keys, keys))
        yield Case(
            "attention_decode" if queries == 1 else "attention_prefill",
            f"{name}, {queries} of {keys}",
            bar,
            partial(_by_us, attention, asked),
            partial(attend, asked),
            partial(attend, tuple(each.cpu().double() for each in asked)),
            rivals.attention(*asked, scale=1 / math.sqrt(_SIZE)),
        )


def _by_us(attention: Attention, asked: tuple[Any, ...]) -> Any:
    return _there(attention(*asked))


def _by_torch(attend: Any, asked: tuple[Any, ...]) -> Any:
    return attend(*asked).transpose(1, 2)


def _products(drawn: _Drawn, sizes: Sizes, name: str, bar: float) -> Iterator[Case]:
    width, inner = sizes.width, sizes.inner
    for kind, bits, (outputs, inputs) in (
        *((EightBits, 8, size) for size in ((3 * width, width), (inner, width), (width, inner))),
        (FourBits, 4, (inner, width)),
    ):
        weight, bias, rows, residual = (
            drawn(outputs, inputs),
            drawn(outputs),
            drawn(1, inputs),
            drawn(1, outputs),
        )
        norm = LayerNorm(drawn(inputs), drawn(inputs))
        few = kind(drawn.kernels, weight, bias, floats=drawn.floats, device=drawn.kernels.device)
        plain = partial(_product, drawn.torch.nn.functional)
        yield Case(
            f"gemv_int{bits}",
            f"{name}, {inputs} to {outputs}",
            bar,
            partial(few, rows, norm=norm, activation="relu", residual=residual),
            partial(plain, rows, weight, bias, norm, residual),
            partial(_exact_product, plain, rows, few, norm, residual),
            rivals.product(weight, rows, bits),
        )


def _product(functional: Any, rows: Any, *around: Any) -> Any:
    weight, bias, norm, residual = around
    evened = functional.layer_norm(rows, norm.weight.shape, norm.weight, norm.bias, norm.epsilon)
    return functional.relu(functional.linear(evened, weight, bias)) + residual


def _exact_product(plain: Any, rows: Any, few: Any, norm: LayerNorm, residual: Any) -> Any:
    wide = LayerNorm(norm.weight.cpu().double(), norm.bias.cpu().double())
    return plain(rows.cpu().double(), few.exact(), few.bias.cpu().double(), wide, residual.cpu().double())


def _rows(drawn: _Drawn, sizes: Sizes, name: str, bar: float) -> Iterator[Case]:
    functional = drawn.torch.nn.functional
    width, inner, words = sizes.width, sizes.inner, sizes.words
    rows, residual, norm = drawn(1, width), drawn(1, width), LayerNorm(drawn(width), drawn(width))
    bias, wide = drawn(inner), drawn(4, inner)
    head = EightBits(
        drawn.kernels, drawn(words, width), None, floats=drawn.floats, device=drawn.kernels.device
    )
    table, best = head.unpacked(), Best(drawn.kernels, head)

    def evened(total: Any, norm: LayerNorm) -> Any:
        return functional.layer_norm(total, (width,), norm.weight, norm.bias, norm.epsilon)

    exact = LayerNorm(norm.weight.cpu().double(), norm.bias.cpu().double())
    yield Case(
        "layernorm_residual",
        f"{name}, {width}",
        bar,
        lambda: _there(added_and_evened(drawn.kernels, rows, residual, norm))[1],
        lambda: evened(rows + residual, norm),
        lambda: evened((rows + residual).cpu().double(), exact),
    )
    yield Case(
        "bias_activation",
        f"{name}, 4 of {inner}",
        bar,
        lambda: _there(bent(drawn.kernels, wide, bias, "gelu")),
        lambda: functional.gelu(wide + bias),
        lambda: functional.gelu(wide.cpu().double() + bias.cpu().double()),
    )
    yield Case(
        "argmax_vocab",
        f"{name}, {words} words",
        0.0,
        lambda: best(rows),
        lambda: functional.linear(rows, table).argmax(dim=-1),
        lambda: functional.linear(rows.cpu().double(), head.exact()).argmax(dim=-1).double(),
    )


def _there(found: Any | None) -> Any:
    if found is None:
        raise ValueError("the launcher left it to PyTorch")
    return found
