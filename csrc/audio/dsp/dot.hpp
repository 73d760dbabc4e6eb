// Eight running sums, so that compilers turn a dot product into vector code without reordering any addition.
#pragma once

#include <array>
#include <cstddef>

#include "audio/realtime.hpp"

namespace streamtts::audio {

inline constexpr std::size_t kDotLanes = 8;

// `count` is a multiple of kDotLanes.
inline float dot(const float* a, const float* b, std::size_t count) noexcept STREAMTTS_NONBLOCKING {
  std::array<float, kDotLanes> sums{};
  for (std::size_t i = 0; i < count; i += kDotLanes) {
    for (std::size_t lane = 0; lane < kDotLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  const float even = (sums[0] + sums[4]) + (sums[2] + sums[6]);
  const float odd = (sums[1] + sums[5]) + (sums[3] + sums[7]);
  return even + odd;
}

}  // namespace streamtts::audio
