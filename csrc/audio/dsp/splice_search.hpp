// Where speech repeats itself: the lag of a pitch period, or several, at which a jump in time is least heard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "audio/realtime.hpp"

namespace streamtts::audio {

enum class Direction : std::uint8_t { kForward, kBackward };

struct Splice {
  std::size_t lag;  // frames to jump
  float likeness;   // correlation of the two places: 1 = the same wave, 0 = unrelated
};

class SpliceSearch {
 public:
  explicit SpliceSearch(std::uint32_t rate_hz);

  std::size_t shortest_lag() const noexcept STREAMTTS_NONBLOCKING { return shortest_lag_; }
  std::size_t longest_lag() const noexcept STREAMTTS_NONBLOCKING { return longest_lag_; }

  // Compares what follows `here` with what follows the places around it, so that a fade as long as the lag
  // found stays within the `ahead` frames after `here`. Lags are as long as that allows: at least
  // 2 * shortest_lag() frames forward, shortest_lag() frames backward, where longest_lag() lie behind.
  Splice find(const float* here, std::size_t ahead, Direction direction) noexcept STREAMTTS_NONBLOCKING;

 private:
  struct Range {
    std::size_t longest_lag;
    std::size_t window;  // frames compared
  };

  std::size_t coarse_lag(const float* here, Range range, Direction direction) noexcept STREAMTTS_NONBLOCKING;

  std::size_t decimation_;
  std::size_t shortest_lag_;
  std::size_t longest_lag_;
  std::vector<float> decimated_;
};

}  // namespace streamtts::audio
