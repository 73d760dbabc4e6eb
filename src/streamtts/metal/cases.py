"""What kernels are tried with: shapes of NLLB-200 600M and of XTTS's network, in 16 bits and once in 32."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from streamtts.metal import rivals, truths
from streamtts.metal.attention import Attention
from streamtts.metal.best import Best
from streamtts.metal.launching import Kernels
from streamtts.metal.linear import EightBits, FewBits, FourBits, LayerNorm
from streamtts.metal.rows import added_and_evened, bent
from streamtts.metal.truths import Truth

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
    theirs: Callable[[], Any] | None  # None where there is no PyTorch
    truth: Callable[[], Truth]
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
        yield from _appended(drawn, sizes, name, bar)
        yield from _products(drawn, sizes, name, bar)
        yield from _rows(drawn, sizes, name, bar)


class _Drawn:
    """Random numbers on the device, the same ones each time."""

    def __init__(self, kernels: Kernels, floats: Any) -> None:
        import numpy as np

        self.kernels, self.torch, self.floats = kernels, kernels.torch, floats
        self._random, self._exact = np.random.default_rng(1), np.float32

    def __call__(self, *size: int) -> Any:
        numbers = self.torch.from_numpy(self._random.standard_normal(size, self._exact))
        return numbers.to(device=self.kernels.device, dtype=self.floats)

    def by_torch(self, work: Callable[[Any], Any]) -> Callable[[], Any] | None:
        """`work` is given torch.nn.functional; None where there is none."""
        return partial(work, self.torch.nn.functional) if self.kernels.by_torch else None


def _attention(drawn: _Drawn, sizes: Sizes, name: str, bar: float) -> Iterator[Case]:
    heads = sizes.width // _SIZE
    for queries, keys in sizes.lengths:
        asked = tuple(drawn(1, heads, count, _SIZE) for count in (queries, keys, keys))
        yield Case(
            "attention_decode" if queries == 1 else "attention_prefill",
            f"{name}, {queries} of {keys}",
            bar,
            partial(_by_us, Attention(drawn.kernels), asked),
            drawn.by_torch(partial(_attended, asked)),
            partial(_exactly, truths.attention, *asked),
            rivals.attention(*asked, scale=1 / math.sqrt(_SIZE)),
        )


def _appended(drawn: _Drawn, sizes: Sizes, name: str, bar: float) -> Iterator[Case]:
    """As a decoder looks at what it has written: what it writes now goes to the end first."""
    attention, heads = Attention(drawn.kernels), sizes.width // _SIZE
    for count in (keys for queries, keys in sizes.lengths if queries == 1):
        query, *new = (drawn(1, heads, 1, _SIZE) for _ in range(3))
        keys, values = (drawn(1, heads, count, _SIZE).clone() for _ in range(2))
        yield Case(
            "attention_decode",
            f"{name}, 1 appended to {count - 1}",
            bar,
            partial(_appended_by_us, attention, (query, keys, values), new),
            drawn.by_torch(partial(_appended_by_torch, (query, keys, values), new)),
            partial(_exactly_appended, (query, keys, values), new),
        )


def _appended_by_us(attention: Attention, asked: tuple[Any, ...], new: Sequence[Any]) -> Any:
    query, keys, values = asked
    return _there(attention.appended(query, keys, values, (new[0], new[1])))


def _appended_by_torch(asked: tuple[Any, ...], new: Sequence[Any], functional: Any) -> Any:
    for cache, last in zip(asked[1:], new, strict=True):
        cache[:, :, -1:] = last
    return _attended(asked, functional)


def _exactly_appended(asked: tuple[Any, ...], new: Sequence[Any]) -> Truth:
    query, *caches = (truths.wide(each).copy() for each in asked)
    for cache, last in zip(caches, new, strict=True):
        cache[:, :, -1:] = truths.wide(last)
    return truths.attention(query, *caches)


def _by_us(attention: Attention, asked: tuple[Any, ...]) -> Any:
    return _there(attention(*asked))


def _attended(asked: tuple[Any, ...], functional: Any) -> Any:
    return functional.scaled_dot_product_attention(*asked).transpose(1, 2)


def _exactly(truth: Callable[..., Truth], *asked: Any) -> Truth:
    return truth(*map(truths.wide, asked))


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
        yield Case(
            f"gemv_int{bits}",
            f"{name}, {inputs} to {outputs}",
            bar,
            partial(few, rows, norm=norm, activation="relu", residual=residual),
            drawn.by_torch(partial(_product, weight, bias, _Around(rows, norm, residual))),
            partial(_exact_product, few, bias, _Around(rows, norm, residual)),
            rivals.product(weight, rows, bits),
        )


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a matrix and its bias."""

    rows: Any
    norm: LayerNorm
    residual: Any


def _product(weight: Any, bias: Any, around: _Around, functional: Any) -> Any:
    evened = _evened(around.rows, around.norm, functional)
    return functional.relu(functional.linear(evened, weight, bias)) + around.residual


def _exact_product(few: FewBits, bias: Any, around: _Around) -> Truth:
    made = _exactly_evened(around.rows, around.norm) @ few.exact().numpy().T + truths.wide(bias)
    return truths.relu(made) + truths.wide(around.residual)


def _rows(drawn: _Drawn, sizes: Sizes, name: str, bar: float) -> Iterator[Case]:
    kernels, width = drawn.kernels, sizes.width
    rows, residual, norm = drawn(1, width), drawn(1, width), LayerNorm(drawn(width), drawn(width))
    yield Case(
        "layernorm_residual",
        f"{name}, {width}",
        bar,
        lambda: _there(added_and_evened(kernels, rows, residual, norm))[1],
        drawn.by_torch(lambda functional: _evened(rows + residual, norm, functional)),
        lambda: _exactly_evened(rows + residual, norm),
    )
    bias, wide = drawn(sizes.inner), drawn(4, sizes.inner)
    yield Case(
        "bias_activation",
        f"{name}, 4 of {sizes.inner}",
        bar,
        lambda: _there(bent(kernels, wide, bias, "gelu")),
        drawn.by_torch(lambda functional: functional.gelu(wide + bias)),
        lambda: truths.gelu(truths.wide(wide) + truths.wide(bias)),
    )
    head = EightBits(kernels, drawn(sizes.words, width), None, floats=drawn.floats, device=kernels.device)
    best, table = Best(kernels, head), head.unpacked() if kernels.by_torch else None
    yield Case(
        "argmax_vocab",
        f"{name}, {sizes.words} words",
        0.0,
        lambda: best(rows),
        drawn.by_torch(lambda functional: functional.linear(rows, table).argmax(dim=-1)),
        lambda: (truths.wide(rows) @ head.exact().numpy().T).argmax(axis=1).astype(float),
    )


def _evened(rows: Any, norm: LayerNorm, functional: Any) -> Any:
    return functional.layer_norm(rows, norm.weight.shape, norm.weight, norm.bias, norm.epsilon)


def _exactly_evened(rows: Any, norm: LayerNorm) -> Truth:
    return truths.normal(truths.wide(rows), truths.wide(norm.weight), truths.wide(norm.bias), norm.epsilon)


def _there(found: Any | None) -> Any:
    if found is None:
        raise ValueError("the launcher left it to PyTorch")
    return found
