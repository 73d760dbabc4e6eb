#pragma once
#include <metal_stdlib>

#include "normal.h"
#include "products.h"
using namespace metal;

// Rows of x as their layer norm leaves them, which each simdgroup computes anew: cheaper than a dispatch.
template <typename T, uint ROWS>
struct NormalInputs {
  Inputs<T> inputs;
  const device T* weight;
  const device T* bias;
  Normal normals[ROWS];

  Chunk chunk(uint row, uint k) const thread {
    const Chunk values = inputs.chunk(row, k);
    const Chunk weights = chunk_of(weight + k);
    const Chunk biases = chunk_of(bias + k);
    return {fma(normals[row].of(values.low), weights.low, biases.low),
            fma(normals[row].of(values.high), weights.high, biases.high)};
  }
};

inline float sum_of(Chunk values) {
  return dot(values.low, float4(1.0f)) + dot(values.high, float4(1.0f));
}

// What the layer norm of a row takes; a simdgroup calls this as a whole.
template <typename T>
Normal normal_of_row(Inputs<T> inputs, uint row, uint length, float epsilon, uint lane) {
  float total = 0.0f;
  for (uint k = lane * kChunk; k < length; k += kSimdWidth * kChunk) {
    total += sum_of(inputs.chunk(row, k));
  }
  const float mean = simd_sum(total) / length;
  float distances = 0.0f;
  float squares = 0.0f;
  for (uint k = lane * kChunk; k < length; k += kSimdWidth * kChunk) {
    const Chunk values = inputs.chunk(row, k);
    const Chunk distance = {values.low - mean, values.high - mean};
    distances += sum_of(distance);
    squares += dot(distance.low, distance.low) + dot(distance.high, distance.high);
  }
  return normal_of(mean, simd_sum(distances), simd_sum(squares), length, epsilon);
}

template <uint ROWS, typename T>
NormalInputs<T, ROWS> normal_inputs(Inputs<T> inputs, const device T* weight, const device T* bias,
                                    uint length, float epsilon, uint lane) {
  NormalInputs<T, ROWS> made = {inputs, weight, bias, {}};
#pragma clang loop unroll(full)
  for (uint row = 0; row < ROWS; ++row) {
    made.normals[row] = normal_of_row(inputs, row, length, epsilon, lane);
  }
  return made;
}
