// The polyphase filter of one pair of rates: a Kaiser-windowed sinc, sampled once for every place that an
// output frame can have between two input frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace streamtts::audio {

struct SincTable {
  std::size_t reach = 0;   // input frames needed after the one at or before an output frame
  std::size_t taps = 0;    // of a row; the last one meets the frame `reach` after
  std::size_t phases = 0;  // row p is for an output p / phases of a frame after an input frame
  bool blended = false;  // too many places for a row each: there is one more row, and neighbours are blended
  std::vector<float> rows;

  const float* row(std::size_t phase) const { return rows.data() + phase * taps; }
};

// `down` and `up` are the rates divided by their greatest common divisor: `up` outputs for `down` inputs.
// `slower_hz` is the lower of the two rates: it decides how much filter a millisecond holds.
SincTable make_sinc_table(std::uint32_t down, std::uint32_t up, std::uint32_t slower_hz);

}  // namespace streamtts::audio
