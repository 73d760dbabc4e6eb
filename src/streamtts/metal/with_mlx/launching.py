"""A kernel of ours in MLX's hands: the shared functions of its family, and a few lines that call them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from streamtts.metal.launching import chip
from streamtts.metal.sources import header
from streamtts.metal.verdicts import MLX_FILE, kept, machine

MetalKernel = Callable[..., Callable[..., list[Any]]]
Compile = Callable[[Callable[..., Any]], Callable[..., Any]]

FAMILIES = ("argmax_vocab", "gemv_int4", "gemv_int8", "layernorm_residual")
_FEWEST = 8  # elements: MLX puts smaller arrays where a kernel's functions cannot read them


@dataclass(frozen=True, slots=True)
class Body:
    """What MLX writes a kernel around; `NAME_shape` in it is the shape of the input of that name."""

    family: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """An array that a kernel writes."""

    shape: tuple[int, ...]
    kind: Any


class Kernels:
    """`metal_kernel` is mx.fast.metal_kernel, or what stands in for it where there is no Metal."""

    def __init__(
        self,
        mx: Any,
        metal_kernel: MetalKernel,
        *,
        switched_off: Collection[str] = (),
        compiled: Compile | None = None,
    ) -> None:
        self.mx = mx
        self.compiled: Compile = compiled or mx.compile
        self._switched_off = frozenset(switched_off)
        self.number: Callable[[float], Any] = cache(mx.array)  # the same array at each launch
        self._kinds = (mx.float32, mx.float16, mx.bfloat16)
        self._written = cache(
            lambda body: metal_kernel(
                name=f"streamtts_{body.name}",
                input_names=list(body.inputs),
                output_names=list(body.outputs),
                source=body.text,
                header=header(body.family),
            )
        )

    @property
    def about(self) -> str:
        """What a verdict on them holds for."""
        return about(self.mx)

    def takes(self, family: str, *arrays: Any) -> bool:
        """Not a family that was slower or wrong on this machine; arrays of one type, none of them tiny."""
        kinds = {array.dtype for array in arrays}
        known = len(kinds) == 1 and kinds <= set(self._kinds)
        return family not in self._switched_off and known and all(each.size >= _FEWEST for each in arrays)

    def launch(
        self,
        body: Body,
        inputs: Sequence[Any],
        outputs: Sequence[Made],
        *,
        threads: tuple[int, ...],
        group_size: int,
        template: Sequence[tuple[str, int]] = (),
    ) -> list[Any]:
        return self._written(body)(
            inputs=list(inputs),
            output_shapes=[each.shape for each in outputs],
            output_dtypes=[each.kind for each in outputs],
            grid=(*threads, 1, 1)[:3],
            threadgroup=(group_size, 1, 1),
            template=list(template),
        )


def on_this_mac(mx: Any) -> Kernels | None:
    """With the families that `streamtts doctor --apple` has found right and fast here; None without any."""
    if not mx.metal.is_available():
        return None
    found = kept(about(mx), file=MLX_FILE)
    used = {family for family, verdict in found.items() if verdict == "used"}
    return Kernels(mx, mx.fast.metal_kernel, switched_off=set(FAMILIES) - used) if used else None


def about(mx: Any) -> str:
    return machine(mx.__version__, chip(), "MLX")
