"""Arrays of numpy with as much of PyTorch's interface as our launchers use: what they do, they do with both.

Only what `empty` or `clone` makes can be written to by a kernel.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from streamtts import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Bound = float | None  # in a class that has a method of that name


__version__ = _core.__version__


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of numbers, and how numpy stores it: it knows no bfloat16."""

    name: str
    stored: str


float64, float32, float16 = Kind("float64", "f8"), Kind("float32", "f4"), Kind("float16", "f2")
bfloat16 = Kind("bfloat16", "u2")
int64, int32, int8, uint8 = Kind("int64", "i8"), Kind("int32", "i4"), Kind("int8", "i1"), Kind("uint8", "u1")
bool_ = Kind("bool", "?")
_KINDS = {
    np.dtype(kind.stored): kind for kind in (float64, float32, float16, int64, int32, int8, uint8, bool_)
}


@dataclass(frozen=True, slots=True)
class Device:
    type: str


DEVICE = Device("gpu")


class Tensor:
    """A view of a row of numbers in memory."""

    device = DEVICE
    requires_grad = False

    def __init__(self, view: NDArray[Any], kind: Kind, memory: NDArray[Any]) -> None:
        self._view = view
        self.dtype = kind
        self._memory = memory

    @property
    def shape(self) -> tuple[int, ...]:
        return self._view.shape

    @property
    def ndim(self) -> int:
        return self._view.ndim

    @property
    def from_here(self) -> NDArray[Any]:
        """The memory from the first number on, as a kernel is given it."""
        return self._memory[self.storage_offset() :]

    def __len__(self) -> int:
        return len(self._view)

    def storage_offset(self) -> int:
        first, begin = (each.__array_interface__["data"][0] for each in (self._view, self._memory))
        return int(first - begin) // self._memory.itemsize

    def stride(self, at: int | None = None) -> Any:
        steps = tuple(step // self._memory.itemsize for step in self._view.strides)
        return steps if at is None else steps[at]

    def __getitem__(self, places: Any) -> Tensor:
        return Tensor(self._view[places], self.dtype, self._memory)

    def expand(self, shape: Sequence[int]) -> Tensor:
        return Tensor(np.broadcast_to(self._view, shape), self.dtype, self._memory)

    def unflatten(self, at: int, sizes: tuple[int, ...]) -> Tensor:
        return _made(self._view.reshape(*self.shape[:at], *sizes, *self.shape[at + 1 :]), self.dtype)

    def flatten(self, first: int) -> Tensor:
        return _made(self._view.reshape(*self.shape[:first], -1), self.dtype)

    def contiguous(self) -> Tensor:
        return _made(self._view, self.dtype)

    def clone(self) -> Tensor:
        memory = np.array(self._view, order="C").reshape(-1)
        return Tensor(memory.reshape(self.shape), self.dtype, memory)

    def new_empty(self, shape: Sequence[int], dtype: Kind | None = None) -> Tensor:
        return empty(shape, dtype=dtype or self.dtype)

    def to(self, what: Any = None, *, device: Any = None, dtype: Kind | None = None) -> Tensor:  # noqa: ARG002
        """There is one device."""
        kind = what if isinstance(what, Kind) else dtype or self.dtype
        return self if kind == self.dtype else _stored(self.numpy(), kind)

    def cpu(self) -> Tensor:
        return self

    def float(self) -> Tensor:
        return self.to(float32)

    def double(self) -> Tensor:
        return self.to(float64)

    def numpy(self) -> NDArray[Any]:
        """In 32 bits if numpy does not know the type."""
        if self.dtype != bfloat16:
            return self._view
        wide = np.ascontiguousarray(self._view).astype(np.uint32) << 16
        return wide.view(np.float32)

    def abs(self) -> Tensor:
        return _stored(np.abs(self.numpy()), self.dtype)

    def amax(self, dim: int) -> Tensor:
        return _stored(self.numpy().max(axis=dim), self.dtype)

    def amin(self, dim: int) -> Tensor:
        return _stored(self.numpy().min(axis=dim), self.dtype)

    def clamp_(self, min: Bound = None, max: Bound = None) -> Tensor:  # noqa: A002
        """A new one, though PyTorch changes its own: nobody keeps the old."""
        return _stored(np.clip(self.numpy(), min, max), self.dtype)

    def __add__(self, other: Any) -> Tensor:
        return self._with(other, operator.add)

    def __sub__(self, other: Any) -> Tensor:
        return self._with(other, operator.sub)

    def __mul__(self, other: Any) -> Tensor:
        return self._with(other, operator.mul)

    def __truediv__(self, other: Any) -> Tensor:
        return self._with(other, operator.truediv)

    def __and__(self, other: Any) -> Tensor:
        return self._with(other, operator.and_)

    def __or__(self, other: Any) -> Tensor:
        return self._with(other, operator.or_)

    def __lshift__(self, other: Any) -> Tensor:
        return self._with(other, operator.lshift)

    def __rshift__(self, other: Any) -> Tensor:
        return self._with(other, operator.rshift)

    def _with(self, other: Any, work: Callable[[Any, Any], NDArray[Any]]) -> Tensor:
        found = work(self.numpy(), other.numpy() if isinstance(other, Tensor) else other)
        both_narrow = self.dtype == bfloat16 and (not isinstance(other, Tensor) or other.dtype == bfloat16)
        return _stored(found, bfloat16 if both_narrow else _KINDS[found.dtype])


def empty(shape: Sequence[int], *, dtype: Kind, device: Any = None) -> Tensor:  # noqa: ARG001
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    memory = np.zeros(math.prod(sizes), dtype.stored)
    return Tensor(memory.reshape(sizes), dtype, memory)


def empty_like(tensor: Tensor) -> Tensor:
    return empty(tensor.shape, dtype=tensor.dtype)


def from_numpy(numbers: NDArray[Any]) -> Tensor:
    return _made(numbers, _KINDS[numbers.dtype])


def round(tensor: Tensor) -> Tensor:  # noqa: A001 - as PyTorch calls it
    return _stored(np.rint(tensor.numpy()), tensor.dtype)


def stack(tensors: Sequence[Tensor], dim: int) -> Tensor:
    return _made(np.stack([each.numpy() for each in tensors], axis=dim), tensors[0].dtype)


def _stored(numbers: NDArray[Any], kind: Kind) -> Tensor:
    if kind != bfloat16:
        return _made(numbers.astype(kind.stored), kind)
    bits = np.ascontiguousarray(numbers, np.float32).view(np.uint32)
    return _made(((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16), kind)


def _made(view: NDArray[Any], kind: Kind) -> Tensor:
    """A copy that nobody writes to: views of it may overlap in what a kernel is given."""
    memory = np.array(view, order="C").reshape(-1)
    memory.setflags(write=False)
    return Tensor(memory.reshape(view.shape), kind, memory)
