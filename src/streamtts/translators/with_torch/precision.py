"""In which numbers a network computes on which device, and its large multiplications in each."""

from dataclasses import dataclass
from typing import Any, Protocol

from streamtts.engine import EngineError
from streamtts.metal.launching import Kernels, on_this_mac
from streamtts.metal.linear import EightBits

PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8", "fp32", "bf16", "fp16")
DEVICES = ("auto", "cpu", "cuda", "mps")

_LONG_NAMES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
_MOST_INT8 = 127
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Form:
    """Where, in which floats, and whether weights are whole numbers of eight bits."""

    device: Any
    floats: Any
    eight_bits: bool
    kernels: Kernels | None = None  # ours, on a Mac where they have been tried


class Linear(Protocol):
    """Rows of inputs times a matrix, as many rows of outputs."""

    def __call__(self, rows: Any) -> Any: ...

    def weight_rows(self, places: Any) -> Any:
        """Rows of the matrix itself, as floats."""


def chosen(torch: Any, device: str, precision: str) -> Form:
    """Raises EngineError for a device that is not there."""
    found = _device(torch, device)
    kernels = on_this_mac(torch) if found == "mps" else None
    multiplies = kernels is not None and kernels.has("gemv_int8")
    if precision == "auto":
        precision = "int8" if found == "cpu" or multiplies else "float16"
    if precision == "int8":
        floats = torch.float32 if found == "cpu" else torch.float16
        return Form(torch.device(found), floats, eight_bits=True, kernels=kernels)
    floats = getattr(torch, _LONG_NAMES.get(precision, precision))
    return Form(torch.device(found), floats, eight_bits=False, kernels=kernels)


def linear(torch: Any, form: Form, weight: Any, bias: Any | None) -> Linear:
    if not form.eight_bits:
        return _Plain(torch, _moved(form, weight), None if bias is None else _moved(form, bias))
    if form.kernels is not None and form.kernels.has("gemv_int8"):
        return EightBits(form.kernels, weight, bias, floats=form.floats, device=form.device)
    # From what the file has, with one scale for each row: what is left out elsewhere changes no row.
    exact = weight.to(torch.float32)
    scales = exact.abs().amax(dim=1).clamp_(min=_LEAST) / _MOST_INT8
    whole = torch.round(exact / scales[:, None]).to(torch.int8)
    added = None if bias is None else bias.to(torch.float32)
    return _Unpacked(torch, form, whole, scales, added)


class _Plain:
    def __init__(self, torch: Any, weight: Any, bias: Any | None) -> None:
        self._linear = torch.nn.functional.linear
        self._weight = weight
        self._bias = bias

    def __call__(self, rows: Any) -> Any:
        return self._linear(rows, self._weight, self._bias)

    def weight_rows(self, places: Any) -> Any:
        return self._weight[places]


class _Unpacked:
    """Half the memory, not half the time: devices that torch is asked for multiply floats alone."""

    def __init__(self, torch: Any, form: Form, whole: Any, scales: Any, bias: Any | None) -> None:
        self._linear = torch.nn.functional.linear
        self._floats = form.floats
        self._whole = whole.to(form.device)
        self._scales = _moved(form, scales)
        self._bias = None if bias is None else _moved(form, bias)

    def __call__(self, rows: Any) -> Any:
        # Scaled before, for sums of whole numbers are beyond what 16 bits can hold.
        weight = self._whole.to(self._floats).mul_(self._scales[:, None])
        return self._linear(rows, weight, self._bias)

    def weight_rows(self, places: Any) -> Any:
        return self._whole[places].to(self._floats) * self._scales[places][..., None]


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
