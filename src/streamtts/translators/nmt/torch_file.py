"""What a pytorch_model.bin lists, read without torch and without running what is in it.

Its list is a pickle, a program for a machine that can call anything. Ours knows a dictionary, a tensor and
nothing else; what asks for more is refused.
"""

import pickletools
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.models.safetensors import Tensor, damaged

_MOST_LIST_BYTES = 1 << 26
_LOCAL_HEADER_BYTES = 30
_KINDS = {
    "torch FloatStorage": "float32",
    "torch HalfStorage": "float16",
    "torch BFloat16Storage": "bfloat16",
}
_IDLE = frozenset({"PROTO", "FRAME", "STOP"})
_VALUES = frozenset(
    [
        "BININT",
        "BININT1",
        "BININT2",
        "LONG1",
        "BINFLOAT",
        "BINUNICODE",
        "SHORT_BINUNICODE",
        "BINUNICODE8",
        "UNICODE",
        "INT",
    ]
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}


@dataclass(frozen=True, slots=True)
class _Named:
    """Something that a pickle would import; here it stays a name."""

    name: str


@dataclass(frozen=True, slots=True)
class _Storage:
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class _View:
    storage: _Storage
    first: int
    shape: tuple[int, ...]


class _AsksForMoreError(Exception):
    """The list would have something called that makes no arrays."""


class _Other:
    """An array of a kind that no model computes with, or something else that was made."""


def torch_file(file: Path) -> Iterator[tuple[str, Tensor]]:
    try:
        with zipfile.ZipFile(file) as archive, file.open("rb") as opened:
            entries = {info.filename: info for info in archive.infolist()}
            listed = next((name for name in entries if name.endswith("/data.pkl")), None)
            if listed is None or entries[listed].file_size > _MOST_LIST_BYTES:
                raise damaged(file, "it has no list of arrays")
            folder = listed.removesuffix("data.pkl")
            for name, view in _views(archive.read(listed)):
                info = entries[f"{folder}data/{view.storage.key}"]
                if info.compress_type != zipfile.ZIP_STORED:
                    raise damaged(file, "its arrays are packed")
                tensor = Tensor(file, _begin(opened, info), view.storage.kind, view.shape)
                yield name, _moved(tensor, view.first, info.file_size)
    except OSError as error:
        raise damaged(file, error.strerror or "") from error
    except zipfile.BadZipFile:
        raise EngineError(
            f"{file} is damaged, or in the format of before 2020, which only torch reads: use the engine nllb"
        ) from None
    except _AsksForMoreError as error:
        raise EngineError(
            f"{file} asks for {str(error)[:60]!r} to be run, as no model should: do not use it"
        ) from None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError) as error:
        raise damaged(file, "its list of arrays is none") from error


def _begin(opened: Any, info: zipfile.ZipInfo) -> int:
    """Where the content of an entry begins; only the entry itself knows how long its own header is."""
    opened.seek(info.header_offset)
    header = opened.read(_LOCAL_HEADER_BYTES)
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    return int(info.header_offset + _LOCAL_HEADER_BYTES + name + extra)


def _moved(tensor: Tensor, first: int, room: int) -> Tensor:
    width = 4 if tensor.kind == "float32" else 2
    if first * width + tensor.size > room:
        raise ValueError
    return Tensor(tensor.file, tensor.at + first * width, tensor.kind, tensor.shape)


def _views(program: bytes) -> Iterator[tuple[str, _View]]:
    listed = _Machine().run(program)
    if not isinstance(listed, dict):
        raise ValueError
    for name, value in listed.items():
        if isinstance(value, _View):
            yield str(name), value


@dataclass
class _Machine:
    """The few steps that a list of arrays needs."""

    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def run(self, program: bytes) -> Any:
        for step, argument, _ in pickletools.genops(program):
            self._take(step.name, argument)
        return self.stack.pop()

    def _take(self, step: str, argument: Any) -> None:
        if step in _VALUES:
            self.stack.append(argument)
        elif step in _CONSTANTS:
            self.stack.append(_CONSTANTS[step])
        elif step in ("GLOBAL", "STACK_GLOBAL"):
            self.stack.append(_Named(argument if step == "GLOBAL" else " ".join(reversed(self._pop(2)))))
        elif step in ("BINPUT", "LONG_BINPUT", "MEMOIZE"):
            self.memo[len(self.memo) if argument is None else argument] = self.stack[-1]
        elif step in ("BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument])
        elif step == "MARK":
            self.marks.append(len(self.stack))
        elif step not in _IDLE:
            self._made(step)

    def _made(self, step: str) -> None:
        if step in ("EMPTY_DICT", "EMPTY_LIST", "EMPTY_TUPLE"):
            self.stack.append({"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple}[step]())
        elif step in ("TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"):
            self.stack.append(tuple(self._marked() if step == "TUPLE" else self._pop(int(step[-1]))[::-1]))
        elif step in ("SETITEM", "SETITEMS"):
            pairs = self._pop(2)[::-1] if step == "SETITEM" else self._marked()
            self.stack[-1].update(zip(pairs[::2], pairs[1::2], strict=True))
        elif step in ("APPEND", "APPENDS"):
            added = self._pop(1) if step == "APPEND" else self._marked()
            self.stack[-1].extend(added)
        elif step == "BINPERSID":
            self.stack.append(_storage(self.stack.pop()))
        elif step == "REDUCE":
            arguments, called = self._pop(2)
            if called.name not in _CALLS:
                raise _AsksForMoreError(called.name)
            self.stack.append(_CALLS[called.name](*arguments))
        elif step == "BUILD":
            self.stack.pop()  # what a dictionary of torch remembers about itself
        else:
            raise ValueError(step)

    def _pop(self, count: int) -> list[Any]:
        """The last first."""
        return [self.stack.pop() for _ in range(count)]

    def _marked(self) -> list[Any]:
        begin = self.marks.pop()
        taken, self.stack[begin:] = self.stack[begin:], []
        return taken


def _storage(said: Any) -> _Storage | _Other:
    word, kind, key, *_ = said
    if word != "storage":
        raise ValueError
    return _Storage(_KINDS[kind.name], key) if kind.name in _KINDS else _Other()


def _tensor(storage: Any, first: int, shape: Any, stride: Any, *_: Any) -> _View | _Other:
    if not isinstance(storage, _Storage):
        return _Other()
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if size > 1 and step != expected:
            raise ValueError("an array that is not in one piece")
        expected *= size
    if any(type(each) is not int or each < 0 for each in (first, *shape)):
        raise ValueError
    return _View(storage, first, tuple(shape))


def _parameter(tensor: Any, *_: Any) -> Any:
    return tensor


_CALLS: dict[str, Callable[..., Any]] = {
    "collections OrderedDict": dict,
    "torch._utils _rebuild_tensor_v2": _tensor,
    "torch._utils _rebuild_parameter": _parameter,
}
