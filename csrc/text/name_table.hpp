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
      const std::string_view found = names_[places_[slot]];
      if (prints_[slot] != print || found.size() != name.size()) continue;
      if (name.size() <= kPrinted || found == name) return places_[slot];
    }
    return N;
  }

 private:
  static constexpr std::size_t kPrinted = 8;
  static constexpr unsigned kSlotBits = 8;
  static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
  static_assert(N < kSlots / 2);

  static constexpr std::uint64_t byte(std::string_view name, std::size_t at) {
    return static_cast<unsigned char>(name[at]);
  }
  static constexpr std::uint64_t four(std::string_view name, std::size_t at) {
    return byte(name, at) | byte(name, at + 1) << 8U | byte(name, at + 2) << 16U | byte(name, at + 3) << 24U;
  }
  // With the size, all there is to know of a name of up to eight bytes; 0 for the empty one alone.
  static constexpr std::uint64_t fingerprint(std::string_view name) {
    const std::size_t size = name.size();
    if (size >= 4) return four(name, 0) | four(name, size - 4) << 32U;
    if (size == 0) return 0;
    return byte(name, 0) | byte(name, size / 2) << 8U | byte(name, size - 1) << 16U;
  }
  static constexpr std::size_t slot_of(std::uint64_t print) {
    return static_cast<std::size_t>((print * 0x9E3779B97F4A7C15U) >> (64U - kSlotBits));
  }

  std::array<std::string_view, N> names_;
  std::array<std::uint64_t, kSlots> prints_{};
  std::array<std::uint8_t, kSlots> places_{};
};

}  // namespace streamtts::text
