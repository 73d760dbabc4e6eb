// Four elements at a time: what every lane reads, since one load of four costs as much as one of a single
// element.
#pragma once

#include <metal_stdlib>

using namespace metal;

// TOGETHER: `at` is aligned to four elements. Elsewhere a load of four is undefined.
template <bool TOGETHER, typename T>
inline float4 read_four(device const T* at) {
  if (TOGETHER) return float4(*reinterpret_cast<device const vec<T, 4>*>(at));
  return float4(float(at[0]), float(at[1]), float(at[2]), float(at[3]));
}
