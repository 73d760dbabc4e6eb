#pragma once
#include <metal_stdlib>

#include "activation.h"
#include "normal_inputs.h"
#include "products.h"
using namespace metal;

// What a product of a matrix is to be, out of a launcher's list of ten numbers.
struct Gemv {
  uint rows;
  uint outputs;
  uint inputs;
  uint group;
  ulong x_stride;
  ulong y_stride;
  ulong residual_stride;
  bool has_bias;
  int activation;
  bool has_residual;
};

template <typename List>
Gemv gemv_of(List numbers) {
  return {uint(numbers[0]),  uint(numbers[1]),  uint(numbers[2]), uint(numbers[3]), ulong(numbers[4]),
          ulong(numbers[5]), ulong(numbers[6]), numbers[7] != 0,  int(numbers[8]),  numbers[9] != 0};
}

// What one simdgroup computes: four outputs of up to ROWS rows.
struct GemvBlock {
  uint first_output;
  uint first_row;
  uint lane;

  bool is_in(Gemv task) const thread { return first_output < task.outputs && first_row < task.rows; }
};

template <uint ROWS>
GemvBlock gemv_block(uint2 position, uint lane) {
  return {position.x / kSimdWidth * kTogether, position.y * ROWS, lane};
}

template <typename T>
Inputs<T> gemv_inputs(const device T* x, Gemv task, GemvBlock block) {
  return {x + block.first_row * task.x_stride, task.x_stride, task.rows - block.first_row};
}

// Each output is finished by the lane that has its sum.
template <uint ROWS, typename Weights, typename Rows, typename T>
void write_outputs(Weights weights, Rows inputs, const device T* bias, const device T* residual, device T* y,
                   Gemv task, GemvBlock block) {
  const uint4 ids = min(block.first_output + uint4(0, 1, 2, 3), uint4(task.outputs - 1));
  float sum = products<ROWS>(weights, ids, inputs, task.inputs, block.lane);
  const uint row = block.first_row + block.lane / kTogether;
  const uint output = block.first_output + block.lane % kTogether;
  if (block.lane >= ROWS * kTogether || row >= task.rows || output >= task.outputs) {
    return;
  }
  if (task.has_bias) {
    sum += float(bias[output]);
  }
  sum = activated(sum, task.activation);
  if (task.has_residual) {
    sum += float(residual[row * task.residual_stride + output]);
  }
  y[row * task.y_stride + output] = T(sum);
}

template <uint ROWS, typename Weights, typename T>
void gemv(Weights weights, const device T* x, const device T* bias, const device T* residual, device T* y,
          Gemv task, uint2 position, uint lane) {
  const GemvBlock block = gemv_block<ROWS>(position, lane);
  if (block.is_in(task)) {
    write_outputs<ROWS>(weights, gemv_inputs(x, task, block), bias, residual, y, task, block);
  }
}

// The same of the layer norm of x.
template <uint ROWS, typename Weights, typename T>
void gemv_norm(Weights weights, const device T* x, const device T* bias, const device T* residual,
               device T* y, const device T* norm_weight, const device T* norm_bias, float epsilon, Gemv task,
               uint2 position, uint lane) {
  const GemvBlock block = gemv_block<ROWS>(position, lane);
  if (block.is_in(task)) {
    const NormalInputs<T, ROWS> inputs =
        normal_inputs<ROWS>(gemv_inputs(x, task, block), norm_weight, norm_bias, task.inputs, epsilon, lane);
    write_outputs<ROWS>(weights, inputs, bias, residual, y, task, block);
  }
}
