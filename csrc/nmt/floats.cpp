#include "nmt/floats.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace streamtts::nmt {
namespace {

// The exponent is moved to where 32 bits have it, and made right by a multiplication, which knows small
// numbers, too.
float from_half(std::uint16_t half) {
  constexpr std::uint32_t kRebased = 0x77800000;  // 2^112
  constexpr std::uint32_t kInfinite = 0x7C00;
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t size = static_cast<std::uint32_t>(half & 0x7FFFU) << 13U;
  if ((half & kInfinite) == kInfinite) return std::bit_cast<float>(sign | size | 0x7F800000U);
  const float magnitude = std::bit_cast<float>(size) * std::bit_cast<float>(kRebased);
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
}

float from_bfloat(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

}  // namespace

std::size_t bytes_each(Kind kind) {
  return kind == Kind::kFloat32 ? 4 : 2;
}

std::vector<float> floats_of(std::span<const std::byte> bytes, Kind kind) {
  std::vector<float> floats(bytes.size() / bytes_each(kind));
  if (kind == Kind::kFloat32) {
    std::memcpy(floats.data(), bytes.data(), floats.size() * sizeof(float));
    return floats;
  }
  for (std::size_t at = 0; at < floats.size(); ++at) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + (at * sizeof bits), sizeof bits);
    floats[at] = kind == Kind::kFloat16 ? from_half(bits) : from_bfloat(bits);
  }
  return floats;
}

}  // namespace streamtts::nmt
