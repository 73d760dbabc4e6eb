"""What kernels are tried with where MLX launches them: shapes of NLLB-200 600M, as nllb-mlx has them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from streamtts.metal import truths
from streamtts.metal.cases import Case, Sizes
from streamtts.metal.linear import LayerNorm
from streamtts.metal.truths import Truth
from streamtts.metal.with_mlx.best import Best
from streamtts.metal.with_mlx.launching import Kernels
from streamtts.metal.with_mlx.packed import Packed
from streamtts.metal.with_mlx.products import Around, Products
from streamtts.metal.with_mlx.rows import added_and_evened

_BARS = (("float16", "half", 2e-3), ("bfloat16", "bfloat", 1e-2), ("float32", "float", 1e-6))
_GROUP, _EPSILON = 64, 1e-5


def cases(kernels: Kernels, sizes: Sizes) -> Iterator[Case]:
    for kind, name, bar in _BARS:
        setting = _Setting(kernels, sizes, kind, name, bar)
        for bits, (outputs, inputs) in (
            *((8, size) for size in _products_of(sizes)),
            (4, (sizes.inner, sizes.width)),
        ):
            yield _product(setting, setting.packed(outputs, inputs, bits))
        yield _rows(setting)
        yield _best(setting)


def _products_of(sizes: Sizes) -> Iterator[tuple[int, int]]:
    """Queries, keys and values; what is inside of a layer, and out of it again."""
    yield 3 * sizes.width, sizes.width
    yield sizes.inner, sizes.width
    yield sizes.width, sizes.inner


@dataclass(frozen=True, slots=True)
class _Setting:
    """In which numbers a case computes, and how near to the truth it has to come."""

    kernels: Kernels
    sizes: Sizes
    kind: str
    name: str
    bar: float

    @property
    def mx(self) -> Any:
        return self.kernels.mx

    def drawn(self, *size: int, seed: int = 0) -> Any:
        """Random numbers, the same ones each time."""
        numbers = self.mx.random.normal(size, key=self.mx.random.key(seed + sum(size)))
        return numbers.astype(getattr(self.mx, self.kind))

    def packed(self, outputs: int, inputs: int, bits: int) -> Packed:
        exact = self.drawn(outputs, inputs).astype(self.mx.float32)
        weights, scales, minima = self.mx.quantize(exact, group_size=_GROUP, bits=bits)
        kind = getattr(self.mx, self.kind)
        return Packed(weights, scales.astype(kind), minima.astype(kind), bits)

    def compiled(self, function: Callable[..., Any], *arrays: Any) -> Callable[[], Any]:
        """As nllb-mlx computes on a GPU."""
        return partial(self.kernels.compiled(function), *arrays)

    def wide(self, array: Any) -> Truth:
        return wide(self.mx, array)


def wide(mx: Any, array: Any) -> Truth:
    """As numpy has it, in 64 bits."""
    import numpy as np

    return np.array(array.astype(mx.float32)).astype(np.float64)


def _product(setting: _Setting, matrix: Packed) -> Case:
    mx, products, outputs = setting.mx, Products(setting.kernels), len(matrix.weights)
    inputs = matrix.weights.shape[1] * 32 // matrix.bits
    rows, bias, residual = setting.drawn(1, inputs), setting.drawn(outputs), setting.drawn(1, outputs, seed=1)
    norm = LayerNorm(setting.drawn(inputs, seed=1), setting.drawn(inputs, seed=2), _EPSILON)

    def ours(rows: Any) -> Any:
        return _there(products(rows, matrix, bias, Around(norm, "relu", residual)))

    def theirs(rows: Any) -> Any:
        evened = mx.fast.layer_norm(rows, norm.weight, norm.bias, norm.epsilon)
        return mx.maximum(_times(mx, evened, matrix) + bias, 0) + residual

    def truth() -> Truth:
        made = _evened(setting, rows, norm) @ _unpacked(mx, matrix).T + setting.wide(bias)
        return truths.relu(made) + setting.wide(residual)

    return Case(
        f"gemv_int{matrix.bits}",
        f"{setting.name}, {inputs} to {outputs}",
        setting.bar,
        setting.compiled(ours, rows),
        setting.compiled(theirs, rows),
        truth,
    )


def _rows(setting: _Setting) -> Case:
    mx, kernels, width = setting.mx, setting.kernels, setting.sizes.width
    rows, residual = setting.drawn(1, width), setting.drawn(1, width, seed=1)
    norm = LayerNorm(setting.drawn(width, seed=1), setting.drawn(width, seed=2), _EPSILON)

    def ours(rows: Any, residual: Any) -> Any:
        return _there(added_and_evened(kernels, rows, residual, norm))[1]

    def theirs(rows: Any, residual: Any) -> Any:
        return mx.fast.layer_norm(rows + residual, norm.weight, norm.bias, norm.epsilon)

    def truth() -> Truth:
        return _evened(setting, rows + residual, norm)

    return Case(
        "layernorm_residual",
        f"{setting.name}, {width}",
        setting.bar,
        setting.compiled(ours, rows, residual),
        setting.compiled(theirs, rows, residual),
        truth,
    )


def _best(setting: _Setting) -> Case:
    mx, words = setting.mx, setting.sizes.words
    table, rows = setting.packed(words, setting.sizes.width, 8), setting.drawn(1, setting.sizes.width)
    best = Best(setting.kernels, table)

    def ours(rows: Any) -> Any:
        return _there(best(rows))

    def theirs(rows: Any) -> Any:
        return mx.argmax(_times(mx, rows, table), axis=-1)

    def truth() -> Truth:
        return (setting.wide(rows) @ _unpacked(mx, table).T).argmax(axis=1).astype(float)

    return Case(
        "argmax_vocab",
        f"{setting.name}, {words} words",
        0.0,
        setting.compiled(ours, rows),
        setting.compiled(theirs, rows),
        truth,
    )


def _times(mx: Any, rows: Any, matrix: Packed) -> Any:
    return mx.quantized_matmul(rows, *matrix.parts, group_size=_GROUP, bits=matrix.bits)


def _evened(setting: _Setting, rows: Any, norm: LayerNorm) -> Truth:
    weight, bias = setting.wide(norm.weight), setting.wide(norm.bias)
    return truths.normal(setting.wide(rows), weight, bias, norm.epsilon)


def _unpacked(mx: Any, matrix: Packed) -> Truth:
    import numpy as np

    places = np.arange(0, 32, matrix.bits, dtype=np.uint32)
    whole = np.array(matrix.weights)[..., None] >> places & ((1 << matrix.bits) - 1)
    scales, minima = (wide(mx, part)[..., None] for part in (matrix.scales, matrix.minima))
    return (whole.reshape(*matrix.scales.shape, _GROUP) * scales + minima).reshape(len(whole), -1)


def _there(found: Any | None) -> Any:
    if found is None:
        raise ValueError("the launcher left it to MLX")
    return found
