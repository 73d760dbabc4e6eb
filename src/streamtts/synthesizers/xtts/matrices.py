"""The large multiplications of the network, in the numbers that suit the device."""

from typing import Any, Protocol

from streamtts.metal.launching import Kernels
from streamtts.metal.linear import EightBits, FourBits
from streamtts.synthesizers.xtts.upstream import quiet

PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8", "int4")

_MOST_INT8 = 127
_LEAST = 1e-8


class Matrix(Protocol):
    """Rows of inputs, each times the same matrix, and something added: as many rows of outputs."""

    def __call__(self, rows: Any) -> Any: ...


def chosen(torch: Any, device: Any, precision: str, kernels: Kernels | None) -> str:
    """What "auto" is on a device, and what is computed where so few bits cannot be."""
    multiplies = kernels is not None and kernels.has("gemv_int8")
    if precision == "auto":
        precision = {"cpu": "int8", "cuda": "float16", "mps": "float16"}.get(device.type, "float32")
        precision = "int8" if multiplies else precision
    if precision == "int4" and not (kernels is not None and kernels.has("gemv_int4")):
        precision = "int8"
    if precision == "int8" and not multiplies and not (device.type == "cpu" and _multiplies_int8(torch)):
        return "float32" if device.type == "cpu" else "float16"
    return precision


def floats(torch: Any, precision: str, kernels: Kernels | None) -> Any:
    """What is between the multiplications."""
    if precision in ("int8", "int4"):
        return torch.float32 if kernels is None else torch.float16
    return getattr(torch, precision)


def matrix(torch: Any, precision: str, kernels: Kernels | None, weight: Any, bias: Any) -> Matrix:
    """`weight` has a column for each output; a row that does not divide into groups of 4 bits has 8."""
    if precision == "int4" and kernels is not None and FourBits.divides(len(weight)):
        kind = floats(torch, precision, kernels)
        return FourBits(kernels, weight.detach().t(), bias.detach(), floats=kind, device=weight.device)
    if precision == "int4":
        precision = "int8"
    if precision == "int8" and kernels is not None:
        kind = floats(torch, precision, kernels)
        return EightBits(kernels, weight.detach().t(), bias.detach(), floats=kind, device=weight.device)
    if precision == "int8":
        return _EightBits(torch, weight.detach().float(), bias.detach().float())
    kind = floats(torch, precision, kernels)
    return _Plain(torch, weight.detach().to(kind).contiguous(), bias.detach().to(kind))


def scores(torch: Any, precision: str, kernels: Kernels | None, weight: Any, bias: Any) -> Matrix:
    """In 8 bits where others have 4: which code comes next is decided by small differences."""
    return matrix(torch, "int8" if precision == "int4" else precision, kernels, weight, bias)


class _Plain:
    def __init__(self, torch: Any, weight: Any, bias: Any) -> None:
        self._addmm = torch.addmm
        self._weight = weight
        self._bias = bias

    def __call__(self, rows: Any) -> Any:
        return self._addmm(self._bias, rows, self._weight)


class _EightBits:
    """One scale for each output, and one for each row of inputs: a loud row does not coarsen the others."""

    def __init__(self, torch: Any, weight: Any, bias: Any) -> None:
        scales = (weight.abs().amax(dim=0) / _MOST_INT8).clamp_(min=_LEAST)
        zeros = torch.zeros(len(scales), dtype=torch.long)
        rows = weight.t().contiguous()
        with quiet():  # torch warns that another package will have this one day
            whole = torch.quantize_per_channel(rows, scales.double(), zeros, axis=0, dtype=torch.qint8)
            self._packed = torch.ops.quantized.linear_prepack(whole, None)
        self._multiply = torch.ops.quantized.linear_dynamic
        self._bias = bias
        self._seven_bits = not _adds_exactly(torch)

    def __call__(self, rows: Any) -> Any:
        if len(rows) == 1:
            return self._multiply(rows, self._packed, self._seven_bits).add_(self._bias)
        most = rows.abs().amax(dim=1, keepdim=True).clamp_(min=_LEAST)
        return self._multiply(rows / most, self._packed, self._seven_bits).mul_(most).add_(self._bias)


def _multiplies_int8(torch: Any) -> bool:
    """Not every build of torch does."""
    try:
        _EightBits(torch, torch.ones(8, 8), torch.zeros(8))(torch.ones(1, 8))
    except (AttributeError, NotImplementedError, RuntimeError):
        return False
    return True


def _adds_exactly(torch: Any) -> bool:
    """Whether products of eight bits are added in 32; older processors add pairs in 16, which overflow."""
    asked = getattr(torch.cpu, "_is_vnni_supported", None)
    return bool(asked and asked())
