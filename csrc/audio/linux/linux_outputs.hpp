// The sound systems of Linux, each loaded at run time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "audio/output.hpp"

namespace streamtts::audio {

// An empty name is the system's default device. Opening throws streamtts::Error where the system is missing.
std::unique_ptr<Output> make_pulse_output(const std::string& sink);
std::unique_ptr<Output> make_alsa_output(const std::string& device);

// Throw streamtts::Error where the system is missing.
std::vector<DeviceInfo> list_pulse_devices();
std::vector<DeviceInfo> list_alsa_devices();

}  // namespace streamtts::audio
