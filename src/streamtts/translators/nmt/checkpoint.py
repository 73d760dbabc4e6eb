"""The arrays of a model's files, read when they are needed; no code of a file is ever run."""

import json
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from streamtts.engine import EngineError
from streamtts.models.safetensors import damaged, safetensors

_FORMATS = (  # the best first: a file, or the list of several
    ("model.safetensors", "model.safetensors.index.json"),
    ("pytorch_model.bin", "pytorch_model.bin.index.json"),
)
_ALIGNED = 4  # bytes: the widest number
_ACCEPTED = "model.safetensors or pytorch_model.bin"


class Checkpoint:
    """Arrays by name. They stay in their file, and come into memory page by page as they are read."""

    def __init__(self, torch: Any, folder: Path) -> None:
        self._folder = folder
        self._arrays: dict[str, Any] = {}
        found = files(folder)
        self.mapped = all(map(_is_mapped, found))
        for file in found:
            self._arrays.update(_opened(torch, file))

    def has(self, name: str) -> bool:
        return name in self._arrays

    def get(self, name: str, *shape: int) -> Any:
        """Of this shape; raises EngineError if there is none."""
        if name not in self._arrays:
            raise EngineError(f"the model in {self._folder} has no {name}: pull it again")
        found = self._arrays[name]
        if tuple(found.shape) != shape:
            raise EngineError(
                f"{name} of the model in {self._folder} is {tuple(found.shape)}, by its config.json {shape}:"
                " pull it again"
            )
        if not found.is_floating_point():
            raise EngineError(
                f"{name} of the model in {self._folder} holds {found.dtype}: give one that holds floats"
            )
        return found

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self._arrays[name].shape) if name in self._arrays else ()

    def first(self, *names: str) -> str:
        """The first of the names that is there, or the last."""
        return next(filter(self.has, names), names[-1])

    def rows(self, name: str) -> int:
        """How many there are; any number, where nothing else says how many to expect."""
        found = self._arrays.get(name)
        return int(found.shape[0]) if found is not None and found.dim() == 2 else 0


def files(folder: Path) -> list[Path]:
    """What holds the weights."""
    for single, listed in _FORMATS:
        if (folder / single).is_file():
            return [folder / single]
        if (folder / listed).is_file():
            return _listed(folder / listed)
    raise EngineError(f"{folder} has no weights ({_ACCEPTED}): pull the model again")


def _is_mapped(file: Path) -> bool:
    """Whether it can be read in parts; torch's format of before 2020 cannot."""
    return file.suffix == ".safetensors" or zipfile.is_zipfile(file)


def _listed(index: Path) -> list[Path]:
    try:
        names = sorted(set(json.loads(index.read_bytes())["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineError(f"{index} is damaged: pull the model again") from error
    for name in names:
        if Path(name).name != name or not (index.parent / name).is_file():
            raise EngineError(f"{index} lists {str(name)[:80]}, which is not there: pull the model again")
    return [index.parent / name for name in names]


def _opened(torch: Any, file: Path) -> Mapping[str, Any]:
    found = _safetensors(torch, file) if file.suffix == ".safetensors" else _torch_file(torch, file)
    if not (isinstance(found, dict) and all(isinstance(array, torch.Tensor) for array in found.values())):
        raise EngineError(f"{file} holds something else than the arrays of a model: pull it again")
    return found


def _safetensors(torch: Any, file: Path) -> dict[str, Any]:
    """The library of that name would read all of it at once."""
    listed = dict(safetensors(file))
    size = file.stat().st_size
    content = torch.from_file(str(file), shared=False, size=size, dtype=torch.uint8)
    found = {}
    for name, each in listed.items():
        if each.at + each.size > size:
            raise damaged(file, "its arrays go beyond its end")
        part = content[each.at : each.at + each.size]
        aligned = part if each.at % _ALIGNED == 0 else part.clone()
        found[name] = aligned.view(getattr(torch, each.kind)).view(each.shape)
    return found


def _torch_file(torch: Any, file: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it finds strange it refuses, too
            return torch.load(file, map_location="cpu", weights_only=True, mmap=_is_mapped(file))
    except UnpicklingError as error:
        raise EngineError(
            f"{file} is damaged, or holds code, which is never run: pull the model again, or give one with"
            " model.safetensors"
        ) from error
    except (OSError, RuntimeError, ValueError, EOFError, KeyError) as error:
        raise damaged(file, " ".join(str(error).split())[:80]) from error
