// Pitch-preserving time stretch for speech by pitch-synchronous overlap-add, 0.5x to 3x; pure DSP.
// Runs in the device callback: all memory is taken by the constructor. At 1.0x it is an exact bypass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "audio/realtime.hpp"

namespace streamtts::audio {

class Stretch {
 public:
  explicit Stretch(std::uint32_t rate_hz);
  ~Stretch();
  Stretch(Stretch&&) noexcept;
  Stretch& operator=(Stretch&&) noexcept;

  // Takes effect within a few pitch periods and without a click; out of range is clamped.
  void set_speed(double speed) noexcept STREAMTTS_NONBLOCKING;

  struct Progress {
    std::size_t taken;  // input frames used up
    std::size_t given;  // output frames written
  };
  // Uses as much of `in` and fills as much of `out` as it can. `last`: nothing follows `in`, so that the
  // held frames come out too.
  Progress process(std::span<const float> in, std::span<float> out, bool last) noexcept STREAMTTS_NONBLOCKING;
  // Input frames taken whose sound has not been given yet.
  std::size_t held() const noexcept STREAMTTS_NONBLOCKING;
  // Forgets what is held.
  void reset() noexcept STREAMTTS_NONBLOCKING;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace streamtts::audio
