#pragma once
#include <metal_stdlib>

#include "gemv.h"
#include "int4_weights.h"
using namespace metal;

template <typename S>
Int4Weights<S> gemv_int4_weights(const device uchar* values, const device S* scales, const device S* minima,
                                 Gemv task) {
  return {values, scales, minima, task.inputs, groups_of(task.inputs, task.group)};
}
