// Ids and the texts behind them, kept as hashes: what a log may repeat is remembered in bounded memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "text/agent/json_line.hpp"

namespace streamtts::text {

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29U);
}

// In two lanes, so that one multiplication need not wait for the other.
inline std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed = 0) {
  constexpr std::size_t kStep = 16;
  std::uint64_t one = mix(seed + 0x51ED270B7F3A5C21U, bytes.size());
  std::uint64_t two = 0x2545F4914F6CDD1DU;
  std::array<std::uint64_t, 2> words{};
  while (bytes.size() > kStep) {
    std::memcpy(words.data(), bytes.data(), kStep);
    one = mix(one, words[0]);
    two = mix(two, words[1]);
    bytes.remove_prefix(kStep);
  }
  words = {};
  if (!bytes.empty()) std::memcpy(words.data(), bytes.data(), bytes.size());
  return mix(mix(one, words[0]), mix(two, words[1]));
}

// The identity behind an id, 0 for none: two that have no id are not the same.
inline std::uint64_t identity_of(const JsonValue& id) {
  const std::string_view raw = id.raw();
  return raw.empty() ? 0 : hash_of(raw);
}

// A text's identity while it grows: pieces and whole agree.
struct TextIdentity {
  std::uint64_t hash = 0xCBF29CE484222325U;
  std::uint64_t bytes = 0;

  void append(std::string_view text) {
    for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    bytes += text.size();
  }
  static TextIdentity of(std::string_view text) {
    TextIdentity identity;
    identity.append(text);
    return identity;
  }
  bool operator==(const TextIdentity&) const = default;
};

// The last ten thousand identities or so, in two generations.
class SeenSet {
 public:
  // Whether `identity` is new; from now on it is not.
  bool insert(std::uint64_t identity) {
    if (identity == 0) identity = 1;
    if (contains(older_, identity)) return false;
    if ((count_ + 1) * 2 > newer_.size()) make_room();
    std::uint64_t& slot = *find(newer_, identity);
    if (slot == identity) return false;
    slot = identity;
    ++count_;
    return true;
  }

 private:
  using Table = std::vector<std::uint64_t>;  // open addressing, a power of two, at most half full
  static constexpr std::size_t kLargest = std::size_t{1} << 14U;

  static std::uint64_t* find(Table& table, std::uint64_t identity) {
    const std::size_t mask = table.size() - 1;
    std::size_t slot = identity & mask;
    while (table[slot] != 0 && table[slot] != identity) slot = (slot + 1) & mask;
    return &table[slot];
  }
  static bool contains(Table& table, std::uint64_t identity) {
    return !table.empty() && *find(table, identity) == identity;
  }

  void make_room() {
    if (newer_.size() == kLargest) {
      older_.swap(newer_);
      newer_.assign(kLargest, 0);
      count_ = 0;
      return;
    }
    Table larger(newer_.empty() ? 64 : newer_.size() * 2, 0);
    for (const std::uint64_t identity : newer_) {
      if (identity != 0) *find(larger, identity) = identity;
    }
    newer_.swap(larger);
  }

  Table newer_;
  Table older_;
  std::size_t count_ = 0;
};

}  // namespace streamtts::text
