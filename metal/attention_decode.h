// Attention of one query to every key, for decoding: see attention_decode.metal for what the tensors hold.
//
// A threadgroup computes one head. Eight lanes share a key: a simdgroup is at four keys at once, and a
// product of query and key takes three shuffles. Until the end every lane has a softmax, and sums of values,
// of its own.
#pragma once

#include <metal_stdlib>

#include "attention_mask.h"
#include "fours.h"
#include "online_softmax.h"

using namespace metal;

constant constexpr int kSimdWidth = 32;
constant constexpr int kLanesAKey = 8;
constant constexpr int kKeysAtOnce = kSimdWidth / kLanesAKey;
constant constexpr int kKeysALane = 2;  // in a step: their loads overlap, and both share one rescaling
constant constexpr int kKeysAStep = kKeysALane * kKeysAtOnce;
constant constexpr int kFoursApart = 4 * kLanesAKey;  // elements from a lane's four to its next four
constant constexpr int kMostSimdgroups = 16;

// Places in `shape`, a list of integers; strides are in elements.
enum DecodeShape {
  kQueryHeads,
  kSharing,  // query heads to a key head
  kKeys,
  kAppends,
  kMaskKind,
  kTogether,
  kBlocks,
  kQStrides,                     // batch, head
  kKStrides = kQStrides + 2,     // batch, head, position
  kVStrides = kKStrides + 3,     // batch, head, position
  kNewKStrides = kVStrides + 3,  // batch, head
  kNewVStrides = kNewKStrides + 2,
  kMaskStrides = kNewVStrides + 2,  // batch, head, key
  kOutStrides = kMaskStrides + 3,   // batch, head
};

template <typename T>
struct DecodeTensors {
  device const T* q;
  device const T* k;
  device const T* v;
  device const T* new_k;
  device const T* new_v;
  device const uchar* mask;
  constant long* shape;
  float scale;
};

// Which part of the work a lane has.
struct DecodePlace {
  int head;
  int batch;
  int block;
  int simdgroups;
  int simdgroup;
  int lane;

  int thread_in_group() const { return simdgroup * kSimdWidth + lane; }
  int threads_in_group() const { return simdgroups * kSimdWidth; }
};

inline DecodePlace decode_place(uint3 group, uint3 threads, uint simdgroup, uint lane) {
  return {int(group.y), int(group.z), int(group.x), int(threads.x) / kSimdWidth, int(simdgroup), int(lane)};
}

// The keys or the values of one head. The new one is never read from the cache: others may be writing it
// there.
template <typename T>
struct CachedRows {
  device const T* cached;
  long stride;
  device const T* fresh;
  int fresh_at;

  device const T* row(int key) const { return key == fresh_at ? fresh : cached + key * stride; }
};

// What was gathered of some keys, for others to read: D weighted sums, the highest score, the sum of weights.
template <int D>
constexpr int part_floats() {
  return D + 2;
}

// Where a block's part is among all parts: batch, head, block.
template <int D>
inline long part_offset(constant long* shape, int batch, int head, int block) {
  return ((batch * shape[kQueryHeads] + head) * shape[kBlocks] + block) * part_floats<D>();
}

// What a lane has gathered: a softmax over its keys, and its share of their values, weighted.
template <int FOURS>
struct Gathered {
  OnlineSoftmax softmax;
  float4 values[FOURS];

  void rescale(float kept) {
    for (int four = 0; four < FOURS; ++four) values[four] *= kept;
  }

  // Afterwards the lanes that are `distance` apart hold the same: what both had.
  void exchange(ushort distance) {
    rescale(softmax.raise(simd_shuffle_xor(softmax.highest, distance)));
    softmax.sum += simd_shuffle_xor(softmax.sum, distance);
    for (int four = 0; four < FOURS; ++four) {
      for (int element = 0; element < 4; ++element) {
        values[four][element] += simd_shuffle_xor(values[four][element], distance);
      }
    }
  }
};

template <typename T>
inline CachedRows<T> rows_of_head(device const T* cache, device const T* fresh, constant long* shape,
                                  int strides, int fresh_strides, int batch, int head) {
  constant long* of_cache = shape + strides;
  constant long* of_fresh = shape + fresh_strides;
  return {cache + batch * of_cache[0] + head * of_cache[1], of_cache[2],
          fresh + batch * of_fresh[0] + head * of_fresh[1],
          shape[kAppends] != 0 ? int(shape[kKeys]) - 1 : -1};
}

// What a lane needs of its head; it reads every eighth four elements of a row.
template <typename T, int D, bool TOGETHER>
struct DecodeHead {
  CachedRows<T> keys;
  CachedRows<T> values;
  AttentionMask<T> mask;
  long mask_offset;
  long mask_stride;
  int share;
  float4 query[D / kFoursApart];

  DecodeHead(DecodeTensors<T> tensors, DecodePlace place) {
    constant long* shape = tensors.shape;
    const int key_head = place.head / int(shape[kSharing]);
    keys = rows_of_head(tensors.k, tensors.new_k, shape, kKStrides, kNewKStrides, place.batch, key_head);
    values = rows_of_head(tensors.v, tensors.new_v, shape, kVStrides, kNewVStrides, place.batch, key_head);
    mask = {tensors.mask, shape[kMaskKind]};
    mask_offset = place.batch * shape[kMaskStrides] + place.head * shape[kMaskStrides + 1];
    mask_stride = shape[kMaskStrides + 2];
    share = place.lane % kLanesAKey * 4;
    device const T* q =
        tensors.q + place.batch * shape[kQStrides] + place.head * shape[kQStrides + 1] + share;
    for (int four = 0; four < D / kFoursApart; ++four) {
      query[four] = read_four<TOGETHER>(q + four * kFoursApart) * tensors.scale;
    }
  }

  // Minus infinity for a key that is hidden or past the end, of which nothing is read. All lanes call
  // together.
  float score(int key, int end) const {
    float added = 0.0f;
    const bool attends = key < end && mask.attends(mask_offset + key * mask_stride, added);
    float product = 0.0f;
    if (attends) {
      device const T* row = keys.row(key) + share;
      for (int four = 0; four < D / kFoursApart; ++four) {
        product += dot(query[four], read_four<TOGETHER>(row + four * kFoursApart));
      }
    }
    for (ushort distance = 1; distance < kLanesAKey; distance *= 2) {
      product += simd_shuffle_xor(product, distance);
    }
    return attends ? product + added : -INFINITY;
  }
};

// What this lane finds in the keys from `begin` to `end`; the simdgroups take turns.
template <typename T, int D, bool TOGETHER>
inline Gathered<D / kFoursApart> gather(DecodeTensors<T> tensors, DecodePlace place, int begin, int end) {
  const DecodeHead<T, D, TOGETHER> head(tensors, place);
  Gathered<D / kFoursApart> found;
  for (int four = 0; four < D / kFoursApart; ++four) found.values[four] = float4(0.0f);

  const int turn = place.simdgroups * kKeysAStep;
  for (int step = begin + place.simdgroup * kKeysAStep; step < end; step += turn) {
    const int first = step + place.lane / kLanesAKey;
    float scores[kKeysALane];
    float highest = kLowestScore;
    for (int i = 0; i < kKeysALane; ++i) {
      scores[i] = head.score(first + i * kKeysAtOnce, end);
      highest = max(highest, scores[i]);
    }
    const float kept = found.softmax.raise(highest);
    float weights[kKeysALane];
    for (int i = 0; i < kKeysALane; ++i) {
      weights[i] = found.softmax.weight(scores[i]);
      found.softmax.sum += weights[i];
    }
    for (int four = 0; four < D / kFoursApart; ++four) {
      float4 sum = float4(0.0f);
      for (int i = 0; i < kKeysALane; ++i) {
        if (weights[i] == 0.0f) continue;  // nothing hidden is read
        device const T* row = head.values.row(first + i * kKeysAtOnce) + head.share;
        sum += weights[i] * read_four<TOGETHER>(row + four * kFoursApart);
      }
      found.values[four] = found.values[four] * kept + sum;
    }
  }
  return found;
}

// The parts of a threadgroup, one for each simdgroup; all of its threads may read them afterwards.
template <typename T, int D>
inline void attend(DecodeTensors<T> tensors, DecodePlace place, int blocks, threadgroup float* parts) {
  const int keys = int(tensors.shape[kKeys]);
  const int length = (keys + blocks - 1) / blocks;
  const int begin = place.block * length;
  const int end = min(begin + length, keys);
  Gathered<D / kFoursApart> found = tensors.shape[kTogether] != 0
                                        ? gather<T, D, true>(tensors, place, begin, end)
                                        : gather<T, D, false>(tensors, place, begin, end);
  for (ushort distance = kLanesAKey; distance < kSimdWidth; distance *= 2) found.exchange(distance);

  threadgroup float* part = parts + place.simdgroup * part_floats<D>();
  if (place.lane < kLanesAKey) {
    for (int four = 0; four < D / kFoursApart; ++four) {
      for (int i = 0; i < 4; ++i) part[four * kFoursApart + place.lane * 4 + i] = found.values[four][i];
    }
  }
  if (place.lane == 0) {
    part[D] = found.softmax.highest;
    part[D + 1] = found.softmax.sum;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
}

// One element of several parts, which lie one after the other in threadgroup or device memory.
template <int D, typename Parts>
inline OnlineSum merge(Parts parts, int count, int element) {
  OnlineSum whole;
  for (int i = 0; i < count; ++i) {
    Parts part = parts + i * part_floats<D>();
    whole.add(part[element], part[D], part[D + 1]);
  }
  return whole;
}

// The new key and value into the cache, by the first of the heads that share them; nobody reads them there.
template <typename T, int D>
inline void append(device T* k, device T* v, DecodeTensors<T> tensors, DecodePlace place) {
  constant long* shape = tensors.shape;
  const int sharing = int(shape[kSharing]);
  if (shape[kAppends] == 0 || place.block != 0 || place.head % sharing != 0) return;
  const int head = place.head / sharing;
  const long at = shape[kKeys] - 1;
  k += place.batch * shape[kKStrides] + head * shape[kKStrides + 1] + at * shape[kKStrides + 2];
  v += place.batch * shape[kVStrides] + head * shape[kVStrides + 1] + at * shape[kVStrides + 2];
  device const T* new_k = tensors.new_k + place.batch * shape[kNewKStrides] + head * shape[kNewKStrides + 1];
  device const T* new_v = tensors.new_v + place.batch * shape[kNewVStrides] + head * shape[kNewVStrides + 1];
  for (int element = place.thread_in_group(); element < D; element += place.threads_in_group()) {
    k[element] = new_k[element];
    v[element] = new_v[element];
  }
}
