// Which keys a query attends to, and what is added to their scores.
#pragma once

#include <metal_stdlib>

using namespace metal;

enum MaskKind { kNoMask = 0, kBooleanMask = 1, kAdditiveMask = 2 };

// A boolean mask has a byte for each element, 0 where nothing is attended to. An additive one has elements of
// T, and minus infinity is what hides a key; the lowest finite number is a number like any other, as it is
// for PyTorch.
template <typename T>
struct AttentionMask {
  device const uchar* elements;
  long kind;

  // `at` is an offset in elements; it is not read where there is no mask.
  bool attends(long at, thread float& added) const thread {
    added = 0.0f;
    if (kind == kBooleanMask) return elements[at] != 0;
    if (kind == kAdditiveMask) added = float(reinterpret_cast<device const T*>(elements)[at]);
    return added != -INFINITY;
  }
};
