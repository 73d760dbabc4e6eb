"""Arguments are bound as torch.mps.compile_shader binds them."""

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from metal.simulator import LaunchError, compile_shader, is_available, launches

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

ADD = """
kernel void add(device const float* x, device float* out, constant float& by, constant long* shape,
                uint i [[thread_position_in_grid]]) {
  if (long(i) < shape[0]) out[i * shape[1]] = x[i * shape[1]] + by;
}"""


def test_numbers_and_lists() -> None:
    x, out = np.arange(6, dtype=np.float32), np.zeros(6, np.float32)
    compile_shader(ADD).add(x, out, 0.5, [3, 2], threads=32)
    assert list(out) == [0.5, 0, 2.5, 0, 4.5, 0]


@pytest.mark.parametrize(
    ("kind", "argument", "casts", "value"),
    [
        ("long", 1 << 40, None, 1 << 40),
        ("int", -7, None, -7),
        ("int", -7, "int32", -7),
        ("short", -7, {0: "int16"}, -7),
        ("char", -7, {0: "int8"}, -7),
        ("uchar", 200, {0: "uint8"}, 200),
        ("float", 0.1, None, np.float32(0.1)),
        ("half", 0.1, {0: "fp16"}, np.float16(0.1)),
        ("bfloat", 1.5, {0: "bf16"}, 1.5),
        ("bool", True, None, 1),
        ("int", [5, 6], "int32", 6),
        ("long", [5, 6], None, 6),
        ("half", [0.25, 0.75], {0: "fp16"}, 0.75),
    ],
)
def test_what_a_number_becomes(kind: str, argument: Any, casts: Any, value: float) -> None:
    last = len(argument) - 1 if isinstance(argument, list) else 0
    out = np.zeros(1, np.float32)
    source = f"kernel void k(constant {kind}* n, device float* out) {{ out[0] = float(n[{last}]); }}"
    compile_shader(source).k(argument, out, threads=1, arg_casts=casts)
    assert out[0] == np.float32(value)


def test_threads_are_as_many_as_the_first_array_has() -> None:
    out, other = np.zeros(2000, np.uint32), np.zeros(3, np.uint32)
    source = "kernel void k(device uint* o, device uint* p, uint n [[threads_per_grid]], "
    source += "uint i [[thread_position_in_grid]]) { o[i] = n; }"
    compile_shader(source).k(out, other)
    assert set(out) == {2000}


def test_a_view_is_bound_where_it_begins_and_its_strides_are_not_passed() -> None:
    x = np.arange(24, dtype=np.float32).reshape(4, 6)
    out = np.zeros(4, np.float32)
    compile_shader(ADD).add(x[1:, 2:], out, 0.0, [4, 1], threads=4)
    assert list(out) == [8, 9, 10, 11]
    compile_shader(ADD).add(x.T, out, 0.0, [4, 1], threads=4)
    assert list(out) == [0, 1, 2, 3]


def test_views_of_one_memory_stay_one() -> None:
    x = np.arange(8, dtype=np.float32)
    compile_shader(ADD).add(x[:4], x[4:], 1.0, [4, 1], threads=4)
    assert list(x) == [0, 1, 2, 3, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros(4), np.zeros(4, np.float32), 0.0, [1]), "array of float64"),
        ((np.zeros(4, object), np.zeros(4, np.float32), 0.0, [1]), "array of object"),
        (("x", np.zeros(4, np.float32), 0.0, [1]), "is a str"),
        ((np.zeros(4, np.float32), np.zeros(4, np.float32), 0.0), "takes 4 arguments, not 3"),
        ((np.zeros(4, np.float32), np.zeros(4, np.float32), 0.0, [1], 5), "takes 4 arguments, not 5"),
        ((np.zeros(4, np.float32), np.zeros(4, np.float32), 0.0, [1, 2.0]), "of one kind"),
        ((np.zeros(4, np.float32), np.zeros(4, np.float32), 0.0, []), "not empty"),
        ((np.zeros(4, np.float32), np.zeros(4, np.float32), 0.0, [1 << 64, 1]), "does not fit"),
    ],
)
def test_what_is_no_argument(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(LaunchError, match=words):
        compile_shader(ADD).add(*arguments, threads=4)


@pytest.mark.parametrize(
    ("threads", "group", "words"),
    [
        (0, 1, "above zero"),
        (4, 0, "above zero"),
        (4, 1025, "1024 are allowed"),
        ((4, 4), (64, 32), "1024 are allowed"),
        ((4, 4), 4, "same number of dimensions"),
        ((1, 1, 1, 1), 4, "one to three"),
        (1.5, 4, "not 1.5"),
    ],
)
def test_what_is_no_grid(threads: Any, group: Any, words: str) -> None:
    x = np.zeros(4, np.float32)
    with pytest.raises(LaunchError, match=words):
        compile_shader(ADD).add(x, x.copy(), 0.0, [4, 1], threads=threads, group_size=group)


def test_an_empty_array_may_not_be_read() -> None:
    x, out = np.zeros(0, np.float32), np.zeros(4, np.float32)
    compile_shader(ADD).add(x, out, 0.0, [0, 1], threads=4)
    with pytest.raises(LaunchError, match="past the end of argument 0"):
        compile_shader(ADD).add(x, out, 0.0, [1, 1], threads=4)


def test_threads_of_python_wait_for_one_another() -> None:
    kernel = compile_shader(ADD).add
    outs = [np.zeros(500, np.float32) for _ in range(16)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda out: kernel(np.arange(500, dtype=np.float32), out, 1.0, [500, 1]), outs))
    assert all((out == np.arange(1, 501)).all() for out in outs)


def test_a_read_only_array_is_read_but_not_written() -> None:
    x, out = np.ones(4, np.float32), np.zeros(4, np.float32)
    x.setflags(write=False)
    compile_shader(ADD).add(x, out, 1.0, [4, 1], threads=4)
    with pytest.raises(LaunchError, match="read-only"):
        compile_shader(ADD).add(out, x, 1.0, [4, 1], threads=4)


def test_buffers_are_numbered_and_launches_counted() -> None:
    source = "kernel void k(device int* b [[buffer(1)]], constant int& a [[buffer(0)]]) { b[0] = a; }"
    source += '[[host_name("other")]] kernel void l(device int* a) { a[0] = 7; }'
    library, out = compile_shader(source), np.zeros(1, np.int32)
    launches.clear()
    library.k(5, out, threads=1)
    assert out[0] == 5
    library.other(out, threads=1)
    library.other(out, threads=1)
    assert (out[0], library.launches, dict(launches)) == (7, {"k": 1, "other": 2}, {"k": 1, "other": 2})
    assert dir(library) == ["k", "other"]
    with pytest.raises(AttributeError, match="no kernel 'l'; it has k, other"):
        _ = library.l


def test_a_kernel_may_allow_fewer_threads() -> None:
    source = "[[max_total_threads_per_threadgroup(64)]] kernel void k(device int* a) { a[0] = 1; }"
    kernel = compile_shader(source).k
    assert kernel.max_threads_per_threadgroup == 64
    with pytest.raises(LaunchError, match="64 are allowed"):
        kernel(np.zeros(1, np.int32), threads=65, group_size=65)


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is not installed: make test-engines"
)
def test_tensors_are_bound_as_arrays_are() -> None:
    import torch

    x = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    out = torch.zeros(4)
    compile_shader(ADD).add(x[1:, 2:].t(), out, 0.0, [4, 1], threads=4)
    assert out.tolist() == [8, 9, 10, 11]
    compile_shader(ADD).add(x.view(-1)[:4], x.view(-1)[4:], 1.0, [4, 1])
    assert x.view(-1)[:9].tolist() == [0, 1, 2, 3, 1, 2, 3, 4, 8]
    narrow = torch.ones(4, dtype=torch.bfloat16)
    source = "kernel void k(device bfloat* x, uint i [[thread_position_in_grid]]) { x[i] += bfloat(i); }"
    compile_shader(source).k(narrow)
    assert narrow.tolist() == [1, 2, 3, 4]
    with pytest.raises(LaunchError, match=r"torch\.float64"):
        compile_shader(source).k(torch.zeros(4, dtype=torch.float64))
