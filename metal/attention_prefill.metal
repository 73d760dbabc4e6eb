// softmax(q k' scale + mask) v for many queries, as an encoder or the first step of a decoder needs it.
//
//  0  q      T[batch][heads][queries][D]
//  1  k      T[batch][heads / sharing][keys][D]
//  2  v      T[batch][heads / sharing][keys][D]
//  3  mask   uchar or T[batch][heads][queries][keys]  read if mask is not 0
//  4  out    T[batch][heads][queries][D]              written
//  5  shape  long[22]  sharing, queries, keys, causal, mask, together;
//                      strides of q (batch, head, query), k, v (batch, head, key each),
//                      mask (batch, head, query, key), out (batch, head, query)
//  6  scale  float
//
// queries, keys: from 1. sharing: so many heads use the same keys, head h those of h / sharing; divides
// heads. causal: 1 if no query attends to a later position than its own; the last query's is that of the last
// key. mask: 0 none; 1 boolean, attended to where not 0; 2 of T, added to the scores.
//
// together: 1 promises that q, k and v begin at a multiple of 4 elements, and that their strides are such;
// 0 is always right, and slower.
//
// Strides count elements and are not negative; 0 repeats (one padding mask for all heads and queries). The
// elements of a head are neighbours. What is not read may be any buffer. What is written overlaps neither
// itself nor what is read.
//
// Names: attention_prefill_T_D with T float, half or bfloat and D 64, 96 or 128.
// Threads: (128 * ceil(queries / 32), heads, batch) in groups of (128, 1, 1).
// Threadgroup memory: 22 KB at most.
//
// All sums have 32 bits; the weights of the values are rounded to T, and so is what is written. What is
// hidden from a query counts 0 times its value, which must be finite. A query that attends to nothing gives
// zeros; one that is not a number gives NaN, and spoils no other.
#include "attention_prefill.h"

template <typename T, int D>
[[kernel]] [[max_total_threads_per_threadgroup(128)]] void attention_prefill(
    device const T* q [[buffer(0)]], device const T* k [[buffer(1)]], device const T* v [[buffer(2)]],
    device const uchar* mask [[buffer(3)]], device T* out [[buffer(4)]], constant long* numbers [[buffer(5)]],
    constant float& scale [[buffer(6)]], uint3 group [[threadgroup_position_in_grid]],
    uint simdgroup [[simdgroup_index_in_threadgroup]], uint lane [[thread_index_in_simdgroup]]) {
  constexpr int TILE = tile_elements<T, D>();
  constexpr int SCORES = kSide * keys_a_tile<T, D>();
  threadgroup T tiles[2 * TILE];
  threadgroup float scores[kSimdgroups * SCORES];
  threadgroup T weights[kSimdgroups * SCORES];
  threadgroup float diagonals[kSimdgroups * kSide * kSide];
  const PrefillTensors<T> tensors = {q, k, v, mask, out};
  const PrefillShape shape = prefill_shape(numbers);
  const PrefillMemory<T> memory = {tiles, tiles + TILE, scores + simdgroup * SCORES,
                                   weights + simdgroup * SCORES, diagonals + simdgroup * kSide * kSide};
  if (shape.together) {
    attend<T, D, true>(tensors, shape, scale, memory, group, int(simdgroup), int(lane));
  } else {
    attend<T, D, false>(tensors, shape, scale, memory, group, int(simdgroup), int(lane));
  }
}

#define ATTENTION_PREFILL(T, D)                                                                          \
  template [[host_name("attention_prefill_" #T "_" #D)]] [[kernel]] void attention_prefill<T, D>(        \
      device const T* q [[buffer(0)]], device const T* k [[buffer(1)]], device const T* v [[buffer(2)]], \
      device const uchar* mask [[buffer(3)]], device T* out [[buffer(4)]],                               \
      constant long* numbers [[buffer(5)]], constant float& scale [[buffer(6)]],                         \
      uint3 group [[threadgroup_position_in_grid]], uint simdgroup [[simdgroup_index_in_threadgroup]],   \
      uint lane [[thread_index_in_simdgroup]]);

// clang-format off
ATTENTION_PREFILL(float, 64) ATTENTION_PREFILL(float, 96) ATTENTION_PREFILL(float, 128)
ATTENTION_PREFILL(half, 64) ATTENTION_PREFILL(half, 96) ATTENTION_PREFILL(half, 128)
ATTENTION_PREFILL(bfloat, 64) ATTENTION_PREFILL(bfloat, 96) ATTENTION_PREFILL(bfloat, 128)
