"""compile_shader and what it returns: the call form of torch.mps.compile_shader."""

import ctypes
import ctypes.util
import math
import operator
from collections import Counter
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any

from metal.simulator.arguments import Bound, Casts, bind
from metal.simulator.building import Build, Note, runtime
from metal.simulator.errors import LaunchError
from metal.simulator.running import Grid, Launch, dispatcher, run

# How often each kernel was dispatched, in all libraries; tests clear it.
launches: Counter[str] = Counter()

Extent = int | Sequence[int] | None


def compile_shader(source: str) -> "Library":
    """Metal source to kernels that run on this processor; CompileError says what is wrong with it."""
    return Library(Build(source))


@cache
def _runtime() -> Any:
    ctypes.CDLL(ctypes.util.find_library("m"), mode=ctypes.RTLD_GLOBAL)
    return dispatcher(ctypes.CDLL(str(runtime()), mode=ctypes.RTLD_GLOBAL))


@cache
def _loaded(path: str) -> Any:
    _runtime()
    return ctypes.CDLL(path)


class Library:
    """Kernels as attributes."""

    def __init__(self, build: Build) -> None:
        self.launches: Counter[str] = Counter()
        self._kernels = {name: Kernel(build, note, self.launches) for name, note in build.kernels.items()}

    def __getattr__(self, name: str) -> "Kernel":
        try:
            return self.__dict__["_kernels"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(f"the library has no kernel {name!r}; it has {', '.join(self)}.") from None

    def __dir__(self) -> list[str]:
        return list(self._kernels)

    def __iter__(self) -> Any:
        return iter(self._kernels)


class Kernel:
    """One kernel, called with its buffers in the order of their numbers."""

    thread_execution_width = 32

    def __init__(self, build: Build, note: Note, counts: Counter[str]) -> None:
        self.name = note.name
        self.max_threads_per_threadgroup = note.max_threads
        self._build, self._note, self._buffers = build, note, note.buffers
        self._counts = counts

    @cached_property
    def _entry(self) -> int:
        loaded = _loaded(str(self._build.library_with(self._note)))
        return ctypes.cast(getattr(loaded, self._note.symbol), ctypes.c_void_p).value or 0

    def __call__(
        self, *arguments: Any, threads: Extent = None, group_size: Extent = None, arg_casts: Casts = None
    ) -> None:
        bound = bind(self.name, arguments, arg_casts)
        if len(bound) <= max(self._buffers, default=-1) or len(bound) > max(self._buffers, default=-1) + 1:
            raise LaunchError(
                f"{self.name} takes {max(self._buffers, default=-1) + 1} arguments, not {len(bound)}."
            )
        grid = self._grid(bound, threads, group_size)
        numbered = {number: bound[number] for number in self._buffers}
        run(Launch(self.name, _runtime(), self._entry, numbered, grid))
        self._counts[self.name] += 1
        launches[self.name] += 1

    def _grid(self, bound: list[Bound], threads: Extent, group_size: Extent) -> Grid:
        if threads is None:
            sizes = [each.elements for each in bound if each.elements is not None]
            if not sizes:
                raise LaunchError(f"{self.name}: say how many threads, as no argument is an array.")
            threads = sizes[0]
        wanted = _extent(self.name, "threads", threads)
        limit = self.max_threads_per_threadgroup
        if group_size is None:
            group = [min(limit, wanted[0])] + [1] * (len(wanted) - 1)
            group[0] = group[0] if len(wanted) == 1 else limit
        else:
            group = _extent(self.name, "group_size", group_size)
        if len(group) != len(wanted):
            raise LaunchError(f"{self.name}: threads and group_size must have the same number of dimensions.")
        if math.prod(group) > limit:
            raise LaunchError(f"{self.name}: a group of {math.prod(group)} threads; {limit} are allowed.")
        pad = (1, 1, 1)
        return Grid((*wanted, *pad)[:3], (*group, *pad)[:3])  # type: ignore[arg-type]


def _extent(name: str, what: str, extent: int | Sequence[int]) -> list[int]:
    try:
        sizes = [operator.index(size) for size in (extent if isinstance(extent, Sequence) else [extent])]
    except TypeError:
        sizes = []
    if not 1 <= len(sizes) <= 3 or not all(0 < size < 2**31 for size in sizes):
        raise LaunchError(f"{name}: {what} is one to three numbers above zero, not {extent!r}.")
    return sizes
