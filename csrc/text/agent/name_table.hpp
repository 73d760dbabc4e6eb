// A fixed set of names, looked up by a table laid out at compile time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace streamtts::text {

template <std::size_t N>
class NameTable {
 public:
  constexpr explicit NameTable(const std::array<std::string_view, N>& names) : names_(names) {
    for (std::size_t place = 0; place < N; ++place) {
      std::size_t slot = slot_of(fingerprint(names[place]));
      while (prints_[slot] != 0) slot = (slot + 1) % kSlots;
      prints_[slot] = fingerprint(names[place]);
      places_[slot] = static_cast<std::uint8_t>(place);
    }
  }

  // The name's place in the list, or N.
  constexpr std::size_t find(std::string_view name) const {
    const std::uint64_t print = fingerprint(name);
    for (std::size_t slot = slot_of(print); prints_[slot] != 0; slot = (slot + 1) % kSlots) {
      if (prints_[slot] == print && equal(names_[places_[slot]], name)) return places_[slot];
    }
    return N;
  }

 private:
  static constexpr unsigned kSlotBits = 8;
  static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
  static_assert(N < kSlots / 2);

  static constexpr std::uint64_t byte(std::string_view name, std::size_t at) {
    return static_cast<unsigned char>(name[at]);
  }
  static constexpr std::uint64_t four(std::string_view name, std::size_t at) {
    return byte(name, at) | byte(name, at + 1) << 8U | byte(name, at + 2) << 16U | byte(name, at + 3) << 24U;
  }
  static constexpr std::uint64_t eight(std::string_view name, std::size_t at) {
    return four(name, at) | four(name, at + 4) << 32U;
  }
  // 0 for the empty name alone, which is in no table.
  static constexpr std::uint64_t fingerprint(std::string_view name) {
    const std::size_t size = name.size();
    if (size >= 4) return four(name, 0) | four(name, size - 4) << 32U;
    if (size == 0) return 0;
    return byte(name, 0) | byte(name, size / 2) << 8U | byte(name, size - 1) << 16U;
  }
  // For names of one fingerprint, which shows up to eight bytes whole.
  static constexpr bool equal(std::string_view name, std::string_view other) {
    const std::size_t size = name.size();
    if (size != other.size()) return false;
    if (size <= 8) return true;
    return eight(name, 0) == eight(other, 0) && eight(name, size - 8) == eight(other, size - 8) &&
           (size <= 16 || name.substr(8, size - 16) == other.substr(8, size - 16));
  }
  static constexpr std::size_t slot_of(std::uint64_t print) {
    return static_cast<std::size_t>((print * 0x9E3779B97F4A7C15U) >> (64U - kSlotBits));
  }

  std::array<std::string_view, N> names_;
  std::array<std::uint64_t, kSlots> prints_{};
  std::array<std::uint8_t, kSlots> places_{};
};

}  // namespace streamtts::text
