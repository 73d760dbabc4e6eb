"""Where each thread stands, and what the lanes of a simdgroup tell one another."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from metal.simulator import compile_shader, is_available

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Place:
    """One thread, and the grid around it, computed here a second time."""

    position: Numbers
    threads: Numbers
    full: Numbers

    @property
    def group(self) -> Numbers:
        return self.position // self.full

    @property
    def inside(self) -> Numbers:
        return self.position % self.full

    @property
    def size(self) -> Numbers:
        return np.minimum(self.full, self.threads - self.group * self.full)

    @property
    def index(self) -> int:
        return int(self.inside @ [1, self.size[0], self.size[0] * self.size[1]])


VECTORS: dict[str, Callable[[Place], Numbers]] = {
    "thread_position_in_grid": lambda place: place.position,
    "thread_position_in_threadgroup": lambda place: place.inside,
    "threadgroup_position_in_grid": lambda place: place.group,
    "threadgroups_per_grid": lambda place: -(-place.threads // place.full),
    "threads_per_grid": lambda place: place.threads,
    "threads_per_threadgroup": lambda place: place.size,
    "dispatch_threads_per_threadgroup": lambda place: place.full,
}
SCALARS: dict[str, Callable[[Place], int]] = {
    "thread_index_in_threadgroup": lambda place: place.index,
    "thread_index_in_simdgroup": lambda place: place.index % 32,
    "simdgroup_index_in_threadgroup": lambda place: place.index // 32,
    "simdgroups_per_threadgroup": lambda place: -(-int(place.size.prod()) // 32),
    "dispatch_simdgroups_per_threadgroup": lambda place: -(-int(place.full.prod()) // 32),
    "threads_per_simdgroup": lambda _: 32,
    "thread_index_in_quadgroup": lambda place: place.index % 4,
    "quadgroup_index_in_threadgroup": lambda place: place.index // 4,
}
GRIDS = [
    ((70,), (32,)),
    ((5, 7), (4, 3)),
    ((33, 3, 2), (11, 2, 2)),
    ((1, 1, 1), (1024, 1, 1)),
    ((40, 9), (40, 3)),
]


def grid_source() -> str:
    parameters = ", ".join(f"uint3 v{i} [[{name}]]" for i, name in enumerate(VECTORS))
    scalars = ", ".join(f"{kind} s{i} [[{name}]]" for i, (name, kind) in enumerate(scalar_types()))
    stores = "".join(f"for (int a = 0; a < 3; ++a) out[at++] = v{i}[a];" for i in range(len(VECTORS)))
    stores += "".join(f"out[at++] = s{i};" for i in range(len(SCALARS)))
    return (
        f"kernel void k(device uint* out, {parameters}, {scalars}) {{\n"
        f"  uint at = (v0.x + v4.x * (v0.y + v4.y * v0.z)) * {3 * len(VECTORS) + len(SCALARS)}; {stores} }}"
    )


def scalar_types() -> list[tuple[str, str]]:
    return list(zip(SCALARS, itertools.cycle(["uint", "ushort"]), strict=False))


@pytest.mark.parametrize(("threads", "group"), GRIDS)
def test_every_thread_knows_its_place(threads: tuple[int, ...], group: tuple[int, ...]) -> None:
    all_threads, full = (np.array([*sizes, 1, 1][:3]) for sizes in (threads, group))
    fields = 3 * len(VECTORS) + len(SCALARS)
    out = np.full((*all_threads[::-1], fields), -1, np.int32)
    compile_shader(grid_source()).k(out, threads=threads, group_size=group)
    for position in np.ndindex(*all_threads):
        place = Place(np.array(position), all_threads, full)
        vectors = np.concatenate([how(place) for how in VECTORS.values()])
        scalars = [how(place) for how in SCALARS.values()]
        np.testing.assert_array_equal(out[position[::-1]], [*vectors, *scalars])


def test_a_scalar_position_is_the_first_of_three() -> None:
    source = "kernel void k(device uint* out, uint i [[thread_position_in_grid]]) { out[i] = i; }"
    out = np.full(8, 9, np.uint32)
    compile_shader(source).k(out, threads=(8, 1), group_size=(3, 1))
    assert list(out) == list(range(8))


def lanes(expression: str, x: NDArray[Any], group: int) -> NDArray[Any]:
    kind = {"f": "float", "i": "int", "u": "uint"}[x.dtype.kind]
    source = f"""
    #include <metal_stdlib>
    using namespace metal;
    kernel void k(device const {kind}* x, device {kind}* out, uint i [[thread_position_in_grid]],
                  ushort lane [[thread_index_in_simdgroup]]) {{
      const {kind} v = x[i];
      out[i] = {kind}({expression});
    }}"""
    out = np.zeros_like(x)
    compile_shader(source).k(x, out, threads=x.size, group_size=group)
    return out


def simdgroups(x: NDArray[Any], group: int) -> list[NDArray[Any]]:
    return [
        part[i : i + 32] for part in np.split(x, range(group, x.size, group)) for i in range(0, part.size, 32)
    ]


def inclusive(v: NDArray[Any]) -> NDArray[Any]:
    return np.cumsum(v)


ANY: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "simd_sum(v)": lambda v: np.full(v.size, v.sum()),
    "simd_max(v)": lambda v: np.full(v.size, v.max()),
    "simd_min(v)": lambda v: np.full(v.size, v.min()),
    "simd_prefix_inclusive_sum(v)": inclusive,
    "simd_prefix_exclusive_sum(v)": lambda v: inclusive(v) - v,
    "simd_broadcast_first(v)": lambda v: np.full(v.size, v[0]),
    "simd_broadcast(v, 0)": lambda v: np.full(v.size, v[0]),
    "simd_is_first() ? 1 : 0": lambda v: np.arange(v.size) == 0,
    "simd_any(v > 90) ? 1 : 0": lambda v: np.full(v.size, (v > 90).any()),
    "simd_all(v > 5) ? 1 : 0": lambda v: np.full(v.size, (v > 5).all()),
    "popcount(ulong(simd_ballot(v > 50)))": lambda v: np.full(v.size, (v > 50).sum()),
}
FULL: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "simd_shuffle(v, 31 - lane)": lambda v: v[::-1],
    "simd_shuffle_xor(v, 5)": lambda v: v[np.arange(32) ^ 5],
    "simd_shuffle_down(v, 3)": lambda v: np.concatenate([v[3:], v[-3:]]),
    "simd_shuffle_up(v, 3)": lambda v: np.concatenate([v[:3], v[:-3]]),
    "simd_shuffle_rotate_down(v, 3)": lambda v: np.roll(v, -3),
    "simd_shuffle_rotate_up(v, 3)": lambda v: np.roll(v, 3),
    "simd_shuffle_and_fill_down(v, -v, 3)": lambda v: np.concatenate([v[3:], -v[:3]]),
    "simd_shuffle_and_fill_up(v, -v, 3)": lambda v: np.concatenate([-v[-3:], v[:-3]]),
    "quad_sum(v)": lambda v: np.repeat(v.reshape(8, 4).sum(1), 4),
    "quad_broadcast(v, 2)": lambda v: np.repeat(v.reshape(8, 4)[:, 2], 4),
    "quad_shuffle_xor(v, 1)": lambda v: v[np.arange(32) ^ 1],
}


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
@pytest.mark.parametrize(("threads", "group"), [(64, 64), (70, 33), (7, 7), (100, 50)])
@pytest.mark.parametrize("expression", ANY)
def test_lanes_that_exist_agree(expression: str, threads: int, group: int, dtype: type) -> None:
    x: NDArray[Any] = np.random.default_rng(threads).integers(0, 100, threads).astype(dtype)
    expected = np.concatenate([ANY[expression](v) for v in simdgroups(x, group)])
    np.testing.assert_array_equal(lanes(expression, x, group), expected)


@pytest.mark.parametrize("expression", FULL)
def test_lanes_exchange(expression: str) -> None:
    x = np.random.default_rng(1).integers(0, 100, 64).astype(np.float32)
    expected = np.concatenate([FULL[expression](v) for v in simdgroups(x, 64)])
    np.testing.assert_array_equal(lanes(expression, x, 64), expected)


def test_a_lane_that_does_not_exist_gives_nothing_to_rely_on() -> None:
    assert np.isnan(lanes("simd_shuffle(v, 20)", np.ones(7, np.float32), 7)).all()
