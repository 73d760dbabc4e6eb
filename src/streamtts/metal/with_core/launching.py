"""compile_shader as PyTorch has it, by the core's host of Metal; the clock that goes with it is the GPU's."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from streamtts import _core
from streamtts.errors import UsageError
from streamtts.metal.launching import Kernels


class Metal(Protocol):
    """_core.metal, or what stands in for it where there is no Metal."""

    def available(self) -> bool: ...

    def compile(self, source: str) -> Any: ...


class Gpu:
    """Compiles kernels and runs them one by one, and adds up what they take."""

    def __init__(self, metal: Metal) -> None:
        self._metal = metal
        self.seconds = 0.0

    def compile_shader(self, source: str) -> "_Library":
        return _Library(self._metal.compile(source), self._run)

    def _run(self, library: Any, name: str, *arguments: Any, threads: Any, group_size: Any) -> None:
        given = [getattr(each, "from_here", each) for each in arguments]
        self.seconds += library.run(name, given, threads, group_size)


class _Library:
    """Kernels as attributes."""

    def __init__(self, library: Any, run: Callable[..., None]) -> None:
        self._library = library
        self._run = run

    def __getattr__(self, name: str) -> Callable[..., None]:
        return partial(self._run, self._library, name)


def kernels(metal: Metal = _core.metal) -> Kernels:
    """All of them, whatever was found of them before; UsageError where there is no GPU or an old system."""
    if not metal.available():
        raise UsageError("--apple needs macOS 14 or newer and a GPU that Metal can use")
    from streamtts.metal.with_core import tensors

    gpu = Gpu(metal)
    return Kernels(tensors, gpu.compile_shader, device=tensors.DEVICE.type, clock=lambda: gpu.seconds)
