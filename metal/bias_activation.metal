// y = activation(x + bias), element by element.
//
//  0  x      T[rows][width]  rows are x_stride apart
//  1  bias   T[width]        read if has_bias
//  2  y      T[rows][width]  written; y_stride apart; may be x
//  3  shape  long[6]         rows, width, x_stride, y_stride, has_bias, activation
//
// Strides count elements; the elements of a row are neighbours. What is not read may be any buffer.
// activation: 0 none, 1 relu, 2 gelu by tanh, 3 gelu. rows, width: any number.
//
// Names: bias_activation_T with T float, half or bfloat.
// Threads: (width, rows) in groups of any size, say (256, 1); more do no harm. No threadgroup memory.
//
// Computed in 32 bits and rounded once, when y is written. NaN stays NaN.
#include "bias_activation.h"

template <typename T>
[[kernel]] void bias_activation(const device T* x [[buffer(0)]], const device T* bias [[buffer(1)]],
                                device T* y [[buffer(2)]], constant long* shape [[buffer(3)]],
                                uint2 position [[thread_position_in_grid]]) {
  bias_activation_element(x, bias, y, bias_activation_of(shape), position);
}

#define BIAS_ACTIVATION(T)                                                                            \
  template [[host_name("bias_activation_" #T)]] [[kernel]] void bias_activation<T>(                   \
      const device T* x [[buffer(0)]], const device T* bias [[buffer(1)]], device T* y [[buffer(2)]], \
      constant long* shape [[buffer(3)]], uint2 position [[thread_position_in_grid]]);

BIAS_ACTIVATION(float)
BIAS_ACTIVATION(half)
BIAS_ACTIVATION(bfloat)
