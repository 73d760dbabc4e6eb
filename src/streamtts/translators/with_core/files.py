"""The arrays of a model as its files hold them: their numbers are not looked at here."""

import ctypes
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from streamtts.engine import EngineError
from streamtts.models.safetensors import Tensor, Tensors, safetensors
from streamtts.translators.nmt.checkpoint import Checkpoint, files
from streamtts.translators.nmt.torch_file import torch_file


@dataclass(frozen=True, slots=True)
class Array:
    kind: str  # float32, float16 or bfloat16
    content: memoryview


class Arrays(Protocol):
    def has(self, name: str) -> bool: ...

    def shape(self, name: str) -> tuple[int, ...]: ...

    def get(self, name: str, *shape: int) -> Array:
        """Of this shape; raises EngineError if there is none."""


def source_name(arrays: Arrays) -> str:
    """What source words are read as."""
    return first(arrays, "model.encoder.embed_tokens.weight", "model.shared.weight")


def first(arrays: Arrays, *names: str) -> str:
    """The first of the names that is there, or the last."""
    return next(filter(arrays.has, names), names[-1])


def is_readable_in_parts(folder: Path) -> bool:
    """Torch's format of before 2020 is not, and only torch reads it."""
    return all(file.suffix == ".safetensors" or zipfile.is_zipfile(file) for file in files(folder))


class Mapped:
    """Arrays that come into memory page by page as they are read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tensors = dict(chain.from_iterable(_listed(file) for file in files(folder)))
        self._mapped = Tensors(self.tensors)

    def has(self, name: str) -> bool:
        return name in self.tensors

    def shape(self, name: str) -> tuple[int, ...]:
        return self.tensors[name].shape if name in self.tensors else ()

    def get(self, name: str, *shape: int) -> Array:
        """What was taken before leaves the memory."""
        _check(self, self._folder, name, shape)
        self._mapped.leave()
        return Array(self.tensors[name].kind, self._mapped.content(name))


class Whole:
    """Arrays of files of before 2020, in memory."""

    def __init__(self, folder: Path) -> None:
        if find_spec("torch") is None:
            raise EngineError(
                f"the weights in {folder} are in the format of before 2020, which only torch reads:"
                " pip install 'streamtts[nllb]'"
            )
        import torch

        self._folder = folder
        self._torch = torch
        self._found = Checkpoint(torch, folder)

    def has(self, name: str) -> bool:
        return self._found.has(name)

    def shape(self, name: str) -> tuple[int, ...]:
        return self._found.shape(name)

    def get(self, name: str, *shape: int) -> Array:
        _check(self, self._folder, name, shape)
        tensor: Any = self._found.get(name, *shape).contiguous()
        size = tensor.numel() * tensor.element_size()
        return Array(
            str(tensor.dtype).removeprefix("torch."), memoryview(ctypes.string_at(tensor.data_ptr(), size))
        )


def opened(folder: Path) -> Arrays:
    return Mapped(folder) if is_readable_in_parts(folder) else Whole(folder)


def _listed(file: Path) -> Iterator[tuple[str, Tensor]]:
    return safetensors(file) if file.suffix == ".safetensors" else torch_file(file)


def _check(arrays: Arrays, folder: Path, name: str, shape: tuple[int, ...]) -> None:
    if not arrays.has(name):
        raise EngineError(f"the model in {folder} has no {name} that can be used: pull it again")
    if arrays.shape(name) != shape:
        raise EngineError(
            f"{name} of the model in {folder} is {arrays.shape(name)}, by its config.json {shape}:"
            " pull it again"
        )
