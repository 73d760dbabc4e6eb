#pragma once
#include <metal_stdlib>
using namespace metal;

// What makes a row's numbers normal. The mean is of 32 bits, and what rounding has taken from it is the rest,
// which matters where the mean is large.
struct Normal {
  float mean;
  float rest;
  float scale;

  float of(float x) const thread { return (x - mean - rest) * scale; }
  float4 of(float4 x) const thread { return (x - mean - rest) * scale; }
};

// From the sums of the distances to the mean, and of their squares.
inline Normal normal_of(float mean, float distances, float squares, uint width, float epsilon) {
  const float rest = distances / width;
  const float variance = squares / width - rest * rest;
  // Rounding may leave less than nothing; max() would make 0 of what is not a number.
  return {mean, rest, precise::rsqrt((variance < 0.0f ? 0.0f : variance) + epsilon)};
}
