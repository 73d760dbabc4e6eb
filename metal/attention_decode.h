// Attention of one query to every key, for decoding: see attention_decode.metal for what the tensors hold.
//
// A threadgroup computes one head. Eight lanes share a key: a simdgroup is at four keys at once, and a
// product of query and key takes three shuffles. Until the end every lane has a softmax, and sums of values,
// of its own.
#pragma once

#include <metal_stdlib>

#include "attention_mask.h"
#include "attention_strides.h"
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

// What a launcher's list of numbers says.
struct DecodeShape {
  int heads;
  int sharing;
  int keys;
  bool appends;
  int mask_kind;
  bool together;
  int blocks;
  AttentionStrides q;
  AttentionStrides k;
  AttentionStrides v;
  AttentionStrides new_k;
  AttentionStrides new_v;
  AttentionStrides mask;
  AttentionStrides out;
};

template <typename List>
inline DecodeShape decode_shape(List numbers) {
  return {int(numbers[0]),
          int(numbers[1]),
          int(numbers[2]),
          numbers[3] != 0,
          int(numbers[4]),
          numbers[5] != 0,
          int(numbers[6]),
          strides_of_one(numbers, 7),
          strides_of_many(numbers, 9),
          strides_of_many(numbers, 12),
          strides_of_one(numbers, 15),
          strides_of_one(numbers, 17),
          strides_of_many(numbers, 19),
          strides_of_one(numbers, 22)};
}

template <typename T>
struct DecodeTensors {
  device const T* q;
  device const T* k;
  device const T* v;
  device const T* new_k;
  device const T* new_v;
  device const uchar* mask;
};

// Which part of the work a lane has.
struct DecodePlace {
  int head;
  int key_head;
  int batch;
  int block;
  int simdgroups;
  int simdgroup;
  int lane;

  int thread_in_group() const thread { return simdgroup * kSimdWidth + lane; }
  int threads_in_group() const thread { return simdgroups * kSimdWidth; }
};

inline DecodePlace decode_place(DecodeShape shape, uint3 group, uint3 threads, uint simdgroup, uint lane) {
  const int head = int(group.y);
  const int key_head = head / shape.sharing;
  const int simdgroups = int(threads.x) / kSimdWidth;
  return {head, key_head, int(group.z), int(group.x), simdgroups, int(simdgroup), int(lane)};
}

// The keys or the values of one head. The new one is never read from the cache: others may be writing it
// there.
template <typename T>
struct CachedRows {
  device const T* cached;
  long stride;
  device const T* fresh;
  int fresh_at;

  device const T* row(int key) const thread { return key == fresh_at ? fresh : cached + key * stride; }
};

// What was gathered of some keys, for others to read: D weighted sums, the highest score, the sum of weights.
template <int D>
constexpr int part_floats() {
  return D + 2;
}

// Where a block's part is among all parts: batch, head, block.
template <int D>
inline long part_offset(DecodeShape shape, int batch, int head, int block) {
  return ((long(batch) * shape.heads + head) * shape.blocks + block) * part_floats<D>();
}

// What a lane has gathered: a softmax over its keys, and its share of their values, weighted.
template <int FOURS>
struct Gathered {
  OnlineSoftmax softmax;
  float4 values[FOURS];

  void rescale(float kept) thread {
    for (int four = 0; four < FOURS; ++four) values[four] *= kept;
  }

  // Afterwards the lanes that are `distance` apart hold the same: what both had.
  void exchange(ushort distance) thread {
    rescale(softmax.raise(simd_shuffle_xor(softmax.highest, distance)));
    softmax.sum += simd_shuffle_xor(softmax.sum, distance);
    for (int four = 0; four < FOURS; ++four) {
      for (int element = 0; element < 4; ++element) {
        values[four][element] += simd_shuffle_xor(values[four][element], distance);
      }
    }
  }
};

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

  DecodeHead(DecodeTensors<T> tensors, DecodeShape shape, float scale, DecodePlace place) thread {
    const int batch = place.batch;
    const int key_head = place.key_head;
    const int fresh_at = shape.appends ? shape.keys - 1 : -1;
    keys = {tensors.k + shape.k.at(batch, key_head, 0), shape.k.position,
            tensors.new_k + shape.new_k.at(batch, key_head, 0), fresh_at};
    values = {tensors.v + shape.v.at(batch, key_head, 0), shape.v.position,
              tensors.new_v + shape.new_v.at(batch, key_head, 0), fresh_at};
    mask = {tensors.mask, shape.mask_kind};
    mask_offset = shape.mask.at(batch, place.head, 0);
    mask_stride = shape.mask.position;
    share = place.lane % kLanesAKey * 4;
    device const T* q = tensors.q + shape.q.at(batch, place.head, 0) + share;
    for (int four = 0; four < D / kFoursApart; ++four) {
      query[four] = read_four<TOGETHER>(q + four * kFoursApart) * scale;
    }
  }

  // Minus infinity for a key that is hidden or past the end, of which nothing is read. All lanes call
  // together.
  float score(int key, int end) const thread {
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
inline Gathered<D / kFoursApart> gather(DecodeHead<T, D, TOGETHER> head, DecodePlace place, int begin,
                                        int end) {
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
inline void attend(DecodeTensors<T> tensors, DecodeShape shape, float scale, DecodePlace place, int blocks,
                   threadgroup float* parts) {
  const int length = (shape.keys + blocks - 1) / blocks;
  const int begin = place.block * length;
  const int end = min(begin + length, shape.keys);
  Gathered<D / kFoursApart> found =
      shape.together ? gather(DecodeHead<T, D, true>(tensors, shape, scale, place), place, begin, end)
                     : gather(DecodeHead<T, D, false>(tensors, shape, scale, place), place, begin, end);
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
inline void append(device T* k, device T* v, DecodeTensors<T> tensors, DecodeShape shape, DecodePlace place) {
  if (!shape.appends || place.block != 0 || place.head % shape.sharing != 0) return;
  device const T* new_k = tensors.new_k + shape.new_k.at(place.batch, place.key_head, 0);
  device const T* new_v = tensors.new_v + shape.new_v.at(place.batch, place.key_head, 0);
  k += shape.k.at(place.batch, place.key_head, shape.keys - 1);
  v += shape.v.at(place.batch, place.key_head, shape.keys - 1);
  for (int element = place.thread_in_group(); element < D; element += place.threads_in_group()) {
    k[element] = new_k[element];
    v[element] = new_v[element];
  }
}
