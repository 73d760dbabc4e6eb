// Where the rows of a tensor lie, in elements from its beginning.
#pragma once

#include <metal_stdlib>

using namespace metal;

struct AttentionStrides {
  long batch;
  long head;
  long position;

  long at(int in_batch, int in_head, int in_position) const thread {
    return in_batch * batch + in_head * head + in_position * position;
  }
};

// From `first` on in a list of numbers: of a tensor with rows at many positions, or at one.
template <typename List>
inline AttentionStrides strides_of_many(List numbers, int first) {
  return {numbers[first], numbers[first + 1], numbers[first + 2]};
}

template <typename List>
inline AttentionStrides strides_of_one(List numbers, int first) {
  return {numbers[first], numbers[first + 1], 0};
}
