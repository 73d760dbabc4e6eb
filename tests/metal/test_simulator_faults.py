"""What a kernel does wrong while it runs ends its launch with a reason; nothing is written then."""

import numpy as np
import pytest
from numpy.typing import NDArray

from metal.simulator import LaunchError, compile_shader, is_available, running

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

# x: 64 floats, out: 64 floats, n: 64; one group of 64 threads.
FRAME = """
#include <metal_stdlib>
using namespace metal;
kernel void k(device const float* x, device float* out, constant long& n,
              uint i [[thread_position_in_threadgroup]], uint lane [[thread_index_in_simdgroup]],
              uint simdgroup [[simdgroup_index_in_threadgroup]]) {
  threadgroup float t[64];
  threadgroup float u[64];
  %s
}
"""
BARRIER = "threadgroup_barrier(mem_flags::mem_threadgroup);"
FINE = {
    "a copy": "out[i] = x[i];",
    "a mirror": f"t[i] = x[i]; {BARRIER} out[i] = t[63 - i];",
    "a mirror of a simdgroup": (
        "t[i] = x[i]; simdgroup_barrier(mem_flags::mem_threadgroup); out[i] = t[simdgroup * 32 + 31 - lane];"
    ),
    "a sum": f"float s = simd_sum(x[i]); if (lane == 0) t[simdgroup] = s; {BARRIER} out[i] = t[0] + t[1];",
    "a branch that all take": f"if (n == 64) {{ t[i] = x[i]; {BARRIER} out[i] = t[i ^ 1]; }}",
    "a simdgroup alone": "if (simdgroup == 1) out[i] = simd_sum(x[i]);",
    "many rounds": (
        f"float s = 0; for (int r = 0; r < 5; ++r) {{ t[i] = s; {BARRIER} s += t[0]; {BARRIER} }} out[i] = s;"
    ),
}
FAULTS = {
    "a write past the end": (
        "out[i + 1] = x[i];",
        "writes 4 bytes past the end of argument 1: 4 bytes too far",
    ),
    "a read past the end": (
        "out[i] = x[i + 1];",
        "reads 4 bytes past the end of argument 0: 4 bytes too far",
    ),
    "a read before the beginning": ("out[i] = x[int(i) - 1];", "before the beginning of argument 0"),
    "a wide read past the end": (
        "out[i] = ((device const float4*)x)[i / 4 + 1].x;",
        "past the end of argument 0",
    ),
    "a read far away": ("out[i] = x[i + 100000000];", "no argument and no variable"),
    "a number read as two": ("out[i] = float((&n)[1]);", "past the end of argument 2"),
    "no pointer at all": ("device float* p = nullptr; p[i] = 1;", "null"),
    "a pointer not aligned": ("out[i] = ((device const float4*)(x + 1))[0].x;", "not aligned"),
    "an index outside of its array": ("float a[4] = {0, 1, 2, 3}; out[i] = a[i];", "outside of its array"),
    "past the end of threadgroup memory": (f"t[i + 1] = x[i]; {BARRIER} out[i] = t[i];", "outside of"),
    "nobody wrote it": (f"if (i != 5) t[i] = x[i]; {BARRIER} out[i] = t[i];", "nobody has written"),
    "written by the next kernel's neighbour": ("out[i] = t[i];", "nobody has written"),
    "no barrier": (f"t[i] = 0; {BARRIER} t[i] = x[i]; out[i] = t[63 - i];", "no barrier between"),
    "no barrier at all": ("t[i] = x[i]; out[i] = t[63 - i];", "nobody has written"),
    "no barrier before the next round": (
        f"float s = 0; for (int r = 0; r < 2; ++r) {{ t[i] = s; {BARRIER} s = t[63 - i]; }} out[i] = s;",
        "no barrier between",
    ),
    "a barrier of nothing": (
        f"t[i] = 0; {BARRIER} t[i] = x[i]; threadgroup_barrier(mem_flags::mem_none); out[i] = t[63 - i];",
        "no barrier between",
    ),
    "a simdgroup's barrier for a group": (
        f"t[i] = 0; {BARRIER} t[i] = 1; simdgroup_barrier(mem_flags::mem_threadgroup); out[i] = t[63 - i];",
        "no barrier between",
    ),
    "all write one place": (f"t[0] = x[i]; {BARRIER} out[i] = t[0];", "no barrier between"),
    "a barrier under a branch": (
        f"t[i] = x[i]; if (i < 63) {{ {BARRIER} }} out[i] = t[i];",
        "thread 63 has ended",
    ),
    "a barrier after an early return": (
        f"if (i > 40) return; {BARRIER} out[i] = x[i];",
        "thread 41 has ended",
    ),
    "two barriers for one": (
        f"if (i < 32) {{ {BARRIER} }} else {{ {BARRIER} }} out[i] = x[i];",
        "another, line",
    ),
    "a simd operation under a branch": (
        "out[i] = lane < 16 ? simd_sum(x[i]) : 0.0f;",
        "must reach its operations",
    ),
    "two simd operations": ("out[i] = lane < 16 ? simd_sum(x[i]) : simd_max(x[i]);", "is at simd_max"),
    "a loop that lanes leave one by one": (
        "for (uint r = 0; r < lane; ++r) out[i] = simd_sum(x[i]);",
        "has ended",
    ),
    "a barrier beside a simd operation": (
        f"if (lane == 3) {{ {BARRIER} }} else {{ out[i] = simd_sum(x[i]); }}",
        "waits at simd_sum",
    ),
    "a shuffle by unequal steps": ("out[i] = simd_shuffle_down(x[i], ushort(lane));", "one and the same"),
    "a division by zero": ("out[i] = float(int(i) / int(n - 64));", "divides by zero"),
    "a shift too far": ("out[i] = float(1 << int(n));", "shifts"),
    "a sum too large": ("out[i] = float(2147483647 + int(n));", "beyond their range"),
    "two threads write one place": ("out[i / 2] = x[i];", "argument 1"),
    "what another thread wrote is read": ("out[i] = x[i]; out[i] += out[63 - i];", "argument 1"),
}


def launched(statement: str) -> NDArray[np.float32]:
    x, out = np.arange(64, dtype=np.float32), np.full(64, -1, np.float32)
    compile_shader(FRAME % statement).k(x, out, 64, threads=64, group_size=64)
    return out


@pytest.mark.parametrize("name", FINE)
def test_what_is_right_passes(name: str) -> None:
    assert (launched(FINE[name]) != -1).any()


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_told(name: str) -> None:
    statement, words = FAULTS[name]
    with pytest.raises(LaunchError) as error:
        launched(statement)
    assert words in str(error.value)


def test_a_failed_launch_writes_nothing() -> None:
    x, out = np.arange(64, dtype=np.float32), np.full(64, -1, np.float32)
    library = compile_shader(FRAME % "out[i] = x[i]; out[i + 1] = 0;")
    with pytest.raises(LaunchError):
        library.k(x, out, 64, threads=64, group_size=64)
    assert (out == -1).all()
    assert library.launches == {}


def test_threadgroup_memory_is_32_kb() -> None:
    def source(elements: int) -> str:
        return f"kernel void k(device float* x) {{ threadgroup float t[{elements}]; t[0] = 1; x[0] = t[0]; }}"

    out = np.zeros(1, np.float32)
    compile_shader(source(8192)).k(out, threads=1)
    with pytest.raises(LaunchError, match="Metal allows 32768"):
        compile_shader(source(8193)).k(out, threads=1)


def test_a_group_finds_nothing_of_the_group_before() -> None:
    source = """
    #include <metal_stdlib>
    kernel void k(device float* out, uint group [[threadgroup_position_in_grid]]) {
      threadgroup float t;
      if (group == 0) t = 1;
      out[group] = t;
    }"""
    with pytest.raises(LaunchError, match="nobody has written"):
        compile_shader(source).k(np.zeros(2, np.float32), threads=2, group_size=1)


def test_groups_may_not_meet_in_a_buffer() -> None:
    source = """
    #include <metal_stdlib>
    kernel void k(device float* out, uint group [[threadgroup_position_in_grid]]) {
      out[group] = group == 0 ? 1.0f : out[group - 1] + 1.0f;
    }"""
    with pytest.raises(LaunchError, match="argument 0"):
        compile_shader(source).k(np.zeros(4, np.float32), threads=4, group_size=1)


def test_atomics_may_meet_in_a_buffer() -> None:
    source = """
    #include <metal_stdlib>
    using namespace metal;
    kernel void k(device atomic_uint* count, device atomic_float* sum, device atomic_int* most,
                  uint i [[thread_position_in_grid]]) {
      atomic_fetch_add_explicit(count, 1u, memory_order_relaxed);
      atomic_fetch_add_explicit(sum, 0.5f, memory_order_relaxed);
      atomic_fetch_max_explicit(most, int(i), memory_order_relaxed);
    }"""
    count, total, most = np.zeros(1, np.uint32), np.zeros(1, np.float32), np.zeros(1, np.int32)
    compile_shader(source).k(count, total, most, threads=100, group_size=32)
    assert (count[0], total[0], most[0]) == (100, 50, 99)


def test_an_atomic_is_none_where_others_write_plainly() -> None:
    source = """
    #include <metal_stdlib>
    using namespace metal;
    kernel void k(device atomic_uint* count, uint i [[thread_position_in_grid]]) {
      if (i == 0) *(device uint*)count = 5;
      else atomic_fetch_add_explicit(count, 1u, memory_order_relaxed);
    }"""
    with pytest.raises(LaunchError, match="argument 0"):
        compile_shader(source).k(np.zeros(1, np.uint32), threads=2, group_size=2)


@pytest.mark.parametrize(
    "loop", ["while (n != 0) out[i] = x[i];", "volatile float s = 0; while (true) s += 1;"]
)
def test_a_kernel_that_never_ends_is_ended(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE_S", 0.2)
    with pytest.raises(LaunchError, match="never ends"):
        launched(loop)
    monkeypatch.undo()
    assert (launched(FINE["a copy"]) != -1).any()
