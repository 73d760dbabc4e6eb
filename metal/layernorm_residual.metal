// sum = x + residual, y = layer norm of sum, in one go; or y = layer norm of x.
//
//  0  x         T[rows][width]  rows are x_stride apart
//  1  residual  T[rows][width]  read if has_residual; residual_stride apart
//  2  weight    T[width]
//  3  bias      T[width]
//  4  sum       T[rows][width]  written if has_residual; sum_stride apart; may be x or residual
//  5  y         T[rows][width]  written; y_stride apart; may be x or residual, if sum is not the same
//  6  shape     long[7]         rows, width, x_stride, residual_stride, sum_stride, y_stride, has_residual
//  7  epsilon   float           added to the variance
//
// Strides count elements; the elements of a row are neighbours. What is not touched may be any buffer.
// rows, width: any number.
//
// Names: layernorm_residual_T with T float, half or bfloat.
//
// Threads: (rows * size) in groups of (size), any size up to 1024, say 256; more groups do no harm.
// A threadgroup normalises a row. 128 bytes of threadgroup memory.
//
// What is normalised is the sum as it is written, rounded to T, as when addition and layer norm are two
// dispatches. Mean and variance have 32 bits and are taken one after the other, so a large mean costs no
// digits. NaN or infinity in a row makes all of its y NaN.
#include "layernorm_residual.h"

template <typename T>
[[kernel]] [[max_total_threads_per_threadgroup(1024)]] void layernorm_residual(
    const device T* x [[buffer(0)]], const device T* residual [[buffer(1)]],
    const device T* weight [[buffer(2)]], const device T* bias [[buffer(3)]], device T* sum [[buffer(4)]],
    device T* y [[buffer(5)]], constant long* shape [[buffer(6)]], constant float& epsilon [[buffer(7)]],
    uint row [[threadgroup_position_in_grid]], uint index [[thread_position_in_threadgroup]],
    uint threads [[threads_per_threadgroup]], uint lane [[thread_index_in_simdgroup]],
    uint simdgroup [[simdgroup_index_in_threadgroup]], uint simdgroups [[simdgroups_per_threadgroup]]) {
  threadgroup float partial[32];
  const Place place = {index, threads, lane, simdgroup, simdgroups};
  layernorm_residual_row(x, residual, weight, bias, sum, y, layer_norm_of(shape), epsilon, partial, row,
                         place);
}

#define LAYERNORM_RESIDUAL(T)                                                                                \
  template [[host_name("layernorm_residual_" #T)]] [[kernel]] void layernorm_residual<T>(                    \
      const device T* x [[buffer(0)]], const device T* residual [[buffer(1)]],                               \
      const device T* weight [[buffer(2)]], const device T* bias [[buffer(3)]], device T* sum [[buffer(4)]], \
      device T* y [[buffer(5)]], constant long* shape [[buffer(6)]], constant float& epsilon [[buffer(7)]],  \
      uint row [[threadgroup_position_in_grid]], uint index [[thread_position_in_threadgroup]],              \
      uint threads [[threads_per_threadgroup]], uint lane [[thread_index_in_simdgroup]],                     \
      uint simdgroup [[simdgroup_index_in_threadgroup]], uint simdgroups [[simdgroups_per_threadgroup]]);

LAYERNORM_RESIDUAL(float)
LAYERNORM_RESIDUAL(half)
LAYERNORM_RESIDUAL(bfloat)
