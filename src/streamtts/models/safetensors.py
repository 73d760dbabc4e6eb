"""The arrays in the files of a model: where they lie, read when they are asked for, and nothing is run."""

import json
import math
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError

_MOST_HEADER_BYTES = 1 << 26
_METADATA = "__metadata__"
_WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}
_KINDS = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where an array lies in a file; its values one after the other, the last axis first."""

    file: Path
    at: int
    kind: str  # float32, float16 or bfloat16
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return math.prod(self.shape) * _WIDTHS[self.kind]


class Tensors:
    """All arrays of a model. The files are mapped, so only what is read takes memory."""

    def __init__(self, found: dict[str, Tensor]) -> None:
        self._found = found
        self._maps: dict[Path, mmap.mmap] = {}
        for tensor in found.values():
            if tensor.at + tensor.size > len(self._map(tensor.file)):
                raise damaged(tensor.file, "its arrays go beyond its end")

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def __getitem__(self, name: str) -> Tensor:
        return self._found[name]

    def content(self, name: str) -> memoryview:
        tensor = self._found[name]
        return self._bytes(tensor, 0, tensor.size)

    def array(self, mx: Any, name: str) -> Any:
        tensor = self._found[name]
        return _array(mx, self.content(name), tensor.kind).reshape(tensor.shape)

    def rows(self, mx: Any, name: str, wanted: Sequence[int]) -> Any:
        """Some rows of a table, copied from the disk; the rest of it takes no memory."""
        tensor = self._found[name]
        content = memoryview(self.row_bytes(name, wanted))
        return _array(mx, content, tensor.kind).reshape(len(wanted), *tensor.shape[1:])

    def row_bytes(self, name: str, wanted: Sequence[int]) -> bytes:
        tensor = self._found[name]
        stride = tensor.size // tensor.shape[0]
        return b"".join(self._bytes(tensor, row * stride, stride) for row in wanted)

    def leave(self) -> None:
        """What was read so far leaves the memory; it is read again from the disk if it is needed."""
        for mapped in self._maps.values():
            if hasattr(mmap, "MADV_DONTNEED"):
                mapped.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        while self._maps:
            self._maps.popitem()[1].close()

    def _bytes(self, tensor: Tensor, at: int, size: int) -> memoryview:
        begin = tensor.at + at
        return memoryview(self._map(tensor.file))[begin : begin + size]

    def _map(self, file: Path) -> mmap.mmap:
        if file not in self._maps:
            try:
                with file.open("rb") as opened:
                    self._maps[file] = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError) as error:
                raise damaged(file, str(error)) from error
        return self._maps[file]


def safetensors(file: Path) -> Iterator[tuple[str, Tensor]]:
    """What the header of a .safetensors file lists, without kinds of numbers that no model computes with."""
    try:
        base, header = _header(file)
        for name, entry in header.items():
            if name != _METADATA and entry["dtype"] in _KINDS:
                yield name, _listed(file, entry, base)
    except OSError as error:
        raise damaged(file, error.strerror or "") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(file, "its header is none") from error


def is_whole(file: Path) -> bool:
    """Whether a .safetensors file ends where its header says; some versions of MLX would not notice."""
    try:
        base, header = _header(file)
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != _METADATA]
        return bool(file.stat().st_size == base + max(ends))
    except (OSError, EngineError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _header(file: Path) -> tuple[int, dict[str, Any]]:
    """Where the arrays begin, and what is said of them."""
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if not 2 <= length <= _MOST_HEADER_BYTES:
            raise damaged(file, "its header has no sensible length")
        return 8 + length, json.loads(opened.read(length))


def _listed(file: Path, entry: dict[str, Any], base: int) -> Tensor:
    begin, end = entry["data_offsets"]
    shape = tuple(entry["shape"])
    tensor = Tensor(file, base + begin, _KINDS[entry["dtype"]], shape)
    if not all(type(each) is int and each >= 0 for each in (begin, *shape)) or tensor.size != end - begin:
        raise ValueError
    return tensor


def damaged(file: Path, why: str) -> EngineError:
    return EngineError(f"{file} is damaged ({why}): pull the model again")


def _array(mx: Any, content: memoryview, kind: str) -> Any:
    if kind == "float32":
        return mx.array(content.cast("f"))
    return mx.array(content.cast("H")).view(getattr(mx, kind))
