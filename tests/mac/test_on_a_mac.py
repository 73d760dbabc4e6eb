"""What can be seen on a Mac only: its own GPU runs kernels through the native host."""

import array
import sys

import pytest

from streamtts import _core
from streamtts.metal import sources

DOUBLE = """
#include <metal_stdlib>
[[kernel]] void twice(device const float* given [[buffer(0)]], device float* taken [[buffer(1)]],
                      constant long& count [[buffer(2)]], uint at [[thread_position_in_grid]]) {
  if (long(at) < count) taken[at] = 2.0f * given[at];
}
"""

pytestmark = pytest.mark.skipif(sys.platform != "darwin", reason="this is no Mac")


@pytest.fixture(autouse=True)
def _gpu() -> None:
    if not _core.metal.available():
        pytest.skip("this Mac has no GPU for kernels, or a macOS before 14")


def test_the_device_says_what_it_is() -> None:
    device = _core.metal.device()
    assert device.name
    assert device.threadgroup_bytes >= 32768
    assert int(device.system.split(".")[0]) >= 14


def test_a_kernel_runs_on_memory_of_ours() -> None:
    given, taken = array.array("f", range(1000)), array.array("f", [0] * 1000)
    library = _core.metal.compile(DOUBLE)
    assert library.names == ["twice"]
    assert library.run("twice", [given, taken, 999], 1024, 64) > 0
    assert list(taken) == [*(2.0 * number for number in range(999)), 0]


def test_too_few_arguments_never_reach_the_gpu() -> None:
    library = _core.metal.compile(DOUBLE)
    with pytest.raises(ValueError, match="takes an argument number 2"):
        library.run("twice", [bytes(8), bytearray(8)], 2)


def test_a_source_that_is_wrong_is_told_with_its_line() -> None:
    with pytest.raises(_core.Error, match=r":2:.*error"):
        _core.metal.compile("#include <metal_stdlib>\nkernel void f(penguin p) {}\n")


@pytest.mark.parametrize("family", sources.NAMES)
def test_apples_compiler_takes_the_kernels(family: str) -> None:
    assert _core.metal.compile(sources.source(family)).names
