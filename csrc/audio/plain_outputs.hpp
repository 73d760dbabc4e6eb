// The outputs that need no device.
#pragma once

#include <memory>
#include <string>

#include "audio/output.hpp"
#include "audio/output_name.hpp"

namespace streamtts::audio {

// A clock that counts frames and plays nothing, `speed` times faster than time.
std::unique_ptr<Output> make_null_output(double speed);
std::unique_ptr<Output> make_wav_output(const std::string& path);
std::unique_ptr<Output> make_raw_output(const RawTarget& target);

}  // namespace streamtts::audio
