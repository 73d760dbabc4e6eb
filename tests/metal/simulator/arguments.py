"""Call arguments to bytes, as torch.mps.compile_shader binds them."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metal.simulator.errors import LaunchError

CASTS = {"fp16": "e", "int32": "i", "int16": "h", "int8": "b", "uint8": "B", "bf16": "bf16"}
Casts = str | Mapping[int, str] | None


@dataclass
class Storage:
    """Memory that one or more arguments look into; shared ones are written back together."""

    content: NDArray[np.uint8]
    is_written_back: bool


@dataclass
class Bound:
    """One argument: where in which storage it begins."""

    storage: Storage
    offset: int
    elements: int | None


def bind(name: str, arguments: Sequence[Any], casts: Casts) -> list[Bound]:
    """Each argument's bytes; arrays that share memory share a storage."""
    storages: dict[tuple[int, int], Storage] = {}
    return [_bind(name, index, value, _cast(casts, index), storages) for index, value in enumerate(arguments)]


def _cast(casts: Casts, index: int) -> str | None:
    cast = casts if isinstance(casts, str) or casts is None else casts.get(index)
    if cast is not None and cast not in CASTS:
        raise LaunchError(f"arg_casts knows {', '.join(CASTS)}, not {cast!r}.")
    return cast


def _bind(
    name: str, index: int, value: Any, cast: str | None, storages: dict[tuple[int, int], Storage]
) -> Bound:
    if hasattr(value, "untyped_storage"):
        return _tensor(name, index, value, storages)
    if isinstance(value, np.ndarray):
        return _array(name, index, value, storages)
    if isinstance(value, (list, tuple)):
        return Bound(Storage(_packed(name, index, list(value), cast), is_written_back=False), 0, None)
    if isinstance(value, (bool, int, float)):
        return Bound(Storage(_packed(name, index, [value], cast), is_written_back=False), 0, None)
    raise LaunchError(
        f"{name}: argument {index} is a {type(value).__name__}, not an array, a number or a list."
    )


def _array(name: str, index: int, array: NDArray[Any], storages: dict[tuple[int, int], Storage]) -> Bound:
    if array.dtype.hasobject or array.dtype.itemsize > 8 or array.dtype == np.float64:
        raise LaunchError(
            f"{name}: argument {index} is an array of {array.dtype}, which a Metal device has not."
        )
    owner: Any = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if not owner.flags.c_contiguous and not owner.flags.f_contiguous:
        raise LaunchError(f"{name}: argument {index} looks into memory whose extent is unknown.")
    if not array.dtype.isnative:
        raise LaunchError(f"{name}: argument {index} is in foreign byte order.")
    flat = owner.reshape(-1, order="A").view(np.uint8)
    begin = flat.__array_interface__["data"][0]
    return _shared(array.__array_interface__["data"][0], begin, flat, array.size, storages)


def _tensor(name: str, index: int, tensor: Any, storages: dict[tuple[int, int], Storage]) -> Bound:
    if tensor.device.type != "cpu":
        raise LaunchError(f"{name}: argument {index} is on {tensor.device}; the simulator takes CPU tensors.")
    if str(tensor.dtype) in ("torch.float64", "torch.complex128"):
        raise LaunchError(f"{name}: argument {index} is {tensor.dtype}, which a Metal device has not.")
    storage = tensor.untyped_storage()
    import ctypes

    size, begin = storage.nbytes(), storage.data_ptr()
    content = (
        np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(begin)) if size else np.zeros(0, np.uint8)
    )
    return _shared(
        begin + tensor.storage_offset() * tensor.element_size(), begin, content, tensor.numel(), storages
    )


def _shared(
    address: int,
    begin: int,
    content: NDArray[np.uint8],
    elements: int,
    storages: dict[tuple[int, int], Storage],
) -> Bound:
    key = (begin, content.size)
    storage = storages.setdefault(key, Storage(content, is_written_back=True))
    return Bound(storage, address - begin, elements)


def _packed(name: str, index: int, values: list[Any], cast: str | None) -> NDArray[np.uint8]:
    """int to int64, float to float32, or what arg_casts says."""
    whole = all(isinstance(value, int) for value in values)
    if not values or not (whole or all(isinstance(value, float) for value in values)):
        raise LaunchError(
            f"{name}: argument {index} must be numbers of one kind, int or float, and not empty."
        )
    code = CASTS[cast] if cast else "q" if whole else "f"
    if whole and code in ("e", "bf16"):
        values = [float(value) for value in values]
    if not whole and code not in ("e", "bf16", "f"):
        raise LaunchError(f"{name}: argument {index} is a float, which arg_casts makes no {cast}.")
    try:
        if code == "bf16":
            bits = np.array(values, np.float32).view(np.uint32)
            return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16).view(np.uint8)
        return np.frombuffer(struct.pack(f"<{len(values)}{code}", *values), np.uint8).copy()
    except (struct.error, OverflowError):
        raise LaunchError(f"{name}: argument {index} does not fit into {cast or 'its type'}.") from None
