#pragma once
#include <metal_stdlib>
using namespace metal;

// Where a thread stands in its threadgroup.
struct Place {
  uint index;
  uint threads;
  uint lane;
  uint simdgroup;
  uint simdgroups;
};

// The sum of what the threads of a threadgroup bring, told to all of them; `partial` has room for 32.
inline float group_sum(float value, threadgroup float* partial, Place place) {
  const float sum = simd_sum(value);
  // Some threads may still read what an earlier sum has left here.
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (place.lane == 0) {
    partial[place.simdgroup] = sum;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  float total = 0.0f;
  for (uint i = 0; i < place.simdgroups; ++i) {
    total += partial[i];
  }
  return total;
}
