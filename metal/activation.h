#pragma once
#include <metal_stdlib>
using namespace metal;

// What a launcher's list of numbers calls an activation; any other number is none.
constant constexpr int kRelu = 1;
constant constexpr int kGeluTanh = 2;
constant constexpr int kGeluExact = 3;

// x / 2 * (1 + tanh(u)) as x / (1 + exp(-2u)): nothing cancels, and no x is too large for it.
inline float gelu_tanh(float x) {
  const float u = 0.7978845608f * (x + 0.044715f * x * x * x);
  return x / (1.0f + precise::exp(-2.0f * u));
}

// x times the share of a normal distribution below x. MSL has no erf: the tail is exp(-x * x / 2) times a
// polynomial in t = 1 / (1 + 0.35 |x|), fitted to within 4e-8 of each value.
inline float gelu_exact(float x) {
  const float distance = fabs(x);
  const float t = 1.0f / (1.0f + 0.35f * distance);
  float factor = -0.029146140f;
  factor = fma(factor, t, 0.14397271f);
  factor = fma(factor, t, -0.25571632f);
  factor = fma(factor, t, 0.15917650f);
  factor = fma(factor, t, -0.023111418f);
  factor = fma(factor, t, 0.10550866f);
  factor = fma(factor, t, 0.11983270f);
  factor = fma(factor, t, 0.13986190f);
  factor = fma(factor, t, 0.13962141f);
  const float tail = precise::exp(-0.5f * distance * distance) * factor * t;
  return x * (x < 0.0f ? tail : 1.0f - tail);
}

inline float activated(float x, int activation) {
  switch (activation) {
    case kRelu:
      return x < 0.0f ? 0.0f : x;  // max(x, 0) would make 0 of what is not a number
    case kGeluTanh:
      return gelu_tanh(x);
    case kGeluExact:
      return gelu_exact(x);
    default:
      return x;
  }
}
