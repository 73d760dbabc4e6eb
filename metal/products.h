#pragma once
#include <metal_stdlib>
using namespace metal;

// A simdgroup multiplies four rows of weights at a time, so that what it reads of x serves four times. Its
// lanes take eight neighbouring weights each: a row is read in pieces without gaps, 256 weights wide.
constant constexpr uint kTogether = 4;
constant constexpr uint kChunk = 8;
constant constexpr uint kSimdWidth = 32;

struct Chunk {
  float4 low;
  float4 high;
};

// One by one, for x may begin anywhere; the weights' own chunks are read as one wide word.
template <typename T>
Chunk chunk_of(const device T* from) {
  return {float4(float(from[0]), float(from[1]), float(from[2]), float(from[3])),
          float4(float(from[4]), float(from[5]), float(from[6]), float(from[7]))};
}

// Rows of x, so many elements apart. One that is not there is read as the last, and its sums are nobody's.
template <typename T>
struct Inputs {
  const device T* x;
  ulong stride;
  uint rows;

  Chunk chunk(uint row, uint k) const thread { return chunk_of(x + min(row, rows - 1) * stride + k); }
};

// Rows of weights that are numbers already.
template <typename T>
struct PlainWeights {
  const device T* values;
  uint inputs;

  Chunk chunk(uint row, uint k) const thread { return chunk_of(values + ulong(row) * inputs + k); }
};

// The scales of a row stand side by side, one for each `size` weights or one for all of them.
struct Groups {
  uint count;
  uint shift;

  ulong index(uint row, uint k) const thread { return ulong(row) * count + (k >> shift); }
};

inline Groups groups_of(uint inputs, uint size) {
  if (size >= inputs) {
    return {1, 31};
  }
  const uint shift = ctz(size);
  return {inputs >> shift, shift};
}

// Products of four rows of weights, which are read once, with up to ROWS rows of inputs. Lane 4 r + j gets
// that of input row r and the weights' row ids[j]; lanes from 4 ROWS on get 0. A simdgroup calls this as a
// whole. Loops over arrays are unrolled: only what has a fixed place in an array can stay in a register.
template <uint ROWS, typename Weights, typename Rows>
float products(Weights weights, uint4 ids, Rows inputs, uint length, uint lane) {
  float sums[ROWS][kTogether] = {};
  for (uint k = lane * kChunk; k < length; k += kSimdWidth * kChunk) {
    Chunk chunks[kTogether];
#pragma clang loop unroll(full)
    for (uint j = 0; j < kTogether; ++j) {
      chunks[j] = weights.chunk(ids[j], k);
    }
#pragma clang loop unroll(full)
    for (uint r = 0; r < ROWS; ++r) {
      const Chunk values = inputs.chunk(r, k);
#pragma clang loop unroll(full)
      for (uint j = 0; j < kTogether; ++j) {
        sums[r][j] += dot(chunks[j].low, values.low) + dot(chunks[j].high, values.high);
      }
    }
  }
  float mine = 0.0f;
#pragma clang loop unroll(full)
  for (uint r = 0; r < ROWS; ++r) {
#pragma clang loop unroll(full)
    for (uint j = 0; j < kTogether; ++j) {
      const float sum = simd_sum(sums[r][j]);
      mine = lane == kTogether * r + j ? sum : mine;
    }
  }
  return mine;
}
