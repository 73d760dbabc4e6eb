"""The headers in kernels of another's making: as mx.fast.metal_kernel writes one around a body."""

import re
from typing import Any

import numpy as np
import pytest

from metal.activations import GELU_EXACT, RELU, activated
from metal.layer_norm import layer_norm
from metal.number_types import FLOAT, Array, assert_close
from metal.quantised import numbers_int4, quantised_int4
from metal.simulator import compile_shader, is_available
from streamtts.metal.sources import NAMES, header

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

POSITIONS = (
    "thread_position_in_grid",
    "thread_position_in_threadgroup",
    "threadgroup_position_in_grid",
    "threads_per_threadgroup",
)
NUMBERS = ("thread_index_in_simdgroup", "simdgroup_index_in_threadgroup", "simdgroups_per_threadgroup")

STRUCTS = re.compile(r"^struct \w+ \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
FUNCTIONS = re.compile(r"^  \w[^;{}\n]*\)[^;{}\n]*(?= \{)", re.MULTILINE)


def generated(family: str, arrays: dict[str, str], body: str) -> Any:
    """A kernel that has every position, and of each name in `arrays` a pointer."""
    parameters = [f"{pointer} {name} [[buffer({i})]]" for i, (name, pointer) in enumerate(arrays.items())]
    parameters += [f"uint3 {name} [[{name}]]" for name in POSITIONS]
    parameters += [f"uint {name} [[{name}]]" for name in NUMBERS]
    text = f"{header(family)}\n[[kernel]] void made({', '.join(parameters)}) {{\n{body}\n}}\n"
    return compile_shader(text).made


def read(kind: str) -> str:
    return f"const device {kind}*"


def drawn(*sizes: tuple[int, ...]) -> list[Array]:
    random = np.random.default_rng(0)
    return [FLOAT.stored(random.normal(size=size)) for size in sizes]


def test_a_product() -> None:
    weights, x = drawn((7, 64), (2, 64))
    packed, scales, minima = quantised_int4(FLOAT.numbers(weights), 32, FLOAT)
    of = {name: read("float") for name in ("scales", "minima", "x")}
    kernel = generated(
        "gemv_int4",
        {"w": read("uint32_t"), **of, "y": "device float*"},
        """
        const Gemv task = {2, 7, 64, 32, 64, 7, 0, false, kRelu, false};
        gemv<2>(gemv_int4_weights(reinterpret_cast<const device uchar*>(w), scales, minima, task), x, x, x, y,
                task, thread_position_in_grid.xy, thread_index_in_simdgroup);
        """,
    )
    y = np.zeros((2, 7), np.float32)
    kernel(packed.view(np.uint32), scales, minima, x, y, threads=(64, 1, 1), group_size=(64, 1, 1))
    exact = FLOAT.numbers(x) @ numbers_int4(packed, scales, minima, FLOAT).T
    assert_close(y, activated(exact, RELU), FLOAT)


@pytest.mark.parametrize("memory", ["device", "constant"])
def test_a_layer_norm_whose_list_of_numbers_lies_anywhere(memory: str) -> None:
    """MLX passes few numbers through the cache for constants."""
    x, weight, bias = drawn((2, 33), (33,), (33,))
    of = {name: read("float") for name in ("x", "weight", "bias")}
    kernel = generated(
        "layernorm_residual",
        {**of, "shape": f"const {memory} int64_t*", "y": "device float*"},
        """
        threadgroup float partial[32];
        const Place place = {thread_position_in_threadgroup.x, threads_per_threadgroup.x,
                             thread_index_in_simdgroup, simdgroup_index_in_threadgroup,
                             simdgroups_per_threadgroup};
        layernorm_residual_row(x, x, weight, bias, y, y, layer_norm_of(shape), 1e-5f, partial,
                               threadgroup_position_in_grid.x, place);
        """,
    )
    y, shape = np.zeros((2, 33), np.float32), np.array([2, 33, 33, 0, 0, 33, 0])
    kernel(x, weight, bias, shape, y, threads=(128, 1, 1), group_size=(64, 1, 1))
    exact = layer_norm(FLOAT.numbers(x), FLOAT.numbers(weight), FLOAT.numbers(bias), 1e-5)
    assert_close(y, exact, FLOAT)


def test_an_activation() -> None:
    (x,) = drawn((3, 9))
    kernel = generated(
        "bias_activation",
        {"x": read("float"), "y": "device float*"},
        """
        const BiasActivation task = {3, 9, 9, 9, false, kGeluExact};
        bias_activation_element(x, x, y, task, thread_position_in_grid.xy);
        """,
    )
    y = np.zeros((3, 9), np.float32)
    kernel(x, y, threads=(9, 3, 1), group_size=(9, 1, 1))
    assert_close(y, activated(FLOAT.numbers(x), GELU_EXACT), FLOAT)


def test_the_best_word() -> None:
    weights, x = drawn((33, 32), (1, 32))
    given = {"w": read("float"), "x": read("float"), "none": read("int")}
    kernel = generated(
        "argmax_vocab",
        {**given, "ranks": "device uint*", "best": "device int*"},
        """
        const Vocabulary task = {1, 33, 32, 0, 33, 32, 3, 0, false, false};
        argmax_vocab_block<1>(w, x, x, none, none, ranks, best, task, thread_position_in_grid.xy,
                              thread_index_in_simdgroup);
        """,
    )
    ranks, best = np.zeros(12, np.uint32), np.zeros(12, np.int32)
    kernel(weights, x, np.zeros(1, np.int32), ranks, best, threads=(96, 1, 1), group_size=(32, 1, 1))
    assert best[ranks.argmax()] == np.argmax(weights @ x[0])


@pytest.mark.parametrize("family", NAMES)
def test_functions_of_structs_say_that_these_are_a_threads_own(family: str) -> None:
    """Newer compilers of Apple's hand no member of others to who asks for a `thread` reference."""
    found = [head for body in STRUCTS.findall(header(family)) for head in FUNCTIONS.findall(body)]
    assert [head for head in found if not head.endswith(" thread")] == []
    assert found or family == "bias_activation"
