#pragma once
#include <metal_stdlib>

#include "int4_weights.h"
#include "int8_weights.h"
#include "products.h"
using namespace metal;

// What is to be scored, out of a launcher's list of ten numbers.
struct Vocabulary {
  uint rows;
  uint candidates;
  uint inputs;
  uint group;
  uint words;
  ulong x_stride;
  uint blocks;
  uint suppressed;
  bool has_shortlist;
  bool has_bias;
};

template <typename List>
Vocabulary vocabulary_of(List numbers) {
  return {uint(numbers[0]),  uint(numbers[1]), uint(numbers[2]), uint(numbers[3]), uint(numbers[4]),
          ulong(numbers[5]), uint(numbers[6]), uint(numbers[7]), numbers[8] != 0,  numbers[9] != 0};
}

constant constexpr int kNoWord = -1;
constant constexpr int kBeyondWords = 0x7fffffff;

// A word and its score as a whole number, which is 0 where there is no word.
struct Candidate {
  uint rank;
  int word;
};

// Scores in their order, NaN the highest as for torch.argmax. Comparing whole numbers leaves nothing to a
// compiler's liberties with NaN. A sum that begins with 0 is never -0.
inline uint rank_of(float score) {
  const uint bits = as_type<uint>(score);
  const uint magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    return 0xffffffff;
  }
  return bits == magnitude ? bits | 0x80000000 : ~bits;
}

inline float score_of(uint rank) {
  if (rank == 0) {
    return -INFINITY;
  }
  return as_type<float>((rank & 0x80000000) != 0 ? rank & 0x7fffffff : ~rank);
}

inline bool is_better(Candidate one, Candidate other) {
  return one.rank > other.rank || (one.rank == other.rank && one.word < other.word);
}

// The word at a place of the shortlist, or none: beyond its end, or where its number is no word's.
inline int word_at(const device int* shortlist, Vocabulary task, uint place) {
  if (place >= task.candidates) {
    return kNoWord;
  }
  const int word = task.has_shortlist ? shortlist[place] : int(place);
  return word >= 0 && uint(word) < task.words ? word : kNoWord;
}

inline bool is_among(int word, const device int* list, uint count) {
  for (uint i = 0; i < count; ++i) {
    if (list[i] == word) {
      return true;
    }
  }
  return false;
}

// What one simdgroup does: it scores four words at a time, for up to ROWS rows of x. Lane 4 r + j keeps the
// best of every fourth word for row r, and leaves it among `ranks` and `words`, 4 blocks of them a row.
template <uint ROWS, typename Weights, typename T>
void argmax_candidates(Weights weights, const device T* x, const device T* bias, const device int* shortlist,
                       const device int* suppressed, device uint* ranks, device int* words, Vocabulary task,
                       uint2 position, uint lane) {
  const uint block = position.x / kSimdWidth;
  const uint first_row = position.y * ROWS;
  if (block >= task.blocks || first_row >= task.rows) {
    return;
  }
  const Inputs<T> inputs = {x + first_row * task.x_stride, task.x_stride, task.rows - first_row};
  Candidate best = {0, kNoWord};
  for (uint place = block * kTogether; place < task.candidates; place += task.blocks * kTogether) {
    uint4 ids;
    for (uint j = 0; j < kTogether; ++j) {
      // Where there is no word, the first one is read in its place.
      ids[j] = uint(max(word_at(shortlist, task, place + j), 0));
    }
    const float product = products<ROWS>(weights, ids, inputs, task.inputs, lane);
    const int word = word_at(shortlist, task, place + lane % kTogether);
    const float score = product + (task.has_bias && word != kNoWord ? float(bias[word]) : 0.0f);
    const Candidate found = {rank_of(score), word};
    if (word != kNoWord && is_better(found, best) && !is_among(word, suppressed, task.suppressed)) {
      best = found;
    }
  }
  const uint row = first_row + lane / kTogether;
  if (lane < ROWS * kTogether && row < task.rows) {
    const ulong mine = ulong(row) * task.blocks * kTogether + block * kTogether + lane % kTogether;
    ranks[mine] = best.rank;
    words[mine] = best.word;
  }
}

// A simdgroup finds the best of a row's candidates. Word is what a launcher counts words in.
template <typename Word>
void argmax_best(const device uint* ranks, const device int* words, device Word* word, device float* score,
                 uint rows, uint candidates, uint position, uint lane) {
  const uint row = position / kSimdWidth;
  if (row >= rows) {
    return;
  }
  Candidate best = {0, kNoWord};
  for (uint i = lane; i < candidates; i += kSimdWidth) {
    const Candidate found = {ranks[ulong(row) * candidates + i], words[ulong(row) * candidates + i]};
    best = is_better(found, best) ? found : best;
  }
  const uint highest = simd_max(best.rank);
  const int lowest = simd_min(best.rank == highest ? best.word : kBeyondWords);
  if (lane == 0) {
    word[row] = lowest;
    score[row] = score_of(highest);
  }
}

template <uint ROWS, typename T>
void argmax_vocab_block(const device T* weights, const device T* x, const device T* bias,
                        const device int* shortlist, const device int* suppressed, device uint* ranks,
                        device int* words, Vocabulary task, uint2 position, uint lane) {
  const PlainWeights<T> rows = {weights, task.inputs};
  argmax_candidates<ROWS>(rows, x, bias, shortlist, suppressed, ranks, words, task, position, lane);
}

template <uint ROWS, typename T, typename S>
void argmax_vocab_int8_block(const device char* weights, const device S* scales, const device T* x,
                             const device T* bias, const device int* shortlist, const device int* suppressed,
                             device uint* ranks, device int* words, Vocabulary task, uint2 position,
                             uint lane) {
  const Int8Weights<S> rows = {weights, scales, task.inputs, groups_of(task.inputs, task.group)};
  argmax_candidates<ROWS>(rows, x, bias, shortlist, suppressed, ranks, words, task, position, lane);
}
