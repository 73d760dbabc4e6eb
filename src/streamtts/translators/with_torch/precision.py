"""In which numbers a network computes on which device, and its large multiplications in each."""

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from streamtts.engine import EngineError
from streamtts.metal.launching import Kernels, on_this_mac
from streamtts.metal.linear import EightBits, FewBits, FourBits

PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8", "int4", "fp32", "bf16", "fp16")
DEVICES = ("auto", "cpu", "cuda", "mps")

_LONG_NAMES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
_WHOLE = {"int8": 8, "int4": 4}

_Few = TypeVar("_Few", bound=FewBits)


@dataclass(frozen=True, slots=True)
class Form:
    """Where, in which floats, and as whole numbers of how many bits weights are kept; 0 for floats."""

    device: Any
    floats: Any
    bits: int = 0
    kernels: Kernels | None = None  # ours, on a Mac where they have been tried


class Linear(Protocol):
    """Rows of inputs times a matrix, as many rows of outputs."""

    def __call__(self, rows: Any) -> Any: ...


class Table(Linear, Protocol):
    """A matrix that is also looked up in."""

    def weight_rows(self, places: Any) -> Any:
        """Rows of the matrix itself, as floats."""


def chosen(torch: Any, device: str, precision: str) -> Form:
    """Raises EngineError for a device that is not there."""
    found = _device(torch, device)
    kernels = on_this_mac(torch) if found == "mps" else None
    multiplies = kernels is not None and kernels.has("gemv_int8")
    if precision == "auto":
        precision = "int8" if found == "cpu" or multiplies else "float16"
    if bits := _WHOLE.get(precision, 0):
        precision = "float32" if found == "cpu" else "float16"
    floats = getattr(torch, _LONG_NAMES.get(precision, precision))
    return Form(torch.device(found), floats, bits, kernels)


def linear(torch: Any, form: Form, weight: Any, bias: Any | None) -> Linear:
    """A row that does not divide into groups of 4 bits has 8."""
    if form.bits != 4 or not FourBits.divides(weight.shape[1]):
        return table(torch, form, weight, bias)
    return _multiplying(
        form, FourBits(_kernels(torch, form), weight, bias, floats=form.floats, device=form.device)
    )


def table(torch: Any, form: Form, weight: Any, bias: Any | None) -> Table:
    """In 8 bits where others have 4: which word is the likeliest is decided by small differences."""
    if not form.bits:
        return _Plain(torch, _moved(form, weight), None if bias is None else _moved(form, bias))
    # From what the file has, with one scale for each row: what is left out elsewhere changes no row.
    return _multiplying(
        form, EightBits(_kernels(torch, form), weight, bias, floats=form.floats, device=form.device)
    )


def _kernels(torch: Any, form: Form) -> Kernels:
    return form.kernels or Kernels.none(torch)


def _multiplying(form: Form, few: _Few) -> "_Few | _Plain":
    """Of few bits only where that saves memory: on a processor, our core does so, and PyTorch does not."""
    if form.kernels is None and form.device.type == "cpu":
        return _Plain(few.torch, few.unpacked(), few.bias)
    return few


class _Plain:
    def __init__(self, torch: Any, weight: Any, bias: Any | None) -> None:
        self._linear = torch.nn.functional.linear
        self._weight = weight
        self._bias = bias

    def __call__(self, rows: Any) -> Any:
        return self._linear(rows, self._weight, self._bias)

    def weight_rows(self, places: Any) -> Any:
        return self._weight[places]


def _moved(form: Form, array: Any) -> Any:
    """A copy of our own: the file behind the original may be closed."""
    return array.to(device=form.device, dtype=form.floats, copy=True).contiguous()


def _device(torch: Any, wanted: str) -> str:
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if wanted == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    if not there[wanted]:
        raise EngineError(f"torch finds no {wanted} device here: set translators.nllb.device to auto")
    return wanted
