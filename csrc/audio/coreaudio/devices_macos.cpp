#include <CoreAudio/CoreAudio.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audio/coreaudio/coreaudio.hpp"
#include "audio/coreaudio/coreaudio_device.hpp"
#include "audio/devices.hpp"
#include "audio/output.hpp"

namespace streamtts::audio {

std::unique_ptr<Output> make_device_output(const std::string& name) {
  if (name == "default") return make_coreaudio_output("");
  const std::vector<DeviceInfo> devices = list_devices();
  for (const DeviceInfo& device : devices) {
    if (device.name == name) return make_coreaudio_output(device.name);
  }
  for (const DeviceInfo& device : devices) {
    if (device.description == name) return make_coreaudio_output(device.name);
  }
  return nullptr;
}

std::vector<DeviceInfo> list_devices() {
  const AudioObjectID default_device = coreaudio::default_output_device();
  std::vector<DeviceInfo> devices;
  for (const AudioObjectID device : coreaudio::output_devices()) {
    std::string uid = coreaudio::device_uid(device);
    if (uid.empty()) continue;
    devices.push_back({.name = std::move(uid),
                       .description = coreaudio::device_name(device),
                       .is_default = device == default_device});
  }
  return devices;
}

}  // namespace streamtts::audio
