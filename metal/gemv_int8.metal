// y = activation(x W' + bias) + residual, with weights of 8 bits.
//
//  0  weights   char[outputs][inputs]       from a multiple of 8 bytes; -127 to 127
//  1  scales    S[outputs][inputs / group]  a weight is its byte times its group's scale
//  2  x         T[rows][inputs]             rows are x_stride apart
//  3  bias      T[outputs]                  read if has_bias
//  4  residual  T[rows][outputs]            read if has_residual; residual_stride apart; may be y
//  5  y         T[rows][outputs]            written; y_stride apart
//  6  shape     long[10]                    rows, outputs, inputs, group, x_stride, y_stride,
//                                          residual_stride, has_bias, activation, has_residual
//
// and, for the layer norm of x in its place, in the kernels with norm in their names:
//
//  7  norm_weight  T[inputs]
//  8  norm_bias    T[inputs]
//  9  epsilon      float                    added to the variance
//
// Strides count elements; the elements of a row are neighbours. What is not read may be any buffer.
// activation: 0 none, 1 relu, 2 gelu by tanh, 3 gelu. rows, outputs: any number. inputs: a multiple of 8 and
// of group. group: 8 or a greater power of two, or inputs for one scale a row.
//
// Names: gemv_int8_T_S_ROWS and gemv_int8_norm_T_S_ROWS: T float, half or bfloat; S float or half; ROWS 1, 2,
// 4 or 8, which is how many rows of x share one reading of the weights.
//
// Threads: (32 * ceil(outputs / 4), ceil(rows / ROWS)) in groups of (32 n, 1), say (64, 1); more do no harm.
// A simdgroup computes four outputs, and each computes the layer norm anew. No threadgroup memory.
//
// Everything has 32 bits and is rounded once, when y is written; in half, from 65520 on that is infinity. NaN
// in x is NaN in its whole row of y; in bias or residual, in its own element.
#include "gemv_int8.h"

template <typename T, typename S, uint ROWS>
[[kernel]] void gemv_int8(const device char* weights [[buffer(0)]], const device S* scales [[buffer(1)]],
                          const device T* x [[buffer(2)]], const device T* bias [[buffer(3)]],
                          const device T* residual [[buffer(4)]], device T* y [[buffer(5)]],
                          constant long* shape [[buffer(6)]], uint2 position [[thread_position_in_grid]],
                          uint lane [[thread_index_in_simdgroup]]) {
  const Gemv task = gemv_of(shape);
  gemv<ROWS>(gemv_int8_weights(weights, scales, task), x, bias, residual, y, task, position, lane);
}

template <typename T, typename S, uint ROWS>
[[kernel]] void gemv_int8_norm(const device char* weights [[buffer(0)]], const device S* scales [[buffer(1)]],
                               const device T* x [[buffer(2)]], const device T* bias [[buffer(3)]],
                               const device T* residual [[buffer(4)]], device T* y [[buffer(5)]],
                               constant long* shape [[buffer(6)]], const device T* norm_weight [[buffer(7)]],
                               const device T* norm_bias [[buffer(8)]], constant float& epsilon [[buffer(9)]],
                               uint2 position [[thread_position_in_grid]],
                               uint lane [[thread_index_in_simdgroup]]) {
  const Gemv task = gemv_of(shape);
  gemv_norm<ROWS>(gemv_int8_weights(weights, scales, task), x, bias, residual, y, norm_weight, norm_bias,
                  epsilon, task, position, lane);
}

#define GEMV_INT8(T, S, ROWS)                                                                                \
  template [[host_name("gemv_int8_" #T "_" #S "_" #ROWS)]] [[kernel]] void gemv_int8<T, S, ROWS>(            \
      const device char* weights [[buffer(0)]], const device S* scales [[buffer(1)]],                        \
      const device T* x [[buffer(2)]], const device T* bias [[buffer(3)]],                                   \
      const device T* residual [[buffer(4)]], device T* y [[buffer(5)]], constant long* shape [[buffer(6)]], \
      uint2 position [[thread_position_in_grid]], uint lane [[thread_index_in_simdgroup]]);

#define GEMV_INT8_NORM(T, S, ROWS)                                                                           \
  template [[host_name("gemv_int8_norm_" #T "_" #S "_" #ROWS)]] [[kernel]] void gemv_int8_norm<T, S, ROWS>(  \
      const device char* weights [[buffer(0)]], const device S* scales [[buffer(1)]],                        \
      const device T* x [[buffer(2)]], const device T* bias [[buffer(3)]],                                   \
      const device T* residual [[buffer(4)]], device T* y [[buffer(5)]], constant long* shape [[buffer(6)]], \
      const device T* norm_weight [[buffer(7)]], const device T* norm_bias [[buffer(8)]],                    \
      constant float& epsilon [[buffer(9)]], uint2 position [[thread_position_in_grid]],                     \
      uint lane [[thread_index_in_simdgroup]]);

// clang-format off
GEMV_INT8(float, float, 1) GEMV_INT8(float, float, 2) GEMV_INT8(float, float, 4) GEMV_INT8(float, float, 8)
GEMV_INT8(float, half, 1) GEMV_INT8(float, half, 2) GEMV_INT8(float, half, 4) GEMV_INT8(float, half, 8)
GEMV_INT8(half, float, 1) GEMV_INT8(half, float, 2) GEMV_INT8(half, float, 4) GEMV_INT8(half, float, 8)
GEMV_INT8(half, half, 1) GEMV_INT8(half, half, 2) GEMV_INT8(half, half, 4) GEMV_INT8(half, half, 8)
GEMV_INT8(bfloat, float, 1) GEMV_INT8(bfloat, float, 2)
GEMV_INT8(bfloat, float, 4) GEMV_INT8(bfloat, float, 8)
GEMV_INT8(bfloat, half, 1) GEMV_INT8(bfloat, half, 2) GEMV_INT8(bfloat, half, 4) GEMV_INT8(bfloat, half, 8)
GEMV_INT8_NORM(float, float, 1) GEMV_INT8_NORM(float, float, 2)
GEMV_INT8_NORM(float, float, 4) GEMV_INT8_NORM(float, float, 8)
GEMV_INT8_NORM(float, half, 1) GEMV_INT8_NORM(float, half, 2)
GEMV_INT8_NORM(float, half, 4) GEMV_INT8_NORM(float, half, 8)
GEMV_INT8_NORM(half, float, 1) GEMV_INT8_NORM(half, float, 2)
GEMV_INT8_NORM(half, float, 4) GEMV_INT8_NORM(half, float, 8)
GEMV_INT8_NORM(half, half, 1) GEMV_INT8_NORM(half, half, 2)
GEMV_INT8_NORM(half, half, 4) GEMV_INT8_NORM(half, half, 8)
GEMV_INT8_NORM(bfloat, float, 1) GEMV_INT8_NORM(bfloat, float, 2)
GEMV_INT8_NORM(bfloat, float, 4) GEMV_INT8_NORM(bfloat, float, 8)
GEMV_INT8_NORM(bfloat, half, 1) GEMV_INT8_NORM(bfloat, half, 2)
GEMV_INT8_NORM(bfloat, half, 4) GEMV_INT8_NORM(bfloat, half, 8)
