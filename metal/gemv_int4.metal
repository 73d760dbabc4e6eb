// y = activation(x W' + bias) + residual, with weights of 4 bits.
//
//  0  weights   uchar[outputs][inputs / 2]  from a multiple of 4 bytes; two weights in a byte, 0 to 15,
//                                          the first of them in the lower half
//  1  scales    S[outputs][inputs / group]  a weight is its number times its group's scale,
//  2  minima    S[outputs][inputs / group]  plus its group's minimum
//  3  x         T[rows][inputs]             rows are x_stride apart
//  4  bias      T[outputs]                  read if has_bias
//  5  residual  T[rows][outputs]            read if has_residual; residual_stride apart; may be y
//  6  y         T[rows][outputs]            written; y_stride apart
//  7  shape     long[10]                    rows, outputs, inputs, group, x_stride, y_stride,
//                                          residual_stride, has_bias, activation, has_residual
//
// and, for the layer norm of x in its place, in the kernels with norm in their names:
//
//  8  norm_weight  T[inputs]
//  9  norm_bias    T[inputs]
// 10  epsilon      float                    added to the variance
//
// Strides count elements; the elements of a row are neighbours. What is not read may be any buffer.
// activation: 0 none, 1 relu, 2 gelu by tanh, 3 gelu. rows, outputs: any number. inputs: a multiple of 8 and
// of group. group: 8 or a greater power of two, or inputs for one scale and minimum a row.
//
// Names: gemv_int4_T_S_ROWS and gemv_int4_norm_T_S_ROWS: T float, half or bfloat; S float or half; ROWS 1, 2,
// 4 or 8, which is how many rows of x share one reading of the weights.
//
// Threads: (32 * ceil(outputs / 4), ceil(rows / ROWS)) in groups of (32 n, 1), say (64, 1); more do no harm.
// A simdgroup computes four outputs, and each computes the layer norm anew. No threadgroup memory.
//
// Everything has 32 bits and is rounded once, when y is written; in half, from 65520 on that is infinity. NaN
// in x is NaN in its whole row of y; in bias or residual, in its own element.
#include "gemv_int4.h"

template <typename T, typename S, uint ROWS>
[[kernel]] void gemv_int4(const device uchar* weights [[buffer(0)]], const device S* scales [[buffer(1)]],
                          const device S* minima [[buffer(2)]], const device T* x [[buffer(3)]],
                          const device T* bias [[buffer(4)]], const device T* residual [[buffer(5)]],
                          device T* y [[buffer(6)]], constant long* shape [[buffer(7)]],
                          uint2 position [[thread_position_in_grid]],
                          uint lane [[thread_index_in_simdgroup]]) {
  const Gemv task = gemv_of(shape);
  gemv<ROWS>(gemv_int4_weights(weights, scales, minima, task), x, bias, residual, y, task, position, lane);
}

template <typename T, typename S, uint ROWS>
[[kernel]] void gemv_int4_norm(const device uchar* weights [[buffer(0)]],
                               const device S* scales [[buffer(1)]], const device S* minima [[buffer(2)]],
                               const device T* x [[buffer(3)]], const device T* bias [[buffer(4)]],
                               const device T* residual [[buffer(5)]], device T* y [[buffer(6)]],
                               constant long* shape [[buffer(7)]], const device T* norm_weight [[buffer(8)]],
                               const device T* norm_bias [[buffer(9)]],
                               constant float& epsilon [[buffer(10)]],
                               uint2 position [[thread_position_in_grid]],
                               uint lane [[thread_index_in_simdgroup]]) {
  const Gemv task = gemv_of(shape);
  gemv_norm<ROWS>(gemv_int4_weights(weights, scales, minima, task), x, bias, residual, y, norm_weight,
                  norm_bias, epsilon, task, position, lane);
}

#define GEMV_INT4(T, S, ROWS)                                                                                \
  template [[host_name("gemv_int4_" #T "_" #S "_" #ROWS)]] [[kernel]] void gemv_int4<T, S, ROWS>(            \
      const device uchar* weights [[buffer(0)]], const device S* scales [[buffer(1)]],                       \
      const device S* minima [[buffer(2)]], const device T* x [[buffer(3)]],                                 \
      const device T* bias [[buffer(4)]], const device T* residual [[buffer(5)]], device T* y [[buffer(6)]], \
      constant long* shape [[buffer(7)]], uint2 position [[thread_position_in_grid]],                        \
      uint lane [[thread_index_in_simdgroup]]);

#define GEMV_INT4_NORM(T, S, ROWS)                                                                           \
  template [[host_name("gemv_int4_norm_" #T "_" #S "_" #ROWS)]] [[kernel]] void gemv_int4_norm<T, S, ROWS>(  \
      const device uchar* weights [[buffer(0)]], const device S* scales [[buffer(1)]],                       \
      const device S* minima [[buffer(2)]], const device T* x [[buffer(3)]],                                 \
      const device T* bias [[buffer(4)]], const device T* residual [[buffer(5)]], device T* y [[buffer(6)]], \
      constant long* shape [[buffer(7)]], const device T* norm_weight [[buffer(8)]],                         \
      const device T* norm_bias [[buffer(9)]], constant float& epsilon [[buffer(10)]],                       \
      uint2 position [[thread_position_in_grid]], uint lane [[thread_index_in_simdgroup]]);

// clang-format off
GEMV_INT4(float, float, 1) GEMV_INT4(float, float, 2) GEMV_INT4(float, float, 4) GEMV_INT4(float, float, 8)
GEMV_INT4(float, half, 1) GEMV_INT4(float, half, 2) GEMV_INT4(float, half, 4) GEMV_INT4(float, half, 8)
GEMV_INT4(half, float, 1) GEMV_INT4(half, float, 2) GEMV_INT4(half, float, 4) GEMV_INT4(half, float, 8)
GEMV_INT4(half, half, 1) GEMV_INT4(half, half, 2) GEMV_INT4(half, half, 4) GEMV_INT4(half, half, 8)
GEMV_INT4(bfloat, float, 1) GEMV_INT4(bfloat, float, 2)
GEMV_INT4(bfloat, float, 4) GEMV_INT4(bfloat, float, 8)
GEMV_INT4(bfloat, half, 1) GEMV_INT4(bfloat, half, 2) GEMV_INT4(bfloat, half, 4) GEMV_INT4(bfloat, half, 8)
GEMV_INT4_NORM(float, float, 1) GEMV_INT4_NORM(float, float, 2)
GEMV_INT4_NORM(float, float, 4) GEMV_INT4_NORM(float, float, 8)
GEMV_INT4_NORM(float, half, 1) GEMV_INT4_NORM(float, half, 2)
GEMV_INT4_NORM(float, half, 4) GEMV_INT4_NORM(float, half, 8)
GEMV_INT4_NORM(half, float, 1) GEMV_INT4_NORM(half, float, 2)
GEMV_INT4_NORM(half, float, 4) GEMV_INT4_NORM(half, float, 8)
GEMV_INT4_NORM(half, half, 1) GEMV_INT4_NORM(half, half, 2)
GEMV_INT4_NORM(half, half, 4) GEMV_INT4_NORM(half, half, 8)
GEMV_INT4_NORM(bfloat, float, 1) GEMV_INT4_NORM(bfloat, float, 2)
GEMV_INT4_NORM(bfloat, float, 4) GEMV_INT4_NORM(bfloat, float, 8)
GEMV_INT4_NORM(bfloat, half, 1) GEMV_INT4_NORM(bfloat, half, 2)
GEMV_INT4_NORM(bfloat, half, 4) GEMV_INT4_NORM(bfloat, half, 8)
