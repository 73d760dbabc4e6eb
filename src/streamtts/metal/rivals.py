"""MLX's own kernels for the same work, where MLX is installed and has a GPU."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

Timed = Callable[[Callable[[], object]], float]
ByMlx = Callable[[Any], Any]  # of mlx.core: an array that is not computed yet


def timed(by_mlx: ByMlx, milliseconds: Timed) -> float | None:
    if find_spec("mlx") is None:
        return None
    import mlx.core as mx

    return milliseconds(lambda: mx.eval(by_mlx(mx))) if mx.metal.is_available() else None


def attention(query: Any, keys: Any, values: Any, *, scale: float) -> ByMlx:
    made: list[Any] = []

    def run(mx: Any) -> Any:
        if not made:
            made.extend(
                mx.array(each.cpu().float().numpy()).astype(mx.float16) for each in (query, keys, values)
            )
        return mx.fast.scaled_dot_product_attention(*made, scale=scale)

    return run


def product(weight: Any, rows: Any, bits: int) -> ByMlx:
    made: list[Any] = []

    def run(mx: Any) -> Any:
        if not made:
            made.append(mx.array(rows.cpu().float().numpy()).astype(mx.float16))
            half = mx.array(weight.cpu().float().numpy()).astype(mx.float16)
            made.extend(mx.quantize(half, group_size=64, bits=bits))
        return mx.quantized_matmul(made[0], *made[1:], group_size=64, bits=bits)

    return run
