"""The stand-in for mx.fast.metal_kernel: what MLX passes beside the arrays, and what it does not promise."""

from typing import Any

import numpy as np
import pytest

from metal.mlx_stand_in import metal_kernel, recorded
from metal.simulator import CompileError, LaunchError, is_available, launches

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

AT = "const uint at = thread_position_in_grid.x;\n"


def run(
    mx: Any,
    body: str,
    inputs: dict[str, Any],
    shape: tuple[int, ...],
    *,
    kind: str = "float32",
    header: str = "",
    **how: Any,
) -> Any:
    """A thread for each element of the only output, `out`."""
    kernel = metal_kernel(
        name="tried", input_names=list(inputs), output_names=["out"], source=AT + body, header=header
    )
    how = {"grid": (max(1, int(np.prod(shape))), 1, 1), "threadgroup": (32, 1, 1), **how}
    arrays = list(inputs.values())
    (out,) = kernel(inputs=arrays, output_shapes=[shape], output_dtypes=[getattr(mx, kind)], **how)
    return out


def test_the_text_is_mlxs_own(mx: Any) -> None:
    kernel = mx.fast.metal_kernel(
        name="k", input_names=["a"], output_names=["out"], source=f"{AT}out[at] = a[at];"
    )

    def launch(array: Any) -> Any:
        how = {
            "output_shapes": [(9,)],
            "output_dtypes": [mx.float16],
            "grid": (9, 1, 1),
            "threadgroup": (9, 1, 1),
        }
        return kernel(inputs=[array], **how)[0]

    (made,) = recorded(mx, launch, [mx.zeros((9,), mx.bfloat16)])
    text = made["arguments"][1]
    assert "const device bfloat16_t* a [[buffer(0)]]" in text
    assert "device float16_t* out [[buffer(1)]]" in text
    assert "uint3 thread_position_in_grid [[thread_position_in_grid]]" in text


@pytest.mark.parametrize(
    "kind", ["float32", "float16", "bfloat16", "int64", "uint32", "int32", "int8", "uint8"]
)
def test_every_type_of_numbers(mx: Any, kind: str) -> None:
    numbers = mx.arange(40).astype(getattr(mx, kind))
    out = run(mx, "out[at] = a[at];", {"a": numbers}, (40,), kind=kind)
    assert out.dtype == numbers.dtype
    assert mx.array_equal(out, numbers)


def test_shape_strides_and_dimensions_are_passed_where_they_are_named(mx: Any) -> None:
    array = mx.zeros((3, 4, 5))
    found = run(
        mx,
        "out[at] = at < 3 ? a_shape[at] : at < 6 ? int(a_strides[at - 3]) : a_ndim;",
        {"a": array},
        (7,),
        kind="int32",
    )
    assert found.tolist() == [3, 4, 5, 20, 5, 1, 3]
    some = run(mx, "out[at] = b[at] + a_shape[1];", {"a": array, "b": mx.arange(9)}, (9,), kind="int32")
    assert some.tolist() == list(range(4, 13))


def test_a_number_is_a_reference_and_few_are_constant(mx: Any) -> None:
    few, many = mx.arange(7).astype(mx.float32), mx.arange(8).astype(mx.float32)
    read = "inline float read(const device float* from, uint at) { return from[at]; }\n"
    inputs = {"a": many, "b": mx.array(2.0)}
    assert run(mx, "out[at] = read(a, at) * b;", inputs, (8,), header=read).tolist() == (many * 2).tolist()
    with pytest.raises(CompileError):
        run(mx, "out[at] = read(a, at) * b;", {**inputs, "a": few}, (7,), header=read)


def test_templates_take_types_numbers_and_switches(mx: Any) -> None:
    template = [("T", mx.float16), ("N", 3), ("YES", True)]
    found = run(mx, "out[at] = YES ? float(T(1.0f / N)) : 0.0f;", {"a": mx.zeros(8)}, (2,), template=template)
    assert found.tolist() == [float(np.float16(1 / 3))] * 2


def test_arrays_that_lie_otherwise_are_brought_together(mx: Any) -> None:
    wide = mx.arange(60).reshape(6, 10)
    for array in (wide.T, wide[:, 3:7], wide[::2], mx.broadcast_to(mx.arange(10), (3, 10))):
        found = run(mx, "out[at] = a[at];", {"a": array}, array.shape, kind="int32")
        assert mx.array_equal(found, array)
    with pytest.raises(ValueError, match="ensure_row_contiguous"):
        metal_kernel(name="k", input_names=["a"], output_names=["b"], source="", ensure_row_contiguous=False)


@pytest.mark.parametrize("kind", ["float32", "float16", "bfloat16"])
def test_what_nobody_writes_is_no_number(mx: Any, kind: str) -> None:
    found = run(mx, "if (at == 1) out[at] = 5;", {"a": mx.zeros(8)}, (3,), kind=kind)
    assert mx.isnan(found).tolist() == [True, False, True]
    begun = run(mx, "if (at == 1) out[at] = 5;", {"a": mx.zeros(8)}, (3,), kind="float32", init_value=2.0)
    assert begun.tolist() == [2, 5, 2]


def test_a_grid_is_in_threads_and_its_groups_are_no_larger(mx: Any) -> None:
    body = "out[at] = threads_per_threadgroup.x * 100 + threads_per_grid.x;"
    found = run(mx, body, {"a": mx.zeros(8)}, (5,), kind="uint32", threadgroup=(64, 1, 1))
    assert found.tolist() == [505] * 5
    assert sum(launches.values()) == 1


def test_the_simulator_watches(mx: Any) -> None:
    with pytest.raises(LaunchError):
        run(mx, "out[at] = a[at + 1];", {"a": mx.zeros(9)}, (9,))
    with pytest.raises(CompileError):
        run(mx, "a[at] = 1; out[at] = 1;", {"a": mx.zeros(9)}, (9,))


def test_mlx_itself_refuses_what_does_not_fit(mx: Any) -> None:
    kernel = metal_kernel(
        name="k", input_names=["a", "b"], output_names=["out"], source="out[0] = a[0] + b[0];"
    )
    how: dict[str, Any] = {"grid": (1, 1, 1), "threadgroup": (1, 1, 1), "output_dtypes": [mx.float32]}
    with pytest.raises(ValueError, match="inputs"):
        kernel(inputs=[mx.zeros(9)], output_shapes=[(1,)], **how)
    with pytest.raises(ValueError, match="output_shapes"):
        kernel(inputs=[mx.zeros(9)] * 2, output_shapes=[(1,)] * 2, **how)
