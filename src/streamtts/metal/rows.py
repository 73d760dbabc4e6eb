"""What is done row by row, each in one dispatch."""

from typing import Any

from streamtts.metal.launching import Kernels
from streamtts.metal.linear import ACTIVATIONS, LayerNorm

_THREADS = 256


def added_and_evened(kernels: Kernels, rows: Any, residual: Any, norm: LayerNorm) -> tuple[Any, Any] | None:
    """rows + residual, and that evened out; None: not made for this."""
    numbers = kernels.number_name(rows, residual, norm.weight, norm.bias)
    if numbers is None or not kernels.has("layernorm_residual") or not _lie_well(rows, residual):
        return None
    count, width = rows.shape
    if not norm.fits(width):
        return None
    total, made = rows.new_empty((count, width)), rows.new_empty((count, width))
    shape = [count, width, rows.stride(0), residual.stride(0), width, width, 1]
    arguments = (rows, residual, norm.weight, norm.bias, total, made, shape, float(norm.epsilon))
    name = f"layernorm_residual_{numbers}"
    kernels.launch("layernorm_residual", name, *arguments, threads=_THREADS * count, group_size=_THREADS)
    return total, made


def bent(kernels: Kernels, rows: Any, bias: Any, activation: str) -> Any | None:
    """activation(rows + bias); None: not made for this."""
    numbers = kernels.number_name(rows, bias)
    if numbers is None or not kernels.has("bias_activation") or not _lie_well(rows):
        return None
    count, width = rows.shape
    if bias.shape != (width,) or bias.stride(0) != 1:
        return None
    made = rows.new_empty((count, width))
    shape = [count, width, rows.stride(0), width, 1, ACTIVATIONS[activation]]
    arguments = (rows, bias, made, shape)
    name, threads = f"bias_activation_{numbers}", (width, count)
    kernels.launch("bias_activation", name, *arguments, threads=threads, group_size=(_THREADS, 1))
    return made


def _lie_well(first: Any, *others: Any) -> bool:
    """As rows of one size, each number beside the next."""
    are_rows = first.ndim == 2 and min(first.shape) > 0
    return are_rows and all(each.shape == first.shape and each.stride(1) == 1 for each in (first, *others))
