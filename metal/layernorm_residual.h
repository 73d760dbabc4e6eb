#pragma once
#include <metal_stdlib>

#include "normal.h"
#include "reduce.h"
using namespace metal;

// What is to be normalised, out of a launcher's list of seven numbers.
struct LayerNorm {
  uint rows;
  uint width;
  ulong x_stride;
  ulong residual_stride;
  ulong sum_stride;
  ulong y_stride;
  bool has_residual;
};

template <typename List>
LayerNorm layer_norm_of(List numbers) {
  return {uint(numbers[0]),  uint(numbers[1]),  ulong(numbers[2]), ulong(numbers[3]),
          ulong(numbers[4]), ulong(numbers[5]), numbers[6] != 0};
}

// x + residual of the thread's own elements, written to `sum`, and what they come to.
template <typename T>
float add_residual(const device T* x, const device T* residual, device T* sum, uint width, Place place) {
  float total = 0.0f;
  for (uint i = place.index; i < width; i += place.threads) {
    const T added = T(float(x[i]) + float(residual[i]));
    sum[i] = added;
    total += float(added);
  }
  return total;
}

template <typename T>
float sum_of(const device T* x, uint width, Place place) {
  float total = 0.0f;
  for (uint i = place.index; i < width; i += place.threads) {
    total += float(x[i]);
  }
  return total;
}

// A threadgroup normalises one row. Each thread reads again only what it has written itself.
template <typename T>
void layernorm_residual_row(const device T* x, const device T* residual, const device T* weight,
                            const device T* bias, device T* sum, device T* y, LayerNorm task, float epsilon,
                            threadgroup float* partial, uint row, Place place) {
  if (row >= task.rows) {
    return;
  }
  x += row * task.x_stride;
  y += row * task.y_stride;
  float total;
  if (task.has_residual) {
    sum += row * task.sum_stride;
    total = add_residual(x, residual + row * task.residual_stride, sum, task.width, place);
    x = sum;
  } else {
    total = sum_of(x, task.width, place);
  }
  const float mean = group_sum(total, partial, place) / task.width;
  float distances = 0.0f;
  float squares = 0.0f;
  for (uint i = place.index; i < task.width; i += place.threads) {
    const float distance = float(x[i]) - mean;
    distances += distance;
    squares += distance * distance;
  }
  distances = group_sum(distances, partial, place);
  squares = group_sum(squares, partial, place);
  const Normal normal = normal_of(mean, distances, squares, task.width, epsilon);
  for (uint i = place.index; i < task.width; i += place.threads) {
    y[i] = T(fma(normal.of(float(x[i])), float(weight[i]), float(bias[i])));
  }
}
