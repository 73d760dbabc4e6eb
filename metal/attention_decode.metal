// softmax(q k' scale + mask) v for one query, as a decoder needs it for every token; and, in the same
// dispatch, the new key and value appended to the cache.
//
//  0  q      T[batch][heads][D]
//  1  k      T[batch][heads / sharing][keys][D]  the cache; if appends, its last position is only written
//  2  v      T[batch][heads / sharing][keys][D]  the same
//  3  new_k  T[batch][heads / sharing][D]        read if appends: what is at the last position
//  4  new_v  T[batch][heads / sharing][D]        the same
//  5  mask   uchar or T[batch][heads][keys]      read if mask is not 0
//  6  out    T[batch][heads][D]                  written
//  7  shape  long[24]  heads, sharing, keys, appends, mask, together, blocks;
//                      strides of q (batch, head), k, v (batch, head, key each), new_k, new_v (batch, head
//                      each), mask (batch, head, key), out (batch, head)
//  8  scale  float
//
// heads, keys: from 1. sharing: so many heads use the same keys, head h those of h / sharing; divides heads.
// mask: 0 none; 1 boolean, attended to where not 0; 2 of T, added to the scores.
//
// together: 1 promises that q, k, v, new_k and new_v begin at a multiple of 4 elements, and that their
// strides are such; 0 is always right, and slower.
//
// Strides count elements and are not negative; 0 repeats (one mask for all heads, the same keys for all
// beams). The elements of a head are neighbours. What is not read may be any buffer. What is written overlaps
// neither itself nor what is read.
//
// Names, with T float, half or bfloat and D 64, 96 or 128:
//
//  attention_decode_T_D         threads (32 n, heads, batch) in groups of (32 n, 1, 1), n from 1 to 16;
//                               a simdgroup takes eight keys at a time. blocks is not looked at.
//  attention_decode_blocks_T_D  for many keys, the first of two dispatches, blocks from 1: threads
//                               (32 n blocks, heads, batch) in the same groups.
//                               6 is parts, float[batch][heads][blocks][D + 2].
//  attention_decode_merge_T_D   the second: threads (D, heads, batch) in groups of (D, 1, 1).
//                               0 parts, 1 out, 2 shape, the same list.
//
// Threadgroup memory: 8.2 KB at most.
//
// All sums have 32 bits; what is written is rounded once. Neither key nor value is read where the mask is
// false or minus infinity. A query that attends to nothing gives zeros.
#include "attention_decode.h"

template <typename T, int D>
[[kernel]] [[max_total_threads_per_threadgroup(512)]] void attention_decode(
    device const T* q [[buffer(0)]], device T* k [[buffer(1)]], device T* v [[buffer(2)]],
    device const T* new_k [[buffer(3)]], device const T* new_v [[buffer(4)]],
    device const uchar* mask [[buffer(5)]], device T* out [[buffer(6)]], constant long* numbers [[buffer(7)]],
    constant float& scale [[buffer(8)]], uint3 group [[threadgroup_position_in_grid]],
    uint3 threads [[threads_per_threadgroup]], uint simdgroup [[simdgroup_index_in_threadgroup]],
    uint lane [[thread_index_in_simdgroup]]) {
  threadgroup float parts[kMostSimdgroups * part_floats<D>()];
  const DecodeTensors<T> tensors = {q, k, v, new_k, new_v, mask};
  const DecodeShape shape = decode_shape(numbers);
  const DecodePlace place = decode_place(shape, group, threads, simdgroup, lane);
  append<T, D>(k, v, tensors, shape, place);
  attend<T, D>(tensors, shape, scale, place, 1, parts);
  device T* row = out + shape.out.at(place.batch, place.head, 0);
  for (int element = place.thread_in_group(); element < D; element += place.threads_in_group()) {
    row[element] = T(merge<D>(parts, place.simdgroups, element).mean());
  }
}

template <typename T, int D>
[[kernel]] [[max_total_threads_per_threadgroup(512)]] void attention_decode_blocks(
    device const T* q [[buffer(0)]], device T* k [[buffer(1)]], device T* v [[buffer(2)]],
    device const T* new_k [[buffer(3)]], device const T* new_v [[buffer(4)]],
    device const uchar* mask [[buffer(5)]], device float* all_parts [[buffer(6)]],
    constant long* numbers [[buffer(7)]], constant float& scale [[buffer(8)]],
    uint3 group [[threadgroup_position_in_grid]], uint3 threads [[threads_per_threadgroup]],
    uint simdgroup [[simdgroup_index_in_threadgroup]], uint lane [[thread_index_in_simdgroup]]) {
  threadgroup float parts[kMostSimdgroups * part_floats<D>()];
  const DecodeTensors<T> tensors = {q, k, v, new_k, new_v, mask};
  const DecodeShape shape = decode_shape(numbers);
  const DecodePlace place = decode_place(shape, group, threads, simdgroup, lane);
  append<T, D>(k, v, tensors, shape, place);
  attend<T, D>(tensors, shape, scale, place, shape.blocks, parts);
  device float* part = all_parts + part_offset<D>(shape, place.batch, place.head, place.block);
  for (int element = place.thread_in_group(); element < D; element += place.threads_in_group()) {
    const OnlineSum whole = merge<D>(parts, place.simdgroups, element);
    part[element] = whole.gathered;
    if (element == 0) {
      part[D] = whole.softmax.highest;
      part[D + 1] = whole.softmax.sum;
    }
  }
}

template <typename T, int D>
[[kernel]] void attention_decode_merge(device const float* all_parts [[buffer(0)]],
                                       device T* out [[buffer(1)]], constant long* numbers [[buffer(2)]],
                                       uint3 at [[thread_position_in_grid]]) {
  const DecodeShape shape = decode_shape(numbers);
  device const float* parts = all_parts + part_offset<D>(shape, int(at.z), int(at.y), 0);
  device T* row = out + shape.out.at(int(at.z), int(at.y), 0);
  row[at.x] = T(merge<D>(parts, shape.blocks, int(at.x)).mean());
}

#define ATTENTION_DECODE(T, D)                                                                  \
  template [[host_name("attention_decode_" #T "_" #D)]] [[kernel]] void attention_decode<T, D>( \
      device const T* q [[buffer(0)]], device T* k [[buffer(1)]], device T* v [[buffer(2)]],    \
      device const T* new_k [[buffer(3)]], device const T* new_v [[buffer(4)]],                 \
      device const uchar* mask [[buffer(5)]], device T* out [[buffer(6)]],                      \
      constant long* numbers [[buffer(7)]], constant float& scale [[buffer(8)]],                \
      uint3 group [[threadgroup_position_in_grid]], uint3 threads [[threads_per_threadgroup]],  \
      uint simdgroup [[simdgroup_index_in_threadgroup]], uint lane [[thread_index_in_simdgroup]]);

#define ATTENTION_DECODE_BLOCKS(T, D)                                                          \
  template [[host_name("attention_decode_blocks_" #T "_" #D)]] [[kernel]] void                 \
  attention_decode_blocks<T, D>(                                                               \
      device const T* q [[buffer(0)]], device T* k [[buffer(1)]], device T* v [[buffer(2)]],   \
      device const T* new_k [[buffer(3)]], device const T* new_v [[buffer(4)]],                \
      device const uchar* mask [[buffer(5)]], device float* all_parts [[buffer(6)]],           \
      constant long* numbers [[buffer(7)]], constant float& scale [[buffer(8)]],               \
      uint3 group [[threadgroup_position_in_grid]], uint3 threads [[threads_per_threadgroup]], \
      uint simdgroup [[simdgroup_index_in_threadgroup]], uint lane [[thread_index_in_simdgroup]]);

#define ATTENTION_DECODE_MERGE(T, D)                                                                        \
  template [[host_name("attention_decode_merge_" #T "_" #D)]] [[kernel]] void attention_decode_merge<T, D>( \
      device const float* all_parts [[buffer(0)]], device T* out [[buffer(1)]],                             \
      constant long* numbers [[buffer(2)]], uint3 at [[thread_position_in_grid]]);

// clang-format off
ATTENTION_DECODE(float, 64) ATTENTION_DECODE(float, 96) ATTENTION_DECODE(float, 128)
ATTENTION_DECODE(half, 64) ATTENTION_DECODE(half, 96) ATTENTION_DECODE(half, 128)
ATTENTION_DECODE(bfloat, 64) ATTENTION_DECODE(bfloat, 96) ATTENTION_DECODE(bfloat, 128)
ATTENTION_DECODE_BLOCKS(float, 64) ATTENTION_DECODE_BLOCKS(float, 96) ATTENTION_DECODE_BLOCKS(float, 128)
ATTENTION_DECODE_BLOCKS(half, 64) ATTENTION_DECODE_BLOCKS(half, 96) ATTENTION_DECODE_BLOCKS(half, 128)
ATTENTION_DECODE_BLOCKS(bfloat, 64) ATTENTION_DECODE_BLOCKS(bfloat, 96) ATTENTION_DECODE_BLOCKS(bfloat, 128)
ATTENTION_DECODE_MERGE(float, 64) ATTENTION_DECODE_MERGE(float, 96) ATTENTION_DECODE_MERGE(float, 128)
ATTENTION_DECODE_MERGE(half, 64) ATTENTION_DECODE_MERGE(half, 96) ATTENTION_DECODE_MERGE(half, 128)
ATTENTION_DECODE_MERGE(bfloat, 64) ATTENTION_DECODE_MERGE(bfloat, 96) ATTENTION_DECODE_MERGE(bfloat, 128)
