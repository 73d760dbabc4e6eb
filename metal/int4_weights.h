#pragma once
#include <metal_stdlib>

#include "products.h"
using namespace metal;

// Rows of weights of 4 bits, two in a byte: a weight is its number times the scale of its group, plus the
// group's minimum. Each is made a number before it is multiplied: taking the minimum out of the sum would
// be fewer steps, and lose digits where the numbers of x have the same sign.
template <typename S>
struct Int4Weights {
  const device uchar* values;
  const device S* scales;
  const device S* minima;
  uint inputs;
  Groups groups;

  Chunk chunk(uint row, uint k) const thread {
    const ulong first = ulong(row) * inputs + k;
    const uint packed = *reinterpret_cast<const device uint*>(values + first / 2);
    const ulong group = groups.index(row, k);
    const float4 scale = float4(float(scales[group]));
    const float4 minimum = float4(float(minima[group]));
    return {fma(float4((uint4(packed) >> uint4(0, 4, 8, 12)) & 15u), scale, minimum),
            fma(float4((uint4(packed) >> uint4(16, 20, 24, 28)) & 15u), scale, minimum)};
  }
};

// As mx.quantize(bits=4) packs them.
template <typename S>
Int4Weights<S> packed_int4_weights(const device uint* packed, const device S* scales, const device S* minima,
                                   uint inputs, uint group) {
  return {reinterpret_cast<const device uchar*>(packed), scales, minima, inputs, groups_of(inputs, group)};
}
