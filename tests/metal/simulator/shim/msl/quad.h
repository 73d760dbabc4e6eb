// <metal_quadgroup>: four lanes; the whole simdgroup meets, as its quads run together.
#pragma once
#include "simd.h"

namespace metal {
#define MSL_REDUCTION(name, expression)                                                                   \
  template <class T>                                                                                      \
  inline enable_if_t<msl_types::exchanges<T>, T> quad_##name(T value, MSL_HERE) {                         \
    return msl_types::reduced(msl_run::gather(msl_run::operation_quad_##name, place, value),              \
                              int(msl_run::msl_lane() & ~3u), 4, [](T a, T b) { return T(expression); }); \
  }
MSL_REDUCTION(sum, a + b)
MSL_REDUCTION(product, a* b)
MSL_REDUCTION(min, metal::min(a, b))
MSL_REDUCTION(max, metal::max(a, b))
#undef MSL_REDUCTION

template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> quad_broadcast(T data, ushort lane, MSL_HERE) {
  const auto all = msl_run::gather(msl_run::operation_quad_broadcast, place, data);
  return msl_types::lane_value(all, (msl_run::msl_lane() & ~3u) + lane % 4);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> quad_shuffle(T data, ushort lane, MSL_HERE) {
  const auto all = msl_run::gather(msl_run::operation_quad_shuffle, place, data);
  return msl_types::lane_value(all, (msl_run::msl_lane() & ~3u) + lane % 4);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> quad_shuffle_xor(T data, ushort mask, MSL_HERE) {
  const auto all = msl_run::gather(msl_run::operation_quad_shuffle_xor, place, data);
  return msl_types::lane_value(all, msl_run::msl_lane() ^ (mask & 3u));
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> quad_shuffle_up(T data, ushort delta, MSL_HERE) {
  const auto all = msl_run::gather(msl_run::operation_quad_shuffle_up, place, data);
  return (msl_run::msl_lane() & 3u) < delta ? MSL_VALUE(data)
                                            : msl_types::lane_value(all, msl_run::msl_lane() - delta);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> quad_shuffle_down(T data, ushort delta, MSL_HERE) {
  const auto all = msl_run::gather(msl_run::operation_quad_shuffle_down, place, data);
  return (msl_run::msl_lane() & 3u) + delta > 3 ? MSL_VALUE(data)
                                                : msl_types::lane_value(all, msl_run::msl_lane() + delta);
}
}  // namespace metal
