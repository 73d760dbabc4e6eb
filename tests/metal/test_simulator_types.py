"""Numbers, vectors and matrices are what Metal makes of them."""

import numpy as np
import pytest

from metal.simulator import compile_shader, is_available

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

HEADER = "#include <metal_stdlib>\nusing namespace metal;\n"


def evaluated(expression: str, *, before: str = "", kind: str = "float", count: int = 1) -> list[float]:
    """What `out = expression` leaves in so many numbers."""
    dtype = {"float": np.float32, "half": np.float16, "int": np.int32, "uint": np.uint32, "ulong": np.uint64}[
        kind
    ]
    out = np.zeros(4, dtype)
    target = f"*(device {kind}{count if count > 1 else ''}*)out"
    source = f"{HEADER}kernel void k(device {kind}* out) {{ {before} {target} = {expression}; }}"
    compile_shader(source).k(out, threads=1)
    return [float(value) for value in out[:count]]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 / 3.0", np.float32(1) / np.float32(3)),
        ("0.1", np.float32(0.1)),
        ("half(0.1)", np.float16(0.1)),
        ("0.1h", np.float16(0.1)),
        ("half(2048) + half(1)", 2048),
        ("half(2048) + half(1) + half(1)", 2048),
        ("half(300) * half(300)", np.inf),
        ("half(2048) + 1.0f", 2049),
        ("half(2048) + 1", 2048),
        ("bfloat(256) + bfloat(1)", 256),
        ("bfloat(1.00390625f)", 1),
        ("sizeof(float3) + sizeof(half3) + sizeof(packed_float3)", 16 + 8 + 12),
        ("sizeof(long) + sizeof(bool4)", 12),
        ("as_type<float>(0x40490fdbu)", np.float32(np.pi)),
        ("max(3, 7) + min(2u, 9u) + clamp(5.5, 0.0, 2.0)", 11),
        ("select(1.0, 2.0, 3 > 2)", 2),
        ("fma(2.0, 3.0, 4.0)", 10),
        ("rsqrt(4.0) + sign(-3.0) + fract(1.25) + saturate(7.0)", 0.75),
        ("precise::exp(0.0) + fast::log2(8.0)", 4),
        ("fast::exp(0.0) - precise::exp(0.0)", 3 * 2**-23),
        ("fast::exp2(10.0) - exp2(10.0)", 23 * 2**-13),
        ("fast::exp10(-2.0) - precise::exp10(-2.0)", 7 * 2**-30),
        ("fast::exp(-INFINITY)", 0),
        ("fast::exp(INFINITY)", np.inf),
        ("popcount(255u) + clz(1u) + ctz(8u)", 8 + 31 + 3),
        ("float(numeric_limits<half>::max()) + FLT_MIN", 65504),
        ("-INFINITY", -np.inf),
        ("isnan(NAN) ? 1.0 : 0.0", 1),
        ("dot(float3(1, 2, 3), float3(4, 5, 6))", 32),
        ("length(float2(3, 4))", 5),
        ("any(int3(1, 2, 3) > 2) && !all(int3(1, 2, 3) > 2) ? 1 : 0", 1),
    ],
)
def test_one_number(expression: str, value: float) -> None:
    assert evaluated(f"float({expression})") == [pytest.approx(float(value), rel=1e-7)]


@pytest.mark.parametrize(
    ("before", "expression", "values"),
    [
        ("float4 v = float4(1, 2, 3, 4);", "v.wzyx", [4, 3, 2, 1]),
        ("float4 v = float4(1, 2, 3, 4);", "v.xxyy + v.x", [2, 2, 3, 3]),
        ("float4 v = float4(1, 2, 3, 4); v.xy = v.zw;", "v", [3, 4, 3, 4]),
        ("float4 v = float4(1, 2, 3, 4); v.zy *= 10.0;", "v", [1, 20, 30, 4]),
        ("float4 v = float4(1, 2, 3, 4); v.rgb -= 1; v[3] = v.y;", "v", [0, 1, 2, 1]),
        ("float2 a = float2(1, 2); float b = 3;", "float4(a, b, 4)", [1, 2, 3, 4]),
        ("float2 a = 1;", "float4(a, a.yx * 2)", [1, 1, 2, 2]),
        ("half4 h = half4(0.1h);", "float4(h)", [float(np.float16(0.1))] * 4),
        ("float4 v = {1, 2, 3, 4};", "-v * v / 2", [-0.5, -2, -4.5, -8]),
        ("float4 v = 2; thread float4* p = &v; p->xy = 5;", "*p", [5, 5, 2, 2]),
        ("uint4 u = uint4(1, 2, 3, 4); u <<= 1u;", "float4((u & 6) | 1)", [3, 5, 7, 1]),
        ("packed_float3 p = packed_float3(float3(1, 2, 3)); float3 q = p;", "float4(q, p[1])", [1, 2, 3, 2]),
        ("float4 v = float4(1, 5, 2, 8);", "select(float4(0), v, v > 3)", [0, 5, 0, 8]),
        ("float4 v = 2; bool b = v.x > 1;", "b ? v : b ? float4(0) : v + 1", [2, 2, 2, 2]),
        ("float4 v = 2; bool b = v.x < 1;", "(b ? v.xyzw : max(v, float4(b ? 1 : 3)))", [3, 3, 3, 3]),
        ("float4 v = 2; float4 u = 3; thread float4& w = v.x < 1 ? u : v; w.x = 7;", "v", [7, 2, 2, 2]),
        (
            "float4 v = 2; int m = 1; int n = v.x < 1 ? min<int>(1, 2) : max<int>(m < 1 ? 3 : 4, 0);",
            "v * n",
            [8, 8, 8, 8],
        ),
        (
            "float4 v = 2; int i = 1;",
            "is_same_v<int, uint> ? v : is_same<int, int>::value ? v + 1 : v",
            [3, 3, 3, 3],
        ),
        ("float4 v = 2; int i = 1;", "i > 0 ? i < 2 ? v : v + 1 : float4(i < 2, i > 1, 0, 0)", [2, 2, 2, 2]),
        ("metal::vec<float, 4> v = 1;", "max(v, min(float4(2), float4(0, 1, 2, 3)))", [1, 1, 2, 2]),
    ],
)
def test_a_vector(before: str, expression: str, values: list[float]) -> None:
    assert evaluated(expression, before=before, count=4) == values


def test_a_struct_may_have_a_member_called_like_a_selection() -> None:
    source = (
        f"{HEADER}struct S {{ float xy; }}; kernel void k(device float* o) {{ S s = {{3.0}}; o[0] = s.xy; }}"
    )
    out = np.zeros(1, np.float32)
    compile_shader(source).k(out, threads=1)
    assert out[0] == 3


def test_halves_and_bfloats_are_rounded_as_numpy_rounds() -> None:
    bits = np.random.default_rng(0).integers(0, 2**32, 20000, dtype=np.uint32)
    edges = np.array([0, 0x33000000, 0x33000001, 0x387FE000, 0x387FF000, 0x477FEFFF, 0x477FF000], np.uint32)
    x = np.concatenate([bits, edges, edges | np.uint32(1 << 31)]).view(np.float32)
    x = x[~np.isnan(x)]
    half, brain, back = (
        np.zeros(x.size, np.float16),
        np.zeros(x.size, np.uint16),
        np.zeros(x.size, np.float32),
    )
    source = (
        "kernel void k(device const float* x, device half* h, device bfloat* b, device float* back, "
        "uint i [[thread_position_in_grid]]) { h[i] = half(x[i]); b[i] = bfloat(x[i]); back[i] = h[i]; }"
    )
    compile_shader(source).k(x, half, brain, back, threads=x.size, group_size=256)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(half, x.astype(np.float16))
    np.testing.assert_array_equal(back, half.astype(np.float32))
    wide = x.view(np.uint32).astype(np.uint64)
    np.testing.assert_array_equal(brain, ((wide + 0x7FFF + (wide >> 16 & 1)) >> 16).astype(np.uint16))


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("kind", ["float", "half"])
def test_matrices_of_a_simdgroup(kind: str, transposed: bool) -> None:
    source = f"""
    #include <metal_stdlib>
    #include <metal_simdgroup_matrix>
    using namespace metal;
    kernel void k(device const {kind}* a, device const {kind}* b, device float* out,
                  uint lane [[thread_index_in_simdgroup]]) {{
      threadgroup {kind} tile[8 * 10];
      for (uint i = lane; i < 64; i += 32) tile[i / 8 * 10 + i % 8] = b[i];
      simdgroup_barrier(mem_flags::mem_threadgroup);
      simdgroup_matrix<{kind}, 8, 8> left, right;
      simdgroup_load(left, a, 12, ulong2(3, 1));
      simdgroup_load(right, tile, 10, ulong2(0), {str(transposed).lower()});
      auto sum = make_filled_simdgroup_matrix<float, 8, 8>(0.5);
      simdgroup_multiply_accumulate(sum, left, right, sum);
      sum.thread_elements() *= 2.0;
      simdgroup_store(sum, out, 8, ulong2(0, 0), {str(transposed).lower()});
    }}"""
    rng = np.random.default_rng(3)
    dtype = {"float": np.float32, "half": np.float16}[kind]
    a, b = (rng.standard_normal(shape).astype(dtype) for shape in ((9, 12), (8, 8)))
    out = np.zeros((8, 8), np.float32)
    compile_shader(source).k(a, b, out, threads=32, group_size=32)
    expected = 2 * (a[1:9, 3:11].astype(float) @ (b.T if transposed else b).astype(float) + 0.5)
    np.testing.assert_allclose(out.T if transposed else out, expected, atol=1e-5)


def test_functions_may_differ_in_address_spaces() -> None:
    source = f"""{HEADER}
    float first(device const float* p) {{ return p[0]; }}
    float first(threadgroup const float* p) {{ return p[0]; }}
    template <typename T> struct element;
    template <typename T> struct element<device T*> {{ typedef T type; }};
    template <typename T> struct element<threadgroup T*> {{ typedef T type; }};
    kernel void k(device float* x) {{
      threadgroup element<device float*>::type t[1];
      t[0] = first(x);
      x[0] = first(t) + 1;
    }}"""
    x = np.array([3], np.float32)
    compile_shader(source).k(x, threads=1)
    assert x[0] == 4
