// The one way into Core Audio for the rest of the program.
#pragma once

#include <memory>
#include <string>

#include "audio/output.hpp"

namespace streamtts::audio {

// The device with this UID, or with an empty one whatever the default is when it opens.
std::unique_ptr<Output> make_coreaudio_output(std::string uid);

}  // namespace streamtts::audio
