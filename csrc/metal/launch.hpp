// What is asked of a kernel, looked through before the GPU sees it. Throws std::invalid_argument.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "metal/metal.hpp"

namespace streamtts::metal {

// A buffer that a kernel reads or writes, and how many bytes one element of it has.
struct Slot {
  std::size_t index = 0;
  std::size_t bytes = 0;
};

// The threads of a group, where a group may have `largest` of them.
Extent group_of(const Launch& launch, std::size_t largest);

// That each slot has an argument, and that no value is shorter than what the kernel takes for it.
void check_arguments(const std::string& kernel, std::span<const Argument> arguments,
                     std::span<const Slot> slots);

// For each argument, the first one with the same memory: itself, unless memory is given twice. Memory that
// overlaps in any other way, of which a kernel may write some, would not be the same on the GPU.
std::vector<std::size_t> first_with_the_same_memory(std::span<const Argument> arguments);

}  // namespace streamtts::metal
