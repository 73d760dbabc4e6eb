#include "audio/coreaudio/coreaudio_device.hpp"

#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace streamtts::audio::coreaudio {

namespace {

constexpr std::uint32_t kFewestFrames = 128;
constexpr std::uint32_t kMostFrames = 512;

AudioObjectPropertyAddress address_of(AudioObjectPropertySelector selector, AudioObjectPropertyScope scope) {
  return {.mSelector = selector, .mScope = scope, .mElement = kAudioObjectPropertyElementMain};
}

template <class Value>
std::optional<Value> get(AudioObjectID object, AudioObjectPropertySelector selector,
                         AudioObjectPropertyScope scope = kAudioObjectPropertyScopeGlobal) {
  const AudioObjectPropertyAddress address = address_of(selector, scope);
  Value value{};
  UInt32 size = sizeof(Value);
  const OSStatus status =
      AudioObjectGetPropertyData(object, &address, 0, nullptr, &size, static_cast<void*>(&value));
  if (status != noErr || size != sizeof(Value)) return std::nullopt;
  return value;
}

std::vector<AudioObjectID> get_objects(AudioObjectID object, AudioObjectPropertySelector selector,
                                       AudioObjectPropertyScope scope = kAudioObjectPropertyScopeGlobal) {
  const AudioObjectPropertyAddress address = address_of(selector, scope);
  UInt32 size = 0;
  if (AudioObjectGetPropertyDataSize(object, &address, 0, nullptr, &size) != noErr) return {};
  std::vector<AudioObjectID> objects(size / sizeof(AudioObjectID));
  if (objects.empty()) return {};
  size = static_cast<UInt32>(objects.size() * sizeof(AudioObjectID));
  if (AudioObjectGetPropertyData(object, &address, 0, nullptr, &size, objects.data()) != noErr) return {};
  objects.resize(std::min(objects.size(), size / sizeof(AudioObjectID)));  // one may have gone meanwhile
  return objects;
}

std::string to_utf8(CFStringRef text) {
  const CFIndex most = CFStringGetMaximumSizeForEncoding(CFStringGetLength(text), kCFStringEncodingUTF8) + 1;
  std::string bytes(static_cast<std::size_t>(most), '\0');
  if (CFStringGetCString(text, bytes.data(), most, kCFStringEncodingUTF8) == 0) return {};
  bytes.resize(bytes.find('\0'));
  return bytes;
}

std::string get_text(AudioObjectID object, AudioObjectPropertySelector selector) {
  const std::optional<CFStringRef> text = get<CFStringRef>(object, selector);
  if (!text || *text == nullptr) return {};
  std::string bytes = to_utf8(*text);
  CFRelease(*text);
  return bytes;
}

// Without this, notifications wait for the main thread's run loop, which no command line program runs.
void use_own_notification_thread() {
  static std::once_flag once;
  std::call_once(once, [] {
    const AudioObjectPropertyAddress address =
        address_of(kAudioHardwarePropertyRunLoop, kAudioObjectPropertyScopeGlobal);
    CFRunLoopRef none = nullptr;
    // Where it fails, the system delivers on a thread of its own already.
    (void)AudioObjectSetPropertyData(kAudioObjectSystemObject, &address, 0, nullptr, sizeof(CFRunLoopRef),
                                     static_cast<const void*>(&none));
  });
}

bool is_shown(AudioObjectID device) {
  return get<UInt32>(device, kAudioDevicePropertyIsHidden).value_or(0) == 0 &&
         !get_objects(device, kAudioDevicePropertyStreams, kAudioObjectPropertyScopeOutput).empty();
}

}  // namespace

AudioObjectID default_output_device() {
  use_own_notification_thread();
  return get<AudioObjectID>(kAudioObjectSystemObject, kAudioHardwarePropertyDefaultOutputDevice)
      .value_or(kAudioObjectUnknown);
}

std::vector<AudioObjectID> output_devices() {
  use_own_notification_thread();
  std::vector<AudioObjectID> devices = get_objects(kAudioObjectSystemObject, kAudioHardwarePropertyDevices);
  std::erase_if(devices, [](AudioObjectID device) { return !is_shown(device); });
  return devices;
}

AudioObjectID device_with_uid(const std::string& uid) {
  for (const AudioObjectID device : output_devices()) {
    if (device_uid(device) == uid) return device;
  }
  return kAudioObjectUnknown;
}

std::string device_uid(AudioObjectID device) {
  return get_text(device, kAudioDevicePropertyDeviceUID);
}

std::string device_name(AudioObjectID device) {
  return get_text(device, kAudioObjectPropertyName);
}

bool is_alive(AudioObjectID device) {
  return get<UInt32>(device, kAudioDevicePropertyDeviceIsAlive).value_or(0) != 0;
}

double nominal_rate_hz(AudioObjectID device) {
  return get<Float64>(device, kAudioDevicePropertyNominalSampleRate).value_or(0.0);
}

std::uint32_t settle_buffer_frames(AudioObjectID device) {
  const UInt32 now = get<UInt32>(device, kAudioDevicePropertyBufferFrameSize).value_or(kMostFrames);
  UInt32 wanted = std::clamp<UInt32>(now, kFewestFrames, kMostFrames);
  const auto range = get<AudioValueRange>(device, kAudioDevicePropertyBufferFrameSizeRange);
  if (range && range->mMinimum <= range->mMaximum && range->mMinimum >= 1 && range->mMaximum <= UINT32_MAX) {
    wanted = std::clamp(wanted, static_cast<UInt32>(range->mMinimum), static_cast<UInt32>(range->mMaximum));
  }
  if (wanted == now) return now;
  const AudioObjectPropertyAddress address =
      address_of(kAudioDevicePropertyBufferFrameSize, kAudioObjectPropertyScopeGlobal);
  // A device that refuses plays with its own size.
  (void)AudioObjectSetPropertyData(device, &address, 0, nullptr, sizeof wanted, &wanted);
  return get<UInt32>(device, kAudioDevicePropertyBufferFrameSize).value_or(wanted);
}

double output_latency_s(AudioObjectID device) {
  constexpr AudioObjectPropertyScope kOutputs = kAudioObjectPropertyScopeOutput;
  const double rate_hz = nominal_rate_hz(device);
  if (!(rate_hz > 0)) return 0.0;
  double frames = get<UInt32>(device, kAudioDevicePropertyBufferFrameSize).value_or(0);
  frames += get<UInt32>(device, kAudioDevicePropertySafetyOffset, kOutputs).value_or(0);
  frames += get<UInt32>(device, kAudioDevicePropertyLatency, kOutputs).value_or(0);
  const std::vector<AudioObjectID> streams = get_objects(device, kAudioDevicePropertyStreams, kOutputs);
  if (!streams.empty()) frames += get<UInt32>(streams.front(), kAudioStreamPropertyLatency).value_or(0);
  return frames / rate_hz;
}

}  // namespace streamtts::audio::coreaudio
