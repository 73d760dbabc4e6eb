// <metal_math>: floating-point functions for float and half, and fast:: and precise:: for float.
#pragma once
#include "vector.h"

namespace metal {
#define MSL_REAL_1(name, expression)                                                             \
  template <class T>                                                                             \
  inline enable_if_t<msl_types::is_real<T>, T> name(T value) {                                   \
    const float x = float(value);                                                                \
    return T(expression);                                                                        \
  }                                                                                              \
  template <class T, int N>                                                                      \
  inline enable_if_t<msl_types::is_real<T>, msl_types::vec<T, N>> name(msl_types::vec<T, N> v) { \
    return msl_types::each<T, N>([&](int i) { return name(v.data[i]); });                        \
  }
#define MSL_REAL_2(name, expression)                                                             \
  template <class T>                                                                             \
  inline enable_if_t<msl_types::is_real<T>, T> name(T first, T second) {                         \
    const float x = float(first), y = float(second);                                             \
    return T(expression);                                                                        \
  }                                                                                              \
  template <class T, int N>                                                                      \
  inline enable_if_t<msl_types::is_real<T>, msl_types::vec<T, N>> name(msl_types::vec<T, N> a,   \
                                                                       msl_types::vec<T, N> b) { \
    return msl_types::each<T, N>([&](int i) { return name(a.data[i], b.data[i]); });             \
  }

MSL_REAL_1(acos, __builtin_acosf(x))
MSL_REAL_1(acosh, __builtin_acoshf(x))
MSL_REAL_1(asin, __builtin_asinf(x))
MSL_REAL_1(asinh, __builtin_asinhf(x))
MSL_REAL_1(atan, __builtin_atanf(x))
MSL_REAL_1(atanh, __builtin_atanhf(x))
MSL_REAL_1(ceil, __builtin_ceilf(x))
MSL_REAL_1(cos, __builtin_cosf(x))
MSL_REAL_1(cosh, __builtin_coshf(x))
MSL_REAL_1(cospi, __builtin_cosf(x * 3.14159265358979323846f))
MSL_REAL_1(exp, __builtin_expf(x))
MSL_REAL_1(exp2, __builtin_exp2f(x))
MSL_REAL_1(exp10, __builtin_powf(10.0f, x))
MSL_REAL_1(fabs, __builtin_fabsf(x))
MSL_REAL_1(floor, __builtin_floorf(x))
MSL_REAL_1(fract, __builtin_fminf(x - __builtin_floorf(x), 0x1.fffffep-1f))
MSL_REAL_1(log, __builtin_logf(x))
MSL_REAL_1(log2, __builtin_log2f(x))
MSL_REAL_1(log10, __builtin_log10f(x))
MSL_REAL_1(rint, __builtin_rintf(x))
MSL_REAL_1(round, __builtin_roundf(x))
MSL_REAL_1(rsqrt, 1.0f / __builtin_sqrtf(x))
MSL_REAL_1(saturate, __builtin_fminf(__builtin_fmaxf(x, 0.0f), 1.0f))
MSL_REAL_1(sign, x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x == 0.0f ? x : 0.0f)
MSL_REAL_1(sin, __builtin_sinf(x))
MSL_REAL_1(sinh, __builtin_sinhf(x))
MSL_REAL_1(sinpi, __builtin_sinf(x * 3.14159265358979323846f))
MSL_REAL_1(sqrt, __builtin_sqrtf(x))
MSL_REAL_1(tan, __builtin_tanf(x))
MSL_REAL_1(tanh, __builtin_tanhf(x))
MSL_REAL_1(trunc, __builtin_truncf(x))
MSL_REAL_2(atan2, __builtin_atan2f(x, y))
MSL_REAL_2(copysign, __builtin_copysignf(x, y))
MSL_REAL_2(fdim, __builtin_fdimf(x, y))
MSL_REAL_2(fmax, __builtin_fmaxf(x, y))
MSL_REAL_2(fmin, __builtin_fminf(x, y))
MSL_REAL_2(fmod, __builtin_fmodf(x, y))
MSL_REAL_2(pow, __builtin_powf(x, y))
MSL_REAL_2(powr, __builtin_powf(x, y))
MSL_REAL_2(step, y < x ? 0.0f : 1.0f)
#undef MSL_REAL_1
#undef MSL_REAL_2

inline float fma(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
// The product of two halves is exact in a float, and their sum is rounded once more than hardware would.
inline half fma(half a, half b, half c) {
  return half(__builtin_fmaf(float(a), float(b), float(c)));
}
template <class T, int N>
inline enable_if_t<msl_types::is_real<T>, msl_types::vec<T, N>> fma(msl_types::vec<T, N> a,
                                                                    msl_types::vec<T, N> b,
                                                                    msl_types::vec<T, N> c) {
  return msl_types::each<T, N>([&](int i) { return fma(a.data[i], b.data[i], c.data[i]); });
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, T> mix(T x, T y, T a) {
  return x + (y - x) * a;
}
template <class T, int N>
inline enable_if_t<msl_types::is_real<T>, msl_types::vec<T, N>> mix(msl_types::vec<T, N> x,
                                                                    msl_types::vec<T, N> y,
                                                                    msl_types::vec<T, N> a) {
  return x + (y - x) * a;
}
template <class T, int N>
inline enable_if_t<msl_types::is_real<T>, msl_types::vec<T, N>> mix(msl_types::vec<T, N> x,
                                                                    msl_types::vec<T, N> y, T a) {
  return x + (y - x) * a;
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, T> smoothstep(T low, T high, T x) {
  const T t = saturate((x - low) / (high - low));
  return t * t * (T(3) - T(2) * t);
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, T> ldexp(T x, int power) {
  return T(__builtin_ldexpf(float(x), power));
}

template <class T>
inline enable_if_t<msl_types::is_real<T>, bool> isnan(T x) {
  return x != x;
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, bool> isinf(T x) {
  return float(x) == __builtin_inff() || float(x) == -__builtin_inff();
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, bool> isfinite(T x) {
  return !isnan(x) && !isinf(x);
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, bool> signbit(T x) {
  return __builtin_signbit(float(x));
}
#define MSL_QUESTION(name)                                                                          \
  template <class T, int N>                                                                         \
  inline enable_if_t<msl_types::is_real<T>, msl_types::vec<bool, N>> name(msl_types::vec<T, N> v) { \
    return msl_types::each<bool, N>([&](int i) { return name(v.data[i]); });                        \
  }
MSL_QUESTION(isnan)
MSL_QUESTION(isinf)
MSL_QUESTION(isfinite)
MSL_QUESTION(signbit)
#undef MSL_QUESTION

template <class T, int N>
inline enable_if_t<msl_types::is_real<T>, T> dot(msl_types::vec<T, N> a, msl_types::vec<T, N> b) {
  T sum = a.data[0] * b.data[0];
  for (int i = 1; i < N; ++i) sum += a.data[i] * b.data[i];
  return sum;
}
template <class T, int N>
inline T length_squared(msl_types::vec<T, N> v) {
  return dot(v, v);
}
template <class T, int N>
inline T length(msl_types::vec<T, N> v) {
  return sqrt(dot(v, v));
}
template <class T, int N>
inline T distance(msl_types::vec<T, N> a, msl_types::vec<T, N> b) {
  return length(a - b);
}
template <class T, int N>
inline msl_types::vec<T, N> normalize(msl_types::vec<T, N> v) {
  return v * rsqrt(dot(v, v));
}
template <class T>
inline msl_types::vec<T, 3> cross(msl_types::vec<T, 3> a, msl_types::vec<T, 3> b) {
  return msl_types::vec<T, 3>(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}
}  // namespace metal
