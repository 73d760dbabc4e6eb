"""The simulator runs Metal as Metal means it."""

import numpy as np
import pytest

from metal.simulator import compile_shader, is_available

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

ROW_SUM = """
#include <metal_stdlib>
using namespace metal;
template <typename T>
[[kernel]] void row_sum(device const T* x [[buffer(0)]], device T* out [[buffer(1)]],
                        constant long* shape [[buffer(2)]], uint row [[threadgroup_position_in_grid]],
                        uint lane [[thread_index_in_simdgroup]],
                        uint group [[simdgroup_index_in_threadgroup]],
                        uint tid [[thread_position_in_threadgroup]], uint n [[threads_per_threadgroup]]) {
  threadgroup float partial[32];
  float sum = 0.0;
  for (long i = tid; i < shape[1]; i += n) sum += float(x[row * shape[1] + i]);
  sum = simd_sum(sum);
  if (lane == 0) partial[group] = sum;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (tid == 0) {
    float total = 0;
    for (uint i = 0; i < (n + 31) / 32; ++i) total += partial[i];
    out[row] = T(total);
  }
}
template [[host_name("row_sum_float")]] [[kernel]] void row_sum<float>(
    device const float*, device float*, constant long*, uint, uint, uint, uint, uint);
template [[host_name("row_sum_half")]] [[kernel]] decltype(row_sum<half>) row_sum<half>;
"""


@pytest.mark.parametrize(("kind", "tolerance"), [("float", 1e-6), ("half", 1e-3)])
@pytest.mark.parametrize("columns", [1, 31, 33, 1000])
@pytest.mark.parametrize("group", [32, 50, 128])
def test_rows_are_summed(kind: str, tolerance: float, columns: int, group: int) -> None:
    x = np.random.default_rng(0).random((5, columns)).astype({"float": np.float32, "half": np.float16}[kind])
    out = np.zeros(5, x.dtype)
    library = compile_shader(ROW_SUM)
    getattr(library, f"row_sum_{kind}")(x, out, [5, columns], threads=5 * group, group_size=group)
    np.testing.assert_allclose(out, x.sum(1, dtype=np.float64), rtol=tolerance)
    assert library.launches == {f"row_sum_{kind}": 1}
