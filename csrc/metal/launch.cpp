#include "metal/launch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "metal/metal.hpp"

namespace streamtts::metal {

namespace {

constexpr std::size_t kMostArguments = 31;  // which is what Metal has room for
constexpr std::size_t kMostRepeats = 10000;
constexpr std::size_t kLongestRow = std::numeric_limits<std::uint32_t>::max();  // a kernel counts in 32 bits

bool holds_threads(const Extent& extent) {
  return std::ranges::all_of(std::array{extent.x, extent.y, extent.z},
                             [](std::size_t count) { return count >= 1 && count <= kLongestRow; });
}

bool overlap(const Memory& one, const Memory& other) {
  const std::less<> before;
  return before(one.data, other.data + other.size) && before(other.data, one.data + one.size);
}

}  // namespace

Extent group_of(const Launch& launch, std::size_t largest) {
  if (!holds_threads(launch.threads)) {
    throw std::invalid_argument("a grid has from 1 to 4294967295 threads in each direction");
  }
  if (launch.repeats < 1 || launch.repeats > kMostRepeats) {
    throw std::invalid_argument("a kernel is repeated from 1 to " + std::to_string(kMostRepeats) + " times");
  }
  const Extent group = launch.group.value_or(Extent{.x = std::min(launch.threads.x, largest)});
  // Each alone first, so that their product stays within its bits.
  const bool fits = holds_threads(group) && group.x <= largest && group.y <= largest && group.z <= largest &&
                    group.x * group.y * group.z <= largest;
  if (!fits) {
    throw std::invalid_argument("a group of this kernel has from 1 to " + std::to_string(largest) +
                                " threads");
  }
  return group;
}

void check_arguments(const std::string& kernel, std::span<const Argument> arguments,
                     std::span<const Slot> slots) {
  if (arguments.size() > kMostArguments) {
    throw std::invalid_argument("a kernel takes at most " + std::to_string(kMostArguments) + " arguments");
  }
  for (const Slot& slot : slots) {
    if (slot.index >= arguments.size()) {
      throw std::invalid_argument(kernel + " takes an argument number " + std::to_string(slot.index) +
                                  ", and there are " + std::to_string(arguments.size()));
    }
    const auto* const value = std::get_if<Value>(&arguments[slot.index]);
    if (value != nullptr && value->size() < slot.bytes) {
      throw std::invalid_argument(kernel + " takes " + std::to_string(slot.bytes) + " bytes as argument " +
                                  std::to_string(slot.index) + ", and there are " +
                                  std::to_string(value->size()));
    }
  }
}

std::vector<std::size_t> first_with_the_same_memory(std::span<const Argument> arguments) {
  std::vector<std::size_t> firsts(arguments.size());
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    firsts[at] = at;
    const auto* const memory = std::get_if<Memory>(&arguments[at]);
    if (memory == nullptr) continue;
    for (std::size_t earlier = at; earlier-- > 0;) {
      const auto* const other = std::get_if<Memory>(&arguments[earlier]);
      if (other == nullptr || !overlap(*memory, *other)) continue;
      if (memory->data == other->data && memory->size == other->size) {
        firsts[at] = earlier;
      } else if (memory->writable || other->writable) {
        throw std::invalid_argument("arguments " + std::to_string(earlier) + " and " + std::to_string(at) +
                                    " overlap, and a kernel may write to them: give copies");
      }
    }
  }
  return firsts;
}

}  // namespace streamtts::metal
