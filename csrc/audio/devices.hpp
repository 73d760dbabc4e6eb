// Each platform's part of make_output: devices_linux.cpp or devices_macos.cpp, whichever is compiled.
#pragma once

#include <memory>
#include <string>

#include "audio/output.hpp"

namespace streamtts::audio {

// "default" or a device's name; nothing if no device has it. list_devices() is each platform's too.
std::unique_ptr<Output> make_device_output(const std::string& name);

}  // namespace streamtts::audio
