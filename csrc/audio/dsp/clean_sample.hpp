// What may enter a filter: a NaN would spread over its whole length, and subnormals take the CPU's slow path.
#pragma once

#include <cmath>

#include "audio/realtime.hpp"

namespace streamtts::audio {

inline float clean_sample(float sample) noexcept STREAMTTS_NONBLOCKING {
  constexpr float kInaudible = 1e-20F;
  constexpr float kAbsurd = 1e15F;
  const float size = std::fabs(sample);
  return size > kInaudible && size < kAbsurd ? sample : 0.0F;
}

}  // namespace streamtts::audio
