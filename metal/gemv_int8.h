#pragma once
#include <metal_stdlib>

#include "gemv.h"
#include "int8_weights.h"
using namespace metal;

template <typename S>
Int8Weights<S> gemv_int8_weights(const device char* values, const device S* scales, Gemv task) {
  return {values, scales, task.inputs, groups_of(task.inputs, task.group)};
}
