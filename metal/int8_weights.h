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

  Chunk chunk(uint row, uint k) const thread {
    const uint2 bytes = *reinterpret_cast<const device uint2*>(values + ulong(row) * inputs + k);
    const float scale = float(scales[groups.index(row, k)]);
    return {float4(as_type<char4>(bytes.x)) * scale, float4(as_type<char4>(bytes.y)) * scale};
  }
};

// The same with a minimum for each group, and without signs: a weight is its byte times the scale, plus the
// minimum.
template <typename S>
struct Uint8Weights {
  const device uint2* values;
  const device S* scales;
  const device S* minima;
  uint inputs;
  Groups groups;

  Chunk chunk(uint row, uint k) const thread {
    const uint2 bytes = values[(ulong(row) * inputs + k) / kChunk];
    const ulong group = groups.index(row, k);
    const float4 scale = float4(float(scales[group]));
    const float4 minimum = float4(float(minima[group]));
    return {fma(float4(as_type<uchar4>(bytes.x)), scale, minimum),
            fma(float4(as_type<uchar4>(bytes.y)), scale, minimum)};
  }
};

// As mx.quantize(bits=8) packs them.
template <typename S>
Uint8Weights<S> packed_uint8_weights(const device uint* packed, const device S* scales,
                                     const device S* minima, uint inputs, uint group) {
  return {reinterpret_cast<const device uint2*>(packed), scales, minima, inputs, groups_of(inputs, group)};
}
