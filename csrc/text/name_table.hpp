// A fixed set of names, looked up by a hash laid out at compile time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace streamtts::text {

template <std::size_t N>
class NameTable {
 public:
  static_assert(N < 192, "the table would fill up");

  constexpr explicit NameTable(const std::array<std::string_view, N>& names) : names_(names) {
    for (std::size_t name = 0; name < N; ++name) {
      std::size_t slot = hash(names[name]);
      while (slots_[slot] != 0) slot = (slot + 1) % kSlots;
      slots_[slot] = static_cast<std::uint8_t>(name + 1);
    }
  }

  // The name's place in the list, or N.
  constexpr std::size_t find(std::string_view name) const {
    if (name.empty()) return N;
    for (std::size_t slot = hash(name); slots_[slot] != 0; slot = (slot + 1) % kSlots) {
      const std::size_t place = slots_[slot] - 1U;
      if (names_[place] == name) return place;
    }
    return N;
  }

 private:
  static constexpr std::size_t kSlots = 512;

  static constexpr std::size_t hash(std::string_view name) {
    const auto at = [name](std::size_t place) { return static_cast<unsigned char>(name[place]); };
    return (name.size() * 67 + at(0) * 31U + at(name.size() / 2) * 7U + at(name.size() - 1) * 13U) % kSlots;
  }

  std::array<std::string_view, N> names_;
  std::array<std::uint8_t, kSlots> slots_{};
};

}  // namespace streamtts::text
