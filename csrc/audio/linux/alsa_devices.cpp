#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audio/linux/alsa_api.hpp"
#include "audio/linux/linux_outputs.hpp"
#include "audio/output.hpp"

namespace streamtts::audio {

namespace {

// Of the many names that ALSA has for one device, those that convert whatever we play.
constexpr std::array<std::string_view, 6> kKept = {
    "default", "sysdefault:", "plughw:", "hdmi:", "pulse", "pipewire"};

std::string hint_text(const alsa::Api& api, const void* hint, const char* id) {
  const std::unique_ptr<char, decltype(&std::free)> text(api.device_name_get_hint(hint, id), &std::free);
  return text == nullptr ? "" : text.get();
}

bool is_kept(std::string_view name) {
  return std::ranges::any_of(kKept, [&](std::string_view kept) {
    return kept.ends_with(':') ? name.starts_with(kept) : name == kept;
  });
}

}  // namespace

std::vector<DeviceInfo> list_alsa_devices() {
  const alsa::Api& api = alsa::api();
  void** hints = nullptr;
  if (api.device_name_hint(alsa::kAllCards, "pcm", &hints) < 0) return {};
  std::vector<DeviceInfo> devices;
  for (void* const* hint = hints; *hint != nullptr; ++hint) {
    const std::string name = hint_text(api, *hint, "NAME");
    if (!is_kept(name) || hint_text(api, *hint, "IOID") == "Input") continue;
    std::string description = hint_text(api, *hint, "DESC");
    std::ranges::replace(description, '\n', ' ');
    devices.push_back({.name = name, .description = description, .is_default = name == "default"});
  }
  api.device_name_free_hint(hints);
  return devices;
}

}  // namespace streamtts::audio
