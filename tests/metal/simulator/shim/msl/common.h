// Functions of numbers of any kind: min, max, clamp, abs, select, and the integers' own.
#pragma once
#include "math.h"

namespace msl_types {
template <class T>
constexpr MSL_CONSTANT int bits_of = int(8 * sizeof(T));
}  // namespace msl_types

namespace metal {
// Both arguments have one type, as Metal's overloads are ambiguous where they have not.
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> max(T a, T b) {
  return a < b ? b : a;
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, T> max(T a, T b) {
  return fmax(a, b);
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, T> min(T a, T b) {
  return fmin(a, b);
}
template <class T>
inline enable_if_t<msl_types::is_number<T>, T> clamp(T x, T low, T high) {
  return min(max(x, low), high);
}
template <class T>
inline enable_if_t<msl_types::is_real<T>, T> abs(T x) {
  return fabs(x);
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> abs(T x) {
  return x < T(0) ? T(-x) : x;
}
template <class T>
inline enable_if_t<msl_types::is_number<T>, T> max3(T a, T b, T c) {
  return max(a, max(b, c));
}
template <class T>
inline enable_if_t<msl_types::is_number<T>, T> min3(T a, T b, T c) {
  return min(a, min(b, c));
}
template <class T>
inline enable_if_t<msl_types::is_scalar<T>, T> select(T no, T yes, bool which) {
  return which ? yes : no;
}

#define MSL_NUMBER_2(name)                                                                         \
  template <class T, int N>                                                                        \
  inline enable_if_t<msl_types::is_number<T>, msl_types::vec<T, N>> name(msl_types::vec<T, N> a,   \
                                                                         msl_types::vec<T, N> b) { \
    return msl_types::each<T, N>([&](int i) { return name(a.data[i], b.data[i]); });               \
  }
MSL_NUMBER_2(max)
MSL_NUMBER_2(min)
#undef MSL_NUMBER_2
template <class T, int N>
inline msl_types::vec<T, N> abs(msl_types::vec<T, N> v) {
  return msl_types::each<T, N>([&](int i) { return abs(v.data[i]); });
}
template <class T, int N>
inline msl_types::vec<T, N> clamp(msl_types::vec<T, N> x, msl_types::vec<T, N> low,
                                  msl_types::vec<T, N> high) {
  return min(max(x, low), high);
}
template <class T, int N>
inline msl_types::vec<T, N> clamp(msl_types::vec<T, N> x, T low, T high) {
  return min(max(x, msl_types::vec<T, N>(low)), msl_types::vec<T, N>(high));
}
template <class T, int N>
inline msl_types::vec<T, N> select(msl_types::vec<T, N> no, msl_types::vec<T, N> yes,
                                   msl_types::vec<bool, N> which) {
  return msl_types::each<T, N>([&](int i) { return which.data[i] ? yes.data[i] : no.data[i]; });
}
template <class T, int N>
inline msl_types::vec<T, N> select(msl_types::vec<T, N> no, msl_types::vec<T, N> yes, bool which) {
  return which ? yes : no;
}

template <int N>
inline bool any(msl_types::vec<bool, N> v) {
  bool found = false;
  for (int i = 0; i < N; ++i) found = found || v.data[i];
  return found;
}
template <int N>
inline bool all(msl_types::vec<bool, N> v) {
  bool found = true;
  for (int i = 0; i < N; ++i) found = found && v.data[i];
  return found;
}
inline bool any(bool x) {
  return x;
}
inline bool all(bool x) {
  return x;
}

template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> popcount(T x) {
  return T(__builtin_popcountl(ulong(x) & (~0ul >> (64 - msl_types::bits_of<T>))));
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> clz(T x) {
  const ulong bits = ulong(x) & (~0ul >> (64 - msl_types::bits_of<T>));
  return T(bits == 0 ? msl_types::bits_of<T> : __builtin_clzl(bits) - (64 - msl_types::bits_of<T>));
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> ctz(T x) {
  const ulong bits = ulong(x) & (~0ul >> (64 - msl_types::bits_of<T>));
  return T(bits == 0 ? msl_types::bits_of<T> : __builtin_ctzl(bits));
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> reverse_bits(T x) {
  ulong made = 0;
  for (int i = 0; i < msl_types::bits_of<T>; ++i)
    made |= (ulong(x) >> i & 1ul) << (msl_types::bits_of<T> - 1 - i);
  return T(made);
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> rotate(T x, T by) {
  const ulong bits = ulong(x) & (~0ul >> (64 - msl_types::bits_of<T>)),
              shift = ulong(by) % msl_types::bits_of<T>;
  return shift == 0 ? x : T(bits << shift | bits >> (msl_types::bits_of<T> - shift));
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> extract_bits(T x, uint offset, uint count) {
  if (count == 0) return T(0);
  const ulong moved = ulong(x) << (64 - offset - count);
  return is_signed<T>::value ? T(long(moved) >> (64 - count)) : T(moved >> (64 - count));
}
inline int mulhi(int a, int b) {
  return int(long(a) * long(b) >> 32);
}
inline uint mulhi(uint a, uint b) {
  return uint(ulong(a) * ulong(b) >> 32);
}
inline int mad24(int a, int b, int c) {
  return a * b + c;
}
inline uint mad24(uint a, uint b, uint c) {
  return a * b + c;
}
inline int mul24(int a, int b) {
  return a * b;
}
inline uint mul24(uint a, uint b) {
  return a * b;
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> absdiff(T a, T b) {
  return a < b ? T(b - a) : T(a - b);
}
template <class T>
inline enable_if_t<msl_types::is_whole<T>, T> addsat(T a, T b) {
  T sum;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  const T most = T(~0ul >> (64 - msl_types::bits_of<T> + (is_signed<T>::value ? 1 : 0)));
  return is_signed<T>::value && a < T(0) ? T(-most - 1) : most;
}
}  // namespace metal
