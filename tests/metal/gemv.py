"""A product of a quantised matrix: what a launcher binds, what is expected, and how the two are compared."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from metal.activations import NONE, activated
from metal.layer_norm import layer_norm
from metal.number_types import HALF, Array, NumberType, Truth, assert_close, in_rows
from metal.quantised import numbers_int4, numbers_int8, quantised_int4, quantised_int8

EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Format:
    """How weights are packed: the buffers that are bound for them, and the numbers that those stand for."""

    family: str
    pack: Callable[[Truth, int, NumberType], tuple[Array, ...]]
    numbers: Callable[..., Truth]


INT8 = Format("gemv_int8", quantised_int8, numbers_int8)
INT4 = Format("gemv_int4", quantised_int4, numbers_int4)


@dataclass(frozen=True, slots=True)
class Shape:
    """A case; `together` is how many rows the kernel takes at once, `in_place` makes y of the residual."""

    outputs: int
    inputs: int
    group: int = 32
    rows: int = 1
    together: int = 1
    kind: NumberType = HALF
    scale_kind: NumberType = HALF
    bias: bool = True
    activation: int = NONE
    residual: bool = True
    norm: bool = False
    in_place: bool = False
    gap: int = 0
    simdgroups: int = 2

    def __str__(self) -> str:
        parts = [self.kind.name, self.scale_kind.name, f"{self.rows}x{self.outputs}x{self.inputs}"]
        parts += [f"group{self.group}", f"together{self.together}", f"activation{self.activation}"]
        switches = {"bias": self.bias, "residual": self.residual, "norm": self.norm}
        switches |= {"in place": self.in_place, "gap": self.gap > 0}
        parts += [name for name, on in switches.items() if on]
        return "-".join(parts)

    def kernel(self, form: Format) -> str:
        family = f"{form.family}_norm" if self.norm else form.family
        return f"{family}_{self.kind.name}_{self.scale_kind.name}_{self.together}"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The operands of a case, before they are rounded to what their buffers hold."""

    weights: Truth
    x: Truth
    bias: Truth
    residual: Truth
    norm_weight: Truth
    norm_bias: Truth


def drawn(shape: Shape, seed: int = 0) -> Numbers:
    random = np.random.default_rng(seed)
    return Numbers(
        random.normal(size=(shape.outputs, shape.inputs)) / 8,
        random.normal(size=(shape.rows, shape.inputs)),
        random.normal(size=shape.outputs),
        random.normal(size=(shape.rows, shape.outputs)),
        *random.normal(size=(2, shape.inputs)),
    )


def check(library: Any, form: Format, shape: Shape, given: Numbers | None = None) -> None:
    """Runs the kernel and compares what it wrote, and what it left alone, with what is expected."""
    numbers = given or drawn(shape)
    packed = form.pack(numbers.weights, shape.group, shape.scale_kind)
    written = multiplied(library, form, shape, packed, numbers)
    assert_close(written[:, : shape.outputs], expected(form, shape, packed, numbers), shape.kind)
    assert np.isnan(shape.kind.numbers(written[:, shape.outputs :])).all()


def multiplied(
    library: Any, form: Format, shape: Shape, packed: tuple[Array, ...], numbers: Numbers
) -> Array:
    kind, gap = shape.kind, shape.gap
    x = in_rows(numbers.x, gap, kind)
    residual = in_rows(numbers.residual, 3 * gap, kind) if shape.residual else kind.stored([np.nan])
    empty = in_rows(np.full((shape.rows, shape.outputs), np.nan), 2 * gap, kind)
    y = residual if shape.in_place else empty
    bias = kind.stored(numbers.bias if shape.bias else [np.nan])
    sizes = [shape.rows, shape.outputs, shape.inputs, shape.group]
    strides = [x.shape[1], y.shape[1], residual.shape[-1]]
    kernel = getattr(library, shape.kernel(form))
    threads = 32 * shape.simdgroups
    kernel(
        *(*packed, x, bias, residual, y),
        [*sizes, *strides, int(shape.bias), shape.activation, int(shape.residual)],
        *((kind.stored(numbers.norm_weight), kind.stored(numbers.norm_bias), EPSILON) if shape.norm else ()),
        threads=(-(-shape.outputs // (4 * shape.simdgroups)) * threads, -(-shape.rows // shape.together)),
        group_size=(threads, 1),
    )
    return y


def expected(form: Format, shape: Shape, packed: tuple[Array, ...], numbers: Numbers) -> Truth:
    """In 64 bits, of what the buffers hold."""
    kind = shape.kind
    with np.errstate(invalid="ignore", over="ignore"):
        x = kind.rounded(numbers.x)
        if shape.norm:
            x = layer_norm(x, kind.rounded(numbers.norm_weight), kind.rounded(numbers.norm_bias), EPSILON)
        y = x @ form.numbers(*packed, shape.scale_kind).T
        y = activated(y + kind.rounded(numbers.bias) if shape.bias else y, shape.activation)
        return y + kind.rounded(numbers.residual) if shape.residual else y


def bare(shape: Shape) -> Shape:
    return replace(shape, bias=False, residual=False, activation=NONE)
