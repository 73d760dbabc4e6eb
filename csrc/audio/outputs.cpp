#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "audio/devices.hpp"
#include "audio/output.hpp"
#include "audio/output_name.hpp"
#include "audio/plain_outputs.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

[[noreturn]] void throw_unknown(const std::string& wrong) {
  std::vector<std::string> names = {"default", "null", "wav:FILE", "raw:-"};
  for (const DeviceInfo& device : list_devices()) names.push_back(device.name);
  std::string message = "there is no output \"" + wrong + '"';
  const std::string nearest = nearest_name(wrong, names);
  if (!nearest.empty()) message += ", did you mean \"" + nearest + "\"?";
  message += nearest.empty() ? "; there are " : " There are ";
  for (const std::string& name : names) message += (&name == &names.front() ? "" : ", ") + name;
  throw Error(message);
}

}  // namespace

std::unique_ptr<Output> make_output(const std::string& name) {
  const std::size_t colon = name.find(':');
  const std::string scheme = name.substr(0, colon);
  const std::string target = colon == std::string::npos ? "" : name.substr(colon + 1);
  if (name == "null") return make_null_output(1.0);
  if (scheme == "null" && colon != std::string::npos) return make_null_output(parse_clock_speed(target));
  if (scheme == "wav" && colon != std::string::npos) return make_wav_output(target);
  if (scheme == "raw" && colon != std::string::npos) return make_raw_output(parse_raw(target));
  std::unique_ptr<Output> device = make_device_output(name);
  if (!device) throw_unknown(name);
  return device;
}

}  // namespace streamtts::audio
