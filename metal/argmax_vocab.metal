// For each row of x the word whose row of weights gives the greatest product, plus its bias, and that score.
// Two dispatches, and nothing is written in between but a few candidates.
//
// The first, argmax_vocab_T_ROWS with weights of x's own type, or argmax_vocab_int8_T_S_ROWS:
//
//  0  weights     T[words][inputs]           or char, as for gemv_int8, from a multiple of 8 bytes
//  1  x           T[rows][inputs]            rows are x_stride apart
//  2  bias        T[words]                   read if has_bias
//  3  shortlist   int[candidates]            read if has_shortlist: the words to score, in any order; what is
//                                            no word's number is passed over
//  4  suppressed  int[suppressed]            words that are not to be chosen
//  5  ranks       uint[rows][4 * blocks]     written, for the second dispatch
//  6  best        int[rows][4 * blocks]      written, for the second dispatch
//  7  shape       long[10]                   rows, candidates (without a shortlist: words), inputs, group,
//                                            words, x_stride, blocks, suppressed, has_shortlist, has_bias
//  8  scales      S[words][inputs / group]   int8 only
//
// Threads: (32 * blocks, ceil(rows / ROWS)) in groups of (32 n, 1), say (64, 1); more do no harm. Each of the
// blocks is a simdgroup that scores every so many words: ceil(candidates / 4), but no more than some 1024.
//
// The second, argmax_vocab_best:
//
//  0  ranks       uint[rows][candidates]     what the first has written; candidates is 4 * blocks
//  1  best        int[rows][candidates]
//  2  word        long[rows]                 written; -1 where there was none to choose
//  3  score       float[rows]                written; -infinity where there was none to choose
//  4  shape       long[2]                    rows, candidates
//
// Threads: (32 * rows) in groups of (32 n); more do no harm.
//
// T is float, half or bfloat, S float or half, ROWS 1, 2, 4 or 8: how many rows of x share one reading of the
// weights. Strides count elements; the elements of a row are neighbours. What is not read may be any buffer.
// rows, candidates: any number. words: at least 1. inputs: a multiple of 8, with int8 of group too. group: 8
// or a greater power of two, or inputs. No threadgroup memory.
//
// Of equal scores the lowest word's is taken, wherever it stands in the shortlist. NaN is greater than any
// number, as for torch.argmax, so that a broken model shows. Scores have 32 bits and are never rounded to T.
#include "argmax_vocab.h"

template <typename T, uint ROWS>
[[kernel]] void argmax_vocab(const device T* weights [[buffer(0)]], const device T* x [[buffer(1)]],
                             const device T* bias [[buffer(2)]], const device int* shortlist [[buffer(3)]],
                             const device int* suppressed [[buffer(4)]], device uint* ranks [[buffer(5)]],
                             device int* best [[buffer(6)]], constant long* shape [[buffer(7)]],
                             uint2 position [[thread_position_in_grid]],
                             uint lane [[thread_index_in_simdgroup]]) {
  argmax_vocab_block<ROWS>(weights, x, bias, shortlist, suppressed, ranks, best, vocabulary_of(shape),
                           position, lane);
}

template <typename T, typename S, uint ROWS>
[[kernel]] void argmax_vocab_int8(const device char* weights [[buffer(0)]], const device T* x [[buffer(1)]],
                                  const device T* bias [[buffer(2)]],
                                  const device int* shortlist [[buffer(3)]],
                                  const device int* suppressed [[buffer(4)]],
                                  device uint* ranks [[buffer(5)]], device int* best [[buffer(6)]],
                                  constant long* shape [[buffer(7)]], const device S* scales [[buffer(8)]],
                                  uint2 position [[thread_position_in_grid]],
                                  uint lane [[thread_index_in_simdgroup]]) {
  argmax_vocab_int8_block<ROWS>(weights, scales, x, bias, shortlist, suppressed, ranks, best,
                                vocabulary_of(shape), position, lane);
}

[[kernel]] void argmax_vocab_best(const device uint* ranks [[buffer(0)]],
                                  const device int* best [[buffer(1)]], device long* word [[buffer(2)]],
                                  device float* score [[buffer(3)]], constant long* shape [[buffer(4)]],
                                  uint position [[thread_position_in_grid]],
                                  uint lane [[thread_index_in_simdgroup]]) {
  argmax_best(ranks, best, word, score, uint(shape[0]), uint(shape[1]), position, lane);
}

#define ARGMAX_VOCAB(T, ROWS)                                                                 \
  template [[host_name("argmax_vocab_" #T "_" #ROWS)]] [[kernel]] void argmax_vocab<T, ROWS>( \
      const device T* weights [[buffer(0)]], const device T* x [[buffer(1)]],                 \
      const device T* bias [[buffer(2)]], const device int* shortlist [[buffer(3)]],          \
      const device int* suppressed [[buffer(4)]], device uint* ranks [[buffer(5)]],           \
      device int* best [[buffer(6)]], constant long* shape [[buffer(7)]],                     \
      uint2 position [[thread_position_in_grid]], uint lane [[thread_index_in_simdgroup]]);

#define ARGMAX_VOCAB_INT8(T, S, ROWS)                                                   \
  template [[host_name("argmax_vocab_int8_" #T "_" #S "_" #ROWS)]] [[kernel]] void      \
  argmax_vocab_int8<T, S, ROWS>(                                                        \
      const device char* weights [[buffer(0)]], const device T* x [[buffer(1)]],        \
      const device T* bias [[buffer(2)]], const device int* shortlist [[buffer(3)]],    \
      const device int* suppressed [[buffer(4)]], device uint* ranks [[buffer(5)]],     \
      device int* best [[buffer(6)]], constant long* shape [[buffer(7)]],               \
      const device S* scales [[buffer(8)]], uint2 position [[thread_position_in_grid]], \
      uint lane [[thread_index_in_simdgroup]]);

// clang-format off
ARGMAX_VOCAB(float, 1) ARGMAX_VOCAB(float, 2) ARGMAX_VOCAB(float, 4) ARGMAX_VOCAB(float, 8)
ARGMAX_VOCAB(half, 1) ARGMAX_VOCAB(half, 2) ARGMAX_VOCAB(half, 4) ARGMAX_VOCAB(half, 8)
ARGMAX_VOCAB(bfloat, 1) ARGMAX_VOCAB(bfloat, 2) ARGMAX_VOCAB(bfloat, 4) ARGMAX_VOCAB(bfloat, 8)
ARGMAX_VOCAB_INT8(float, float, 1) ARGMAX_VOCAB_INT8(float, float, 2)
ARGMAX_VOCAB_INT8(float, float, 4) ARGMAX_VOCAB_INT8(float, float, 8)
ARGMAX_VOCAB_INT8(float, half, 1) ARGMAX_VOCAB_INT8(float, half, 2)
ARGMAX_VOCAB_INT8(float, half, 4) ARGMAX_VOCAB_INT8(float, half, 8)
ARGMAX_VOCAB_INT8(half, float, 1) ARGMAX_VOCAB_INT8(half, float, 2)
ARGMAX_VOCAB_INT8(half, float, 4) ARGMAX_VOCAB_INT8(half, float, 8)
ARGMAX_VOCAB_INT8(half, half, 1) ARGMAX_VOCAB_INT8(half, half, 2)
ARGMAX_VOCAB_INT8(half, half, 4) ARGMAX_VOCAB_INT8(half, half, 8)
ARGMAX_VOCAB_INT8(bfloat, float, 1) ARGMAX_VOCAB_INT8(bfloat, float, 2)
ARGMAX_VOCAB_INT8(bfloat, float, 4) ARGMAX_VOCAB_INT8(bfloat, float, 8)
ARGMAX_VOCAB_INT8(bfloat, half, 1) ARGMAX_VOCAB_INT8(bfloat, half, 2)
ARGMAX_VOCAB_INT8(bfloat, half, 4) ARGMAX_VOCAB_INT8(bfloat, half, 8)
