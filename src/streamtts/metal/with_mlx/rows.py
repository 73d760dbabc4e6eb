"""A sum and its layer norm, in one dispatch where MLX makes two."""

from typing import Any

from streamtts.metal.linear import LayerNorm
from streamtts.metal.with_mlx.launching import Body, Kernels, Made

_FAMILY = "layernorm_residual"
_THREADS = 256
_BODY = Body(
    _FAMILY,
    "added_and_evened",
    ("x", "residual", "weight", "bias", "epsilon"),
    ("sum", "y"),
    """
threadgroup float partial[32];
const uint width = x_shape[1];
const LayerNorm task = {uint(x_shape[0]), width, width, width, width, width, true};
const Place place = {thread_position_in_threadgroup.x, threads_per_threadgroup.x, thread_index_in_simdgroup,
                     simdgroup_index_in_threadgroup, simdgroups_per_threadgroup};
layernorm_residual_row(x, residual, weight, bias, sum, y, task, epsilon, partial,
                       threadgroup_position_in_grid.x, place);
""",
)


def added_and_evened(kernels: Kernels, rows: Any, residual: Any, norm: LayerNorm) -> tuple[Any, Any] | None:
    """rows + residual, and that evened out; None: not made for this."""
    width = rows.shape[-1]
    fits = rows.shape == residual.shape and norm.weight.shape == norm.bias.shape == (width,)
    if not fits or not kernels.takes(_FAMILY, rows, residual, norm.weight, norm.bias):
        return None
    flat = (rows.reshape(-1, width), residual.reshape(-1, width))
    made = Made(flat[0].shape, rows.dtype)
    inputs = (*flat, norm.weight, norm.bias, kernels.number(norm.epsilon))
    total, evened = kernels.launch(
        _BODY, inputs, [made, made], threads=(_THREADS * len(flat[0]),), group_size=_THREADS
    )
    return total.reshape(rows.shape), evened.reshape(rows.shape)
