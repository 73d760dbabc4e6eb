// The words of --output that name no device, taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audio/file/sample_format.hpp"

namespace streamtts::audio {

struct RawTarget {
  std::string file;  // "-" is standard output
  std::uint32_t rate_hz = 48000;
  SampleFormat format = SampleFormat::kS16;
};

// What follows "raw:"; throws streamtts::Error that names the right options.
RawTarget parse_raw(std::string_view target);
// What follows "null:", how many times faster than time; throws streamtts::Error.
double parse_clock_speed(std::string_view factor);

// The one of `names` that was probably meant; empty if none is near.
std::string nearest_name(std::string_view wrong, const std::vector<std::string>& names);

}  // namespace streamtts::audio
