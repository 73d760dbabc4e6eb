#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/devices.hpp"
#include "audio/linux/linux_outputs.hpp"
#include "audio/output.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

// The sound server if one answers, else the driver's default device; decided anew at every open().
class DefaultOutput final : public Output {
 public:
  std::uint32_t open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) override {
    device_.reset();
    std::string reasons;
    for (const auto make : {make_pulse_output, make_alsa_output}) {
      try {
        std::unique_ptr<Output> device = make("");
        const std::uint32_t rate = device->open(rate_hz, source, listener);
        device_ = std::move(device);
        return rate;
      } catch (const Error& error) {
        reasons += (reasons.empty() ? "" : ", and ") + std::string(error.what());
      }
    }
    throw Error("there is no device to play on: " + reasons);
  }

  void start() override { device_->start(); }
  void stop() override { device_->stop(); }
  bool drop() override { return device_->drop(); }
  void drain() override { device_->drain(); }
  void data_ready() override {
    if (device_) device_->data_ready();
  }
  double latency_s() const override { return device_ ? device_->latency_s() : 0.0; }
  void close() override { device_.reset(); }

 private:
  std::unique_ptr<Output> device_;
};

using Listing = std::vector<DeviceInfo> (*)();

std::vector<DeviceInfo> devices_of(Listing list) {
  try {
    return list();
  } catch (const Error&) {
    return {};  // this sound system is not here
  }
}

bool lists(Listing list, const std::string& name) {
  return std::ranges::any_of(devices_of(list), [&](const DeviceInfo& device) { return device.name == name; });
}

}  // namespace

std::unique_ptr<Output> make_device_output(const std::string& name) {
  constexpr std::string_view kPulse = "pulse:";
  constexpr std::string_view kAlsa = "alsa:";
  if (name == "default") return std::make_unique<DefaultOutput>();
  if (name.starts_with(kPulse)) return make_pulse_output(name.substr(kPulse.size()));
  if (name.starts_with(kAlsa)) return make_alsa_output(name.substr(kAlsa.size()));
  if (lists(list_pulse_devices, name)) return make_pulse_output(name);
  if (lists(list_alsa_devices, name)) return make_alsa_output(name);
  return nullptr;
}

std::vector<DeviceInfo> list_devices() {
  std::vector<DeviceInfo> devices = devices_of(list_pulse_devices);
  if (!devices.empty()) return devices;
  devices = devices_of(list_alsa_devices);
  // ALSA's way to the server that has just not answered.
  std::erase_if(devices, [](const DeviceInfo& device) { return device.name == "pulse"; });
  return devices;
}

}  // namespace streamtts::audio
