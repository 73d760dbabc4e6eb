"""residual + activation(norm(rows) W' + bias) in one dispatch, of which MLX, compiled, makes three."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streamtts.metal.linear import ACTIVATIONS, MOST_ROWS, LayerNorm, rows_together
from streamtts.metal.with_mlx.launching import Body, Kernels, Made
from streamtts.metal.with_mlx.packed import Packed, reading

_GROUP_SIZE = 64
_OUTPUTS_A_SIMDGROUP, _SIMD_WIDTH = 4, 32

_TASK = """
const uint inputs = x_shape[1];
const uint outputs = weights_shape[0];
const Gemv task = {{uint(x_shape[0]), outputs, inputs, inputs, inputs, outputs, outputs,
                   true, ACTIVATION, HAS_RESIDUAL}};
{call}(
    {weights},
    x, bias, residual, y, {norm}task, thread_position_in_grid.xy, thread_index_in_simdgroup);
"""
_INPUTS = ("weights", "scales", "minima", "x", "bias", "residual")


def _body(bits: int, *, normed: bool) -> Body:
    norm = ("norm_weight", "norm_bias", "epsilon") if normed else ()
    call = "gemv_norm<ROWS>" if normed else "gemv<ROWS>"
    text = _TASK.format(call=call, weights=reading(bits), norm="".join(f"{name}, " for name in norm))
    name = f"product_{bits}_bits{'_norm' if normed else ''}"
    return Body(f"gemv_int{bits}", name, (*_INPUTS, *norm), ("y",), text)


_BODIES: Mapping[tuple[int, bool], Body] = {
    (bits, normed): _body(bits, normed=normed) for bits in (8, 4) for normed in (False, True)
}


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a product, each of which may be missing."""

    norm: LayerNorm | None = None
    activation: str = ""
    residual: Any | None = None


class Products:
    """Few rows times matrices of few bits."""

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels

    def __call__(self, rows: Any, matrix: Packed, bias: Any, around: Around) -> Any | None:
        """None: not made for this."""
        if not self._takes(rows, matrix, bias, around):
            return None
        norm, count, outputs = around.norm, len(rows), len(matrix.weights)
        evened = () if norm is None else (norm.weight, norm.bias, self._kernels.number(norm.epsilon))
        template = [
            ("ROWS", rows_together(count)),
            ("ACTIVATION", ACTIVATIONS[around.activation]),
            ("HAS_RESIDUAL", around.residual is not None),
        ]
        (made,) = self._kernels.launch(
            _BODIES[matrix.bits, norm is not None],
            (*matrix.parts, rows, bias, rows if around.residual is None else around.residual, *evened),
            [Made((count, outputs), rows.dtype)],
            threads=(_SIMD_WIDTH * -(-outputs // _OUTPUTS_A_SIMDGROUP),),
            group_size=_GROUP_SIZE,
            template=template,
        )
        return made

    def _takes(self, rows: Any, matrix: Packed, bias: Any, around: Around) -> bool:
        if rows.ndim != 2 or not 0 < len(rows) <= MOST_ROWS or not matrix.fits(rows):
            return False
        (count, inputs), outputs = rows.shape, len(matrix.weights)
        expected = [(rows, (count, inputs)), (bias, (outputs,))]
        if around.residual is not None:
            expected.append((around.residual, (count, outputs)))
        if around.norm is not None:
            expected += [(around.norm.weight, (inputs,)), (around.norm.bias, (inputs,))]
        family = f"gemv_int{matrix.bits}"
        return (
            all(array.shape == shape for array, shape in expected)
            and self._kernels.takes(family, *(array for array, _ in expected))
            and self._kernels.takes(family, matrix.scales, matrix.minima)
        )
