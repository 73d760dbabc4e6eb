"""mx.fast.metal_kernel where there is no Metal: MLX writes the kernel, the simulator runs it.

MLX has no GPU to launch on, but it records what it would launch in a function that is exported: the text
with its signature, threads and groups, and what else is bound beside the arrays. So nothing of that is ours.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from metal.simulator import Library, compile_shader

# What MLX puts before each kernel is longer; these are the names of types that it writes itself.
_BEFORE = """\
#include <metal_stdlib>
using namespace metal;
typedef half float16_t;
typedef bfloat bfloat16_t;
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A launch as MLX would make it."""

    name: str
    source: str
    grid: tuple[int, ...]  # in threads
    threadgroup: tuple[int, ...]
    told: Sequence[tuple[bool, bool, bool]]  # of each input: its shape, its strides, how many dimensions


def metal_kernel(  # noqa: PLR0917 - as MLX has it
    name: str,
    input_names: Sequence[str],
    output_names: Sequence[str],
    source: str,
    header: str = "",
    ensure_row_contiguous: bool = True,
    **more: Any,
) -> Callable[..., list[Any]]:
    """As mx.fast.metal_kernel; arrays are computed at once."""
    import mlx.core as mx

    if not ensure_row_contiguous:
        raise ValueError("the stand-in cannot see how an array lies: leave ensure_row_contiguous as it is")
    kernel = mx.fast.metal_kernel(name, input_names, output_names, source, header, **more)

    def launch(
        *,
        inputs: Sequence[Any],
        output_shapes: Sequence[Sequence[int]],
        output_dtypes: Sequence[Any],
        init_value: float | None = None,
        **more: Any,
    ) -> list[Any]:
        inputs = [each if isinstance(each, mx.array) else mx.array(each) for each in inputs]
        more |= {"output_shapes": output_shapes, "output_dtypes": output_dtypes}
        recorded = _recorded(mx, lambda *arrays: kernel(inputs=arrays, **more), inputs)
        outputs = [
            _unwritten(mx, shape, dtype) for shape, dtype in zip(output_shapes, output_dtypes, strict=True)
        ]
        for output in outputs if init_value is not None else ():
            output[...] = init_value
        _run(recorded, [_stored(mx, each) for each in inputs], outputs)
        return [_array(mx, output, dtype) for output, dtype in zip(outputs, output_dtypes, strict=True)]

    return launch


def recorded(mx: Any, function: Callable[..., Any], inputs: Sequence[Any]) -> Iterator[Any]:
    """The primitives of a function, each with its name and its arguments; nothing is computed."""
    found: list[Any] = []
    mx.export_function(found.append, function, *inputs)
    return (each for each in found if each["type"] == "primitive")


def _recorded(mx: Any, launch: Callable[..., Any], inputs: Sequence[Any]) -> Recorded:
    (kernel,) = (each for each in recorded(mx, launch, inputs) if each["name"] == "CustomKernel")
    name, source, *sizes = kernel["arguments"]
    return Recorded(name, source, tuple(sizes[:3]), tuple(sizes[3:6]), sizes[6])


@cache
def _compiled(source: str) -> Library:
    return compile_shader(_BEFORE + source)


def _run(launch: Recorded, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
    bound: list[Any] = []
    casts: dict[int, str] = {}
    for array, (shape, strides, dimensions) in zip(inputs, launch.told, strict=True):
        bound.append(array)
        if array.ndim == 0:
            continue
        if shape:
            casts[len(bound)] = "int32"
            bound.append(list(array.shape))
        if strides:
            bound.append([step // array.itemsize for step in array.strides])
        if dimensions:
            casts[len(bound)] = "int32"
            bound.append(array.ndim)
    group = tuple(map(min, launch.threadgroup, launch.grid))
    kernel = getattr(_compiled(launch.source), launch.name)
    kernel(*bound, *outputs, threads=launch.grid, group_size=group, arg_casts=casts)


def _stored(mx: Any, array: Any) -> Any:
    """Row by row, as MLX copies what lies otherwise; numpy has no bfloat: its bits."""
    return np.array(array.view(mx.uint16) if array.dtype == mx.bfloat16 else array, order="C")


def _unwritten(mx: Any, shape: Sequence[int], dtype: Any) -> Any:
    """Every bit is set, which is no number: nobody may count on zeros."""
    made = _stored(mx, mx.zeros(shape, dtype))
    made.view(np.uint8).fill(0xFF)
    return made


def _array(mx: Any, stored: Any, dtype: Any) -> Any:
    made = mx.array(stored)
    return made.view(dtype) if dtype == mx.bfloat16 else made
