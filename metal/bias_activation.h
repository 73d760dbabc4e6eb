#pragma once
#include <metal_stdlib>

#include "activation.h"
using namespace metal;

// What is to be done to each element, out of a launcher's list of six numbers.
struct BiasActivation {
  uint rows;
  uint width;
  ulong x_stride;
  ulong y_stride;
  bool has_bias;
  int activation;
};

template <typename List>
BiasActivation bias_activation_of(List numbers) {
  return {uint(numbers[0]),  uint(numbers[1]), ulong(numbers[2]),
          ulong(numbers[3]), numbers[4] != 0,  int(numbers[5])};
}

template <typename T>
void bias_activation_element(const device T* x, const device T* bias, device T* y, BiasActivation task,
                             uint2 position) {
  const uint column = position.x;
  const uint row = position.y;
  if (column >= task.width || row >= task.rows) {
    return;
  }
  const float value = float(x[row * task.x_stride + column]);
  const float shift = task.has_bias ? float(bias[column]) : 0.0f;
  y[row * task.y_stride + column] = T(activated(value + shift, task.activation));
}
