#pragma once
#include <metal_stdlib>

#include "products.h"
using namespace metal;

// Rows of weights of 8 bits: a weight is its byte times the scale of its group.
template <typename S>
struct Int8Weights {
  const device char* values;
  const device S* scales;
  uint inputs;
  Groups groups;

  Chunk chunk(uint row, uint k) const {
    const uint2 bytes = *reinterpret_cast<const device uint2*>(values + ulong(row) * inputs + k);
    const float scale = float(scales[groups.index(row, k)]);
    return {float4(as_type<char4>(bytes.x)) * scale, float4(as_type<char4>(bytes.y)) * scale};
  }
};
