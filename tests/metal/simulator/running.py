"""One dispatch in three orders of its threads, between canaries; what they compute must be the same bits."""

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from metal.simulator.arguments import Bound, Storage
from metal.simulator.errors import LaunchError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDERS = ("forward", "reverse", "shuffled")
# Around each buffer: a NaN in float, half and bfloat.
CANARY, CANARY_BYTES, ALIGNMENT = 0xFF, 4096, 256
# Seconds of the processor after which a dispatch is taken for endless.
PATIENCE_S = 60.0
# There is one simulated device, and it has no queue.
ONE_AT_A_TIME = threading.Lock()


class Dispatch(ctypes.Structure):
    """Mirrors runtime/dispatch.h."""

    _fields_ = (
        ("threads", ctypes.c_uint * 3),
        ("group", ctypes.c_uint * 3),
        ("order", ctypes.c_uint),
        ("seed", ctypes.c_uint),
        ("arena", ctypes.c_void_p),
        ("arena_bytes", ctypes.c_ulong),
        ("bounds", ctypes.POINTER(ctypes.c_ulong)),
        ("buffers", ctypes.c_ulong),
        ("arguments", ctypes.POINTER(ctypes.c_void_p)),
        ("argument_buffers", ctypes.POINTER(ctypes.c_ulong)),
        ("argument_count", ctypes.c_ulong),
        ("patience_us", ctypes.c_ulong),
    )


@dataclass(frozen=True)
class Grid:
    """Threads in all, and in a group, along x, y and z."""

    threads: tuple[int, int, int]
    group: tuple[int, int, int]


class _Arena:
    """A copy of all storages in one piece of memory, canaries between them."""

    def __init__(self, storages: list[Storage]) -> None:
        self.spans: list[tuple[int, int]] = []
        end = CANARY_BYTES
        for storage in storages:
            begin = -(-end // ALIGNMENT) * ALIGNMENT
            self.spans.append((begin, begin + storage.content.size))
            end = begin + storage.content.size + CANARY_BYTES
        padded = np.full(end + ALIGNMENT, CANARY, np.uint8)
        shift = -padded.__array_interface__["data"][0] % ALIGNMENT
        self.memory: NDArray[np.uint8] = padded[shift : shift + end]
        for storage, (begin, stop) in zip(storages, self.spans, strict=True):
            self.memory[begin:stop] = storage.content

    @property
    def address(self) -> int:
        return int(self.memory.__array_interface__["data"][0])

    def canaries_live(self) -> bool:
        ends = [0, *(stop for _, stop in self.spans)]
        begins = [*(begin for begin, _ in self.spans), self.memory.size]
        return all(bool((self.memory[a:b] == CANARY).all()) for a, b in zip(ends, begins, strict=True))


@dataclass(frozen=True)
class Launch:
    """A kernel's code, what it is given, and where."""

    name: str
    dispatch: Callable[..., int]
    entry: int
    numbered: dict[int, Bound]
    grid: Grid

    def storages(self) -> list[Storage]:
        """Each once, though several arguments may look into it."""
        found: list[Storage] = []
        for bound in self.numbered.values():
            if not any(bound.storage is known for known in found):
                found.append(bound.storage)
        return found


def run(launch: Launch) -> None:
    """Runs a kernel on copies, compares the orders, and writes back what it wrote."""
    storages = launch.storages()
    results: list[_Arena] = []
    for order in range(len(ORDERS)):
        arena = _Arena(storages)
        _run_once(launch, storages, arena, order)
        if not arena.canaries_live():
            raise LaunchError(f"{launch.name} wrote outside of its buffers.")
        results.append(arena)
    _demand_agreement(launch, results, storages)
    for storage, (begin, stop) in zip(storages, results[0].spans, strict=True):
        content = results[0].memory[begin:stop]
        if storage.is_written_back and not np.array_equal(storage.content, content):
            if not storage.content.flags.writeable:
                raise LaunchError(f"{launch.name} writes to an array that is read-only.")
            storage.content[:] = content


def _run_once(launch: Launch, storages: list[Storage], arena: _Arena, order: int) -> None:
    count = max(launch.numbered, default=-1) + 1
    addresses, owners = (ctypes.c_void_p * 31)(), (ctypes.c_ulong * 31)()
    for number, bound in launch.numbered.items():
        owner = next(i for i, storage in enumerate(storages) if storage is bound.storage)
        owners[number] = owner
        addresses[number] = arena.address + arena.spans[owner][0] + bound.offset
    bounds = (ctypes.c_ulong * max(1, 2 * len(storages)))(*(edge for span in arena.spans for edge in span))
    how = Dispatch(
        threads=launch.grid.threads,
        group=launch.grid.group,
        order=order,
        seed=len(storages) + 7,
        arena=arena.address,
        arena_bytes=arena.memory.size,
        bounds=bounds,
        buffers=len(storages),
        arguments=addresses,
        argument_buffers=owners,
        argument_count=count,
        patience_us=int(PATIENCE_S * 1e6),
    )
    message = ctypes.create_string_buffer(1024)
    with ONE_AT_A_TIME:
        failed = launch.dispatch(launch.entry, ctypes.byref(how), message, len(message))
    if failed:
        raise LaunchError(f"{launch.name}: {message.value.decode(errors='replace')}.")


def _demand_agreement(launch: Launch, results: list[_Arena], storages: list[Storage]) -> None:
    for order, result in zip(ORDERS[1:], results[1:], strict=True):
        differing = np.flatnonzero(result.memory != results[0].memory)
        if differing.size == 0:
            continue
        place = int(differing[0])
        owner = next(i for i, (begin, stop) in enumerate(result.spans) if begin <= place < stop)
        number = next(n for n, bound in launch.numbered.items() if bound.storage is storages[owner])
        at = place - result.spans[owner][0]
        raise LaunchError(
            f"{launch.name}: argument {number} differs at byte {at} with the order of threads, {ORDERS[0]} "
            f"or {order}: a barrier is missing, or two threads write to one place."
        )


def dispatcher(runtime: Any) -> Callable[..., int]:
    call = runtime.msl_dispatch
    call.argtypes = (ctypes.c_void_p, ctypes.POINTER(Dispatch), ctypes.c_char_p, ctypes.c_ulong)
    call.restype = ctypes.c_int
    found: Callable[..., int] = call
    return found
