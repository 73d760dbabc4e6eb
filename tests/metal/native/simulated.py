"""A fake Mac whose compiler and GPU are the simulator: `_core.metal` runs our kernels on it."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from metal import simulator
from metal.native import building

SECONDS = 0.25  # that the fake GPU takes for each dispatch
_BUFFER, _LEAST_BYTES, _BUFFER_BYTES = 0, 4, 1 << 32


class Refusal(Exception):  # noqa: N818
    """The fake knows it by its name."""


def core() -> ModuleType:
    """`_core`, of which there is `metal` alone; skips where it cannot be built."""
    if reason := building.missing():
        pytest.skip(reason)
    if not simulator.is_available():
        pytest.skip("no compiler for the simulator: pip install --group cross")
    made = building.module()
    mac = made.new_mac()
    mac.buffer_bytes = _BUFFER_BYTES
    _Gpu().drive(mac)
    return made


class _Gpu:
    def __init__(self) -> None:
        self._kernels: dict[str, Any] = {}

    def drive(self, mac: Any) -> None:
        mac.compile, mac.dispatch = self._compile, self._dispatch

    def _compile(self, source: str, fast: bool, _version: int) -> dict[str, list[tuple[int, int, bool, int]]]:
        assert not fast
        try:
            library = simulator.compile_shader(source)
        except simulator.CompileError as error:
            raise Refusal(str(error)) from error
        found = {name: getattr(library, name) for name in library}
        self._kernels |= found
        return {
            name: [(index, _LEAST_BYTES, True, _BUFFER) for index in kernel._buffers]
            for name, kernel in found.items()
        }

    def _dispatch(
        self, name: str, bound: dict[int, memoryview], threads: list[int], group_size: list[int]
    ) -> None:
        buffers = [np.frombuffer(bound[index], np.uint8) for index in range(len(bound))]
        try:
            self._kernels[name](*buffers, threads=tuple(threads), group_size=tuple(group_size))
        except simulator.LaunchError as error:
            raise Refusal(str(error)) from error
