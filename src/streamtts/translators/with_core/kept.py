"""Weights in eight bits: made once, kept beside the model, and mapped from there.

They are read but not copied, and processes share them.
"""

import hashlib
import json
import mmap
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from streamtts.models.folder import made as made_folder
from streamtts.models.trouble import ModelError
from streamtts.translators.nmt.checkpoint import files
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_core import weights
from streamtts.translators.with_core.files import is_readable_in_parts, opened

_VERSION = 1  # of the arrangement and of the rounding: another one is made anew
_PREFIX = "int8-"
_LONGEST_WRITING_S = 3600
_ALIGNED = 64  # bytes: a line of a processor's cache
_SIZE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """Arrays by name, and where they lie if they are in a file."""

    arrays: dict[str, memoryview]
    file: Path | None = None
    places: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which model, and which of its tokens may be written."""

    folder: Path
    shape: Shape
    listed: Sequence[int] | None

    @property
    def key(self) -> str:
        known = [(file.name, file.stat()) for file in files(self.folder)]
        found = [[name, stat.st_size, stat.st_mtime_ns] for name, stat in known]
        said = [_VERSION, found, repr(self.shape), self.listed]
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()

    def made(self) -> Iterator[weights.Named]:
        arrays = opened(self.folder)
        yield from weights.made(arrays, self.shape, self.listed)
        if not is_readable_in_parts(self.folder):
            yield weights.source(arrays, self.shape)


def kept(wanted: Wanted, keep_in: Path) -> Kept:
    """Raises EngineError if the model is none, or damaged."""
    key = wanted.key
    file = keep_in / f"{_PREFIX}{key[:16]}.bin"
    found = _found(file, key)
    if found is None and _keep(file, wanted, key):
        found = _found(file, key)
    if found is None:  # a disk that is full or not ours costs time and memory, nothing else
        found = Kept({name: memoryview(content) for name, content in wanted.made()})
    return found


def _found(file: Path, key: str) -> Kept | None:
    """None if there is none, or none that is whole: it is made anew then."""
    try:
        with file.open("rb") as opened_file:
            content = memoryview(mmap.mmap(opened_file.fileno(), 0, access=mmap.ACCESS_READ))
        size = int.from_bytes(content[-_SIZE_BYTES:], "little")
        index = json.loads(bytes(content[len(content) - _SIZE_BYTES - size : -_SIZE_BYTES]))
        if index["key"] != key or index["size"] != len(content) - _SIZE_BYTES - size:
            return None
        places = {name: (int(begin), int(end)) for name, (begin, end) in index["arrays"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    arrays = {name: content[begin:end] for name, (begin, end) in places.items()}
    return Kept(arrays, file, {name: begin for name, (begin, _) in places.items()})


def _keep(file: Path, wanted: Wanted, key: str) -> bool:
    """Whole or not at all."""
    part = file.with_name(f".{os.getpid()}-{file.name}")
    try:
        made_folder(file.parent)
        _sweep(file.parent)
        with part.open("wb") as target:
            _write(target, wanted.made(), key)
        part.replace(file)
    except (OSError, ModelError):
        return False
    finally:
        with suppress(OSError):
            part.unlink()
    return True


def _write(target: BinaryIO, arrays: Iterable[weights.Named], key: str) -> None:
    """What is where stands at the end: a file that was cut off has none."""
    places: dict[str, tuple[int, int]] = {}
    at = 0
    for name, content in arrays:
        target.write(content)
        places[name] = at, at + len(content)
        at += len(content)
        at += target.write(bytes(-at % _ALIGNED))
    index = json.dumps({"key": key, "size": at, "arrays": places}).encode()
    target.write(index + len(index).to_bytes(_SIZE_BYTES, "little"))


def _sweep(folder: Path) -> None:
    """Takes away what somebody was killed over; nobody writes for that long."""
    for part in folder.glob(f".*-{_PREFIX}*"):
        if time.time() - part.stat().st_mtime > _LONGEST_WRITING_S:
            part.unlink()
