// Attention of many queries, tile by tile: see attention_prefill.metal for what the tensors hold.
//
// A threadgroup has 32 queries of a head, eight for each of its four simdgroups, and goes through the keys in
// tiles that it copies to threadgroup memory together, with zeros past the end. Everything else is a
// simdgroup's own: matrices of 8 x 8 for the products, and four lanes for the softmax of each query.
#pragma once

#include <metal_stdlib>

#include "attention_mask.h"
#include "attention_strides.h"
#include "fours.h"
#include "online_softmax.h"

using namespace metal;

constant constexpr int kSide = 8;  // of a matrix
constant constexpr int kSimdWidth = 32;
constant constexpr int kSimdgroups = 4;
constant constexpr int kQueriesAGroup = kSimdgroups * kSide;
constant constexpr int kLanesAQuery = kSimdWidth / kSide;

// What a launcher's list of numbers says.
struct PrefillShape {
  int sharing;
  int queries;
  int keys;
  bool causal;
  int mask_kind;
  bool together;
  AttentionStrides q;
  AttentionStrides k;
  AttentionStrides v;
  AttentionStrides mask;  // between queries
  long mask_key;          // between the keys of one
  AttentionStrides out;

  // How many keys a query may attend to: all, or those up to its own. The last query's own is the last key.
  int keys_until(int query) const thread { return causal ? keys - queries + query + 1 : keys; }
};

template <typename List>
inline PrefillShape prefill_shape(List numbers) {
  return {int(numbers[0]),
          int(numbers[1]),
          int(numbers[2]),
          numbers[3] != 0,
          int(numbers[4]),
          numbers[5] != 0,
          strides_of_many(numbers, 6),
          strides_of_many(numbers, 9),
          strides_of_many(numbers, 12),
          strides_of_many(numbers, 15),
          numbers[18],
          strides_of_many(numbers, 19)};
}

// So many keys that tiles of both keys and values leave room for several threadgroups in a core.
template <typename T, int D>
constexpr int keys_a_tile() {
  return D * sizeof(T) < 256 ? 32 : 16;
}

// Four lanes share the keys that a tile has for a query: so many each, every fourth from its first one on.
template <typename T, int D>
constexpr int keys_a_lane() {
  return keys_a_tile<T, D>() / kLanesAQuery;
}

// Among the scores of eight queries.
template <typename T, int D>
inline int first_of_lane(int lane) {
  return lane / kLanesAQuery * keys_a_tile<T, D>() + lane % kLanesAQuery;
}

// In float the rounding errors of one long sum would show: a product is summed in four parts, a tile alone.
template <typename T>
constexpr bool sums_apart() {
  return sizeof(T) == sizeof(float);
}

// A row of a tile ends in 16 bytes of nothing, so that the rows of a matrix are in different banks.
template <typename T, int D>
constexpr int tile_stride() {
  return D + 16 / sizeof(T);
}

template <typename T, int D>
constexpr int tile_elements() {
  return keys_a_tile<T, D>() * tile_stride<T, D>();
}

template <typename T>
struct PrefillTensors {
  device const T* q;
  device const T* k;
  device const T* v;
  device const uchar* mask;
  device T* out;
};

// The threadgroup memory of a kernel: tiles for all, the rest for each simdgroup.
template <typename T>
struct PrefillMemory {
  threadgroup T* keys;          // keys_a_tile rows; the queries are here first, and reach into the values
  threadgroup T* values;        // right behind
  threadgroup float* scores;    // 8 queries x keys_a_tile
  threadgroup T* weights;       // the same
  threadgroup float* diagonal;  // 8 x 8
};

// `rows` rows of a tensor, from `from`, of which `there` are there; all threads of the group copy.
template <typename T, int D, bool TOGETHER>
inline void copy_rows(threadgroup T* tile, device const T* from, long stride, int rows, int there,
                      int thread_in_group) {
  constexpr int FOURS = D / 4;
  for (int i = thread_in_group; i < rows * FOURS; i += kSimdgroups * kSimdWidth) {
    const int row = i / FOURS;
    const int element = i % FOURS * 4;
    threadgroup T* to = tile + row * tile_stride<T, D>() + element;
    const float4 four = row < there ? read_four<TOGETHER>(from + row * stride + element) : float4(0.0f);
    for (int j = 0; j < 4; ++j) to[j] = T(four[j]);
  }
}

// What is not a number stays in a query's sum of weights alone: in a matrix it would spoil other queries,
// too.
inline float number_or_zero(float x) {
  return isnan(x) ? 0.0f : x;
}

// What a lane knows of its query; four lanes know the same.
template <typename T>
struct PrefillRow {
  AttentionMask<T> mask;
  long mask_offset;
  long mask_stride;
  int end;  // of the keys that it may attend to

  PrefillRow(PrefillTensors<T> tensors, PrefillShape shape, int batch, int head, int query) thread {
    mask = {tensors.mask, shape.mask_kind};
    mask_offset = shape.mask.at(batch, head, query);
    mask_stride = shape.mask_key;
    end = query < shape.queries ? shape.keys_until(query) : 0;
  }

  float score(float product, int key) const thread {
    float added = 0.0f;
    const bool attends = key < end && mask.attends(mask_offset + key * mask_stride, added);
    return attends ? product + added : -INFINITY;
  }
};

// The queries of a simdgroup, and what it has gathered for them so far. Loops over matrices are unrolled, as
// registers have no index.
template <typename T, int D>
struct PrefillQueries {
  simdgroup_matrix<T, kSide, kSide> queries[D / kSide];
  simdgroup_matrix<float, kSide, kSide> gathered[D / kSide];
  OnlineSoftmax softmax;  // of this lane's query

  PrefillQueries() thread {}

  void begin(threadgroup const T* tile) thread {
#pragma clang loop unroll(full)
    for (int i = 0; i < D / kSide; ++i) {
      simdgroup_load(queries[i], tile + i * kSide, tile_stride<T, D>());
      gathered[i] = make_filled_simdgroup_matrix<float, kSide, kSide>(0.0f);
    }
  }

  // A lane's share of the products of its query with the keys. In several parts these are not added as
  // matrices: the product with the unit matrix that MSL has for it hands what is not a number on to other
  // queries.
  void multiply(PrefillMemory<T> memory, thread float* products, int lane) thread {
    constexpr int ACROSS = keys_a_tile<T, D>() / kSide;
    constexpr int PARTS = sums_apart<T>() ? 4 : 1;
    for (int i = 0; i < keys_a_lane<T, D>(); ++i) products[i] = 0.0f;
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; ++part) {
      simdgroup_matrix<float, kSide, kSide> sums[ACROSS];
#pragma clang loop unroll(full)
      for (int i = 0; i < ACROSS; ++i) sums[i] = make_filled_simdgroup_matrix<float, kSide, kSide>(0.0f);
#pragma clang loop unroll(full)
      for (int turn = 0; turn < D / kSide / PARTS; ++turn) {
        const int i = turn * PARTS + part;
#pragma clang loop unroll(full)
        for (int j = 0; j < ACROSS; ++j) {
          simdgroup_matrix<T, kSide, kSide> keys;
          simdgroup_load(keys, memory.keys + (j * tile_stride<T, D>() + i) * kSide, tile_stride<T, D>(),
                         ulong2(0, 0), true);
          simdgroup_multiply_accumulate(sums[j], queries[i], keys, sums[j]);
        }
      }
#pragma clang loop unroll(full)
      for (int i = 0; i < ACROSS; ++i) {
        simdgroup_store(sums[i], memory.scores + i * kSide, keys_a_tile<T, D>());
      }
      simdgroup_barrier(mem_flags::mem_threadgroup);
      for (int i = 0; i < keys_a_lane<T, D>(); ++i) {
        products[i] += memory.scores[first_of_lane<T, D>(lane) + i * kLanesAQuery];
      }
      simdgroup_barrier(mem_flags::mem_threadgroup);
    }
  }

  // Products to weights. What was gathered is relative to the highest score so far: true if that has changed.
  bool weigh(PrefillMemory<T> memory, PrefillRow<T> row, float scale, int first, int lane) thread {
    constexpr int SHARE = keys_a_lane<T, D>();
    const int at = first_of_lane<T, D>(lane);
    float scores[SHARE];
    multiply(memory, scores, lane);
    float highest = kLowestScore;
    for (int i = 0; i < SHARE; ++i) {
      const int key = i * kLanesAQuery;
      scores[i] = row.score(scores[i] * scale, first + lane % kLanesAQuery + key);
      highest = max(highest, scores[i]);
    }
    for (ushort distance = 1; distance < kLanesAQuery; distance *= 2) {
      highest = max(highest, simd_shuffle_xor(highest, distance));
    }
    const float kept = softmax.raise(highest);
    float sum = 0.0f;
    for (int i = 0; i < SHARE; ++i) {
      const T weight = T(softmax.weight(scores[i]));
      sum += float(weight);
      memory.weights[at + i * kLanesAQuery] = T(number_or_zero(float(weight)));
    }
    for (ushort distance = 1; distance < kLanesAQuery; distance *= 2) sum += simd_shuffle_xor(sum, distance);
    softmax.sum += sum;
    if (lane % kLanesAQuery == 0) memory.diagonal[lane / kLanesAQuery * (kSide + 1)] = number_or_zero(kept);
    return simd_min(kept) < 1.0f;
  }

  // `afresh`: the tile is summed on its own, and what was gathered before is multiplied by the diagonal.
  void gather(PrefillMemory<T> memory, bool afresh) thread {
    constexpr int ACROSS = keys_a_tile<T, D>() / kSide;
    simdgroup_matrix<T, kSide, kSide> weights[ACROSS];
#pragma clang loop unroll(full)
    for (int i = 0; i < ACROSS; ++i) {
      simdgroup_load(weights[i], memory.weights + i * kSide, keys_a_tile<T, D>());
    }
    simdgroup_matrix<float, kSide, kSide> kept;
    simdgroup_load(kept, memory.diagonal, kSide);
#pragma clang loop unroll(full)
    for (int i = 0; i < D / kSide; ++i) {
      simdgroup_matrix<float, kSide, kSide> sum = gathered[i];
      if (afresh) sum = make_filled_simdgroup_matrix<float, kSide, kSide>(0.0f);
#pragma clang loop unroll(full)
      for (int j = 0; j < ACROSS; ++j) {
        simdgroup_matrix<T, kSide, kSide> values;
        simdgroup_load(values, memory.values + (j * tile_stride<T, D>() + i) * kSide, tile_stride<T, D>());
        simdgroup_multiply_accumulate(sum, weights[j], values, sum);
      }
      if (afresh) simdgroup_multiply_accumulate(sum, kept, gathered[i], sum);
      gathered[i] = sum;
    }
  }

  // As many columns at a time as there is room for, so that each lane divides those of its own query.
  void write(PrefillMemory<T> memory, device T* out, long stride, int there, int lane) thread {
    constexpr int COLUMNS = keys_a_tile<T, D>();
    const int query = lane / kLanesAQuery;
#pragma clang loop unroll(full)
    for (int column = 0; column < D; column += COLUMNS) {
#pragma clang loop unroll(full)
      for (int i = 0; i < COLUMNS; i += kSide) {
        simdgroup_store(gathered[(column + i) / kSide], memory.scores + i, COLUMNS);
      }
      simdgroup_barrier(mem_flags::mem_threadgroup);
      for (int i = lane % kLanesAQuery; i < COLUMNS && query < there; i += kLanesAQuery) {
        out[query * stride + column + i] = T(softmax.mean(memory.scores[query * COLUMNS + i]));
      }
      simdgroup_barrier(mem_flags::mem_threadgroup);
    }
  }
};

template <typename T, int D, bool TOGETHER>
inline void attend(PrefillTensors<T> tensors, PrefillShape shape, float scale, PrefillMemory<T> memory,
                   uint3 group, int simdgroup, int lane) {
  constexpr int TILE = keys_a_tile<T, D>();
  const int thread_in_group = simdgroup * kSimdWidth + lane;
  const int head = int(group.y);
  const int key_head = head / shape.sharing;
  const int batch = int(group.z);
  const int first_of_group = int(group.x) * kQueriesAGroup;
  const int queries_of_group = min(shape.queries - first_of_group, kQueriesAGroup);
  const int end_of_group = shape.keys_until(first_of_group + queries_of_group - 1);
  const int first_of_simdgroup = first_of_group + simdgroup * kSide;
  const int queries_of_simdgroup = min(shape.queries - first_of_simdgroup, kSide);
  const int end_of_simdgroup =
      queries_of_simdgroup > 0 ? shape.keys_until(first_of_simdgroup + queries_of_simdgroup - 1) : 0;

  copy_rows<T, D, TOGETHER>(memory.keys, tensors.q + shape.q.at(batch, head, first_of_group),
                            shape.q.position, kQueriesAGroup, queries_of_group, thread_in_group);
  for (int i = lane; i < kSide * kSide; i += kSimdWidth) memory.diagonal[i] = 0.0f;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  PrefillQueries<T, D> queries;
  queries.begin(memory.keys + simdgroup * kSide * tile_stride<T, D>());
  const PrefillRow<T> row(tensors, shape, batch, head, first_of_simdgroup + lane / kLanesAQuery);

  for (int first = 0; first < end_of_group; first += TILE) {
    threadgroup_barrier(mem_flags::mem_threadgroup);  // all have used what is in the tiles
    copy_rows<T, D, TOGETHER>(memory.keys, tensors.k + shape.k.at(batch, key_head, first), shape.k.position,
                              TILE, shape.keys - first, thread_in_group);
    copy_rows<T, D, TOGETHER>(memory.values, tensors.v + shape.v.at(batch, key_head, first), shape.v.position,
                              TILE, shape.keys - first, thread_in_group);
    threadgroup_barrier(mem_flags::mem_threadgroup);
    if (first >= end_of_simdgroup) continue;
    const bool raised = queries.weigh(memory, row, scale, first, lane);
    simdgroup_barrier(mem_flags::mem_threadgroup);
    queries.gather(memory, raised || sums_apart<T>());
  }
  queries.write(memory, tensors.out + shape.out.at(batch, head, first_of_simdgroup), shape.out.position,
                queries_of_simdgroup, lane);
}
