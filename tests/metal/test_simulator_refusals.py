"""What is no Metal, or none that the simulator can vouch for, is refused with its line and a reason."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metal.simulator import CompileError, compile_shader, is_available
from metal.simulator.building import translated
from metal.simulator.errors import Refusal

pytestmark = pytest.mark.skipif(not is_available(), reason="no compiler here: pip install --group cross")

HEADER = "#include <metal_stdlib>\nusing namespace metal;\n"
# Every one goes wrong in line 3: what stands there, and what is said of it.
REFUSED = {
    # Address spaces, which the second compilation checks.
    "device to threadgroup": ("kernel void k(device float* p) { threadgroup float* q = p; }", "threadgroup"),
    "threadgroup to device": (
        "kernel void k(device float* p) { threadgroup float t[4]; device float* q = t; }",
        "device float",
    ),
    "a local to device": (
        "kernel void k(device float* p) { float x; device float* q = &x; }",
        "device float",
    ),
    "device to thread": ("kernel void k(device float* p) { thread float* q = p; }", "thread float"),
    "device to constant": ("kernel void k(device float* p) { constant float* q = p; }", "constant"),
    "constant to device": ("kernel void k(constant float* p) { device float* q = p; }", "device float"),
    "a cast between spaces": (
        "kernel void k(device float* p) { threadgroup int* q = (threadgroup int*)p; }",
        "mismatching",
    ),
    "an argument of another space": (
        "void f(device float* p) {} kernel void k(device int* o) { threadgroup float t[4]; f(t); }",
        "no matching",
    ),
    "a template of two spaces": (
        "template <class T> void f(device T*, threadgroup T*) {} kernel void k(device int* p) { f(p, p); }",
        "no matching function",
    ),
    "a method of another space": (
        "struct S { float v; float get() { return v; } }; kernel void k(device S* p) { p->get(); }",
        "object parameter",
    ),
    "writing to constant": ("kernel void k(constant float* p) { p[0] = 1; }", "read-only"),
    "writing to a constant vector": ("kernel void k(constant float4& p) { p.x = 1; }", "const-qualified"),
    "writing to const device": ("kernel void k(const device float* p) { p[0] = 1; }", "read-only"),
    "writing to a table": (
        "constant float t[2] = {1, 2}; kernel void k(device int* p) { t[0] = 1; }",
        "const-qualified",
    ),
    "a pointer without a space": ("kernel void k(device float* p) { float* q = p; }", "no address space"),
    "a reference without a space": (
        "void f(float& x) {} kernel void k(device int* p) {}",
        "no address space",
    ),
    "a parameter without a space": (
        "void f(const float* x) {} kernel void k(device int* p) {}",
        "no address space",
    ),
    "a cast without a space": ("kernel void k(device float* p) { auto q = (float*)p; }", "no address space"),
    "an alias without a space": ("using P = float*; kernel void k(device int* p) {}", "no address space"),
    "a member without a space": (
        "struct S { float* p; }; kernel void k(device int* p) {}",
        "no address space",
    ),
    # Variables and where they may live.
    "a device variable": (
        "kernel void k(device int* p) { device float x; }",
        "cannot be declared in 'device'",
    ),
    "threadgroup in a function": (
        "void f() { threadgroup float x[4]; } kernel void k() {}",
        "stands in a kernel",
    ),
    "threadgroup with a value": ("kernel void k() { threadgroup float x = 1; }", "cannot be initialised"),
    "threadgroup in a struct": (
        "struct S { threadgroup float x[4]; }; kernel void k() {}",
        "stands in a kernel",
    ),
    "threadgroup as a parameter": (
        "void f(threadgroup float x) {} kernel void k() {}",
        "must be a pointer",
    ),
    "threadgroup before nothing": ("kernel void k() { threadgroup 3; }", "type was expected"),
    "threadgroup before a call": ("kernel void k() { threadgroup float (x); }", "not clear"),
    "constant in a function": ("kernel void k() { constant float x = 1; }", "outside of functions"),
    "a free variable": ("int counter; kernel void k() {}", "must be 'constant'"),
    "a free constexpr": ("constexpr int N = 3; kernel void k() {}", "must be 'constant'"),
    "a static member": ("struct S { static constexpr int N = 3; }; kernel void k() {}", "must be 'constant'"),
    "two functions of two spaces": (
        "int f(device int* p) { return 1; } int f(threadgroup int* p) { return 2; } kernel void k() {}",
        "different names",
    ),
    # What C++ has and Metal has not.
    "double": ("kernel void k(device float* p) { double x = 1; }", "no 'double'"),
    "long double": ("kernel void k(device float* p) { long double x = 1; }", "no 'double'"),
    "long long": ("kernel void k(device long* p) { long long x = 1; }", "no 'long long'"),
    "a literal too long": ("kernel void k(device long* p) { p[0] = 1ll; }", "no 'long long'"),
    "std": ("kernel void k(device float* p) { p[0] = std::exp(p[0]); }", "no 'std::'"),
    "new": ("kernel void k() { auto x = new int; }", "no 'new'"),
    "throw": ("kernel void k() { throw 1; }", "no exceptions"),
    "goto": ("kernel void k() { again: goto again; }", "no 'goto'"),
    "virtual": ("struct S { virtual void f() {} }; kernel void k() {}", "no virtual functions"),
    "asm": ('kernel void k() { asm("nop"); }', "no 'asm'"),
    "a lambda": ("kernel void k() { auto f = [](int x) { return x; }; }", "no lambdas"),
    "recursion": ("int f(int n) { return n < 2 ? 1 : n * f(n - 1); } kernel void k() {}", "no recursion"),
    "recursion of two": (
        "int g(int); int f(int n) { return g(n); } int g(int n) { return f(n); }",
        "no recursion",
    ),
    # Functions that Metal's overloads make ambiguous, or that do not exist.
    "max of two types": (
        "kernel void k(device float* p, device half* h) { p[0] = max(p[0], h[0]); }",
        "no matching",
    ),
    "max with a whole number": ("kernel void k(device float* p) { p[0] = max(p[0], 0); }", "no matching"),
    "exp of a whole number": ("kernel void k(device float* p) { p[0] = exp(1); }", "no matching"),
    "exp of bfloat": ("kernel void k(device bfloat* p) { p[0] = exp(p[0]); }", "no matching"),
    "simd_sum of bfloat": ("kernel void k(device bfloat* p) { p[0] = simd_sum(p[0]); }", "no matching"),
    "erf": ("kernel void k(device float* p) { p[0] = erf(p[0]); }", "undeclared"),
    "half4 times float": ("kernel void k(device half4* p) { p[0] = p[0] * 2.0f; }", "invalid operands"),
    "float4 from half4": ("kernel void k(device half4* h) { float4 v = h[0]; }", "no viable conversion"),
    "three of four elements": (
        "kernel void k() { float4 v = float4(1, 2, 3); }",
        "as many elements as it has",
    ),
    "an element too far": ("kernel void k() { float2 v = float2(1); float z = v.yz.x; }", "fewer elements"),
    "a matrix of 16": ("kernel void k() { simdgroup_matrix<float, 16, 16> m; }", "8 x 8"),
    # What compile_shader could not launch.
    "an attribute": ("kernel void k(uint i [[thread_position_in_moon]]) {}", "does not know"),
    "a function constant": (
        "constant int n [[function_constant(0)]]; kernel void k() {}",
        "function constants",
    ),
    "dynamic threadgroup": ("kernel void k(threadgroup float* p) {}", "no dynamic threadgroup memory"),
    "a value": ("kernel void k(float x) {}", "neither 'device' nor 'constant'"),
    "a struct by value": ("struct S { int a; }; kernel void k(constant S s) {}", "pointer or a reference"),
    "a buffer twice": (
        "kernel void k(device int* a [[buffer(1)]], device int* b [[buffer(1)]]) {}",
        "two parameters",
    ),
    "a float position": ("kernel void k(float i [[thread_position_in_grid]]) {}", "not float"),
    "a vector index": ("kernel void k(uint3 i [[thread_index_in_simdgroup]]) {}", "not uint3"),
    "positions of two widths": (
        "kernel void k(uint i [[thread_position_in_grid]], uint2 g [[threadgroup_position_in_grid]]) {}",
        "all of one length",
    ),
    "a kernel that returns": ("kernel int k() { return 1; }", "must return void"),
    "two kernels of a name": ('kernel void k() {} [[host_name("k")]] kernel void l() {}', "two kernels"),
    "an unknown template": (
        'template <typename T> kernel void k() {} template [[host_name("a")]] kernel void l<int>();',
        "no kernel template",
    ),
    # Text that is no Metal at all.
    "a strange character": ("kernel void k() { int x = 1 @ 2; }", "begins nothing"),
    "an open bracket": ("kernel void k() { int x = (1; }", "closes nothing"),
    "brackets without end": ("(" * 100_000, "brackets are open"),
    "a brace too few": ("kernel void k() {", "never closed"),
    "a wrong number": ("kernel void k() { float x = 1.0q; }", "no number"),
    "a strange pragma": ("#pragma omp parallel", "not understood"),
    "the simulator's own names": ("kernel void k() { int msl_x = 1; }", "simulator's own"),
    "half a declaration": ("kernel void k() {} int", "never ends"),
    "an address space that is not simulated": (
        "void f(ray_data int* p) {} kernel void k() {}",
        "not simulated",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_metal_is_refused(name: str) -> None:
    line, words = REFUSED[name]
    with pytest.raises(CompileError) as error:
        compile_shader(f"{HEADER}{line}\n")
    assert words in str(error.value)
    assert "program_source:3" in str(error.value)


def test_an_include_that_is_missing_is_told() -> None:
    with pytest.raises(CompileError, match=r"nowhere\.h"):
        compile_shader('#include "nowhere.h"\n')


def test_functions_need_their_header() -> None:
    kernel = "kernel void k(device float* p) { p[0] = metal::exp(p[0]); }"
    compile_shader(f"#include <metal_stdlib>\n{kernel}")
    with pytest.raises(CompileError, match="exp"):
        compile_shader(kernel)


def test_types_need_no_header() -> None:
    compile_shader("kernel void k(device uint* p, uint i [[thread_position_in_grid]]) { p[i] = uint3(i).y; }")


def test_lines_are_the_sources_own() -> None:
    macro = "#define TWICE(x) \\\n  ((x) + (x))\n/* one\n two */\n"
    with pytest.raises(CompileError, match=r"program_source:7:\d+: error: .*undefined_name"):
        compile_shader(f"{HEADER}{macro}constant int x = TWICE(undefined_name);")


VOCABULARY = """
template < > >> ; , : :: ? = * & && . -> ... + - 1 2.0h kernel void float half vec T x xy operator ~
constant device thread threadgroup const static constexpr inline struct using typedef namespace return if for
else decltype alignas typename auto host_name buffer thread_position_in_grid template<typename
"""
BRACKETS = (
    "()",
    "[]",
    "{}",
    ("[[", "]]"),
    ("kernel void k(", "){}"),
    ("struct S {", "};"),
    ("template <", ">"),
)


@st.composite
def metal(draw: st.DrawFn) -> str:
    """Words in any order, between brackets that close."""
    bracketed = st.tuples(st.sampled_from(BRACKETS), st.deferred(lambda: inside))
    inside: st.SearchStrategy[str] = st.lists(
        st.sampled_from(VOCABULARY.split())
        | bracketed.map(lambda pair: f"{pair[0][0]} {pair[1]} {pair[0][1]}"),
        max_size=6,
    ).map(" ".join)
    return draw(inside)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(metal())
def test_any_text_is_translated_or_refused(text: str) -> None:
    for source in (text, f"kernel void k(device float* x) {{ {text} }}", f"template <typename T> {text};"):
        with suppress(Refusal):
            translated(source)


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_any_characters_are_translated_or_refused(text: str) -> None:
    with suppress(Refusal):
        translated(text)
