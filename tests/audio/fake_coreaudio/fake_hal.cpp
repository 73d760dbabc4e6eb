// The hardware layer: objects, their properties, and who listens to them.
#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "fake_system.hpp"

struct __CFString {
  std::string text;
};

namespace fake {

namespace {

std::atomic<std::size_t> strings{0};

bool same(const Listener& a, const Listener& b) {
  return a.object == b.object && a.address.mSelector == b.address.mSelector &&
         a.address.mScope == b.address.mScope && a.address.mElement == b.address.mElement &&
         a.proc == b.proc && a.data == b.data;
}

void call(const Listener& listener, AudioObjectPropertySelector selector) {
  // The real one may announce more than was asked for.
  const AudioObjectPropertyAddress addresses[] = {
      {0x7A7A7A7A, kAudioObjectPropertyScopeGlobal, kAudioObjectPropertyElementMain},
      {selector, kAudioObjectPropertyScopeGlobal, kAudioObjectPropertyElementMain}};
  const Place before = this_place();
  this_place() = Place::kInNotification;
  listener.proc(listener.object, 2, addresses, listener.data);
  this_place() = before;
}

void announce(AudioObjectID object, AudioObjectPropertySelector selector) {
  std::thread([=] { notify(object, selector); }).join();
}

Device* device_of(AudioObjectID object) {
  const auto found = the_system().devices.find(object);
  return found == the_system().devices.end() ? nullptr : &found->second;
}

const Device* device_of_stream(AudioObjectID object) {
  for (const auto& [id, device] : the_system().devices) {
    if (device.stream == object) return &device;
  }
  return nullptr;
}

using Bytes = std::vector<unsigned char>;

template <class Value>
Bytes bytes_of(const Value& value) {
  Bytes bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

Bytes bytes_of_all(const std::vector<AudioObjectID>& objects) {
  Bytes bytes(objects.size() * sizeof(AudioObjectID));
  if (!bytes.empty()) std::memcpy(bytes.data(), objects.data(), bytes.size());
  return bytes;
}

// The caller has to release it.
Bytes new_string(const std::string& text) {
  ++strings;
  const CFStringRef string = new __CFString{text};
  return bytes_of(string);
}

std::optional<Bytes> system_property(AudioObjectPropertySelector selector) {
  if (selector == kAudioHardwarePropertyDefaultOutputDevice) return bytes_of(the_system().default_device);
  if (selector != kAudioHardwarePropertyDevices) return std::nullopt;
  std::vector<AudioObjectID> ids;
  for (const auto& [id, device] : the_system().devices) ids.push_back(id);
  return bytes_of_all(ids);
}

std::optional<Bytes> output_property(const Device& device, AudioObjectPropertySelector selector) {
  switch (selector) {
    case kAudioDevicePropertyLatency:
      return bytes_of(device.setup.latency_frames);
    case kAudioDevicePropertySafetyOffset:
      return bytes_of(device.setup.safety_frames);
    case kAudioDevicePropertyStreams:
      return bytes_of_all(device.setup.has_output ? std::vector{device.stream}
                                                  : std::vector<AudioObjectID>{});
    default:
      return std::nullopt;
  }
}

std::optional<Bytes> device_property(const Device& device, AudioObjectPropertySelector selector) {
  const DeviceSetup& setup = device.setup;
  switch (selector) {
    case kAudioObjectPropertyName:
      return new_string(setup.name);
    case kAudioDevicePropertyDeviceUID:
      return new_string(setup.uid);
    case kAudioDevicePropertyDeviceIsAlive:
      return bytes_of(UInt32{device.alive});
    case kAudioDevicePropertyIsHidden:
      return bytes_of(UInt32{setup.hidden});
    case kAudioDevicePropertyNominalSampleRate:
      return bytes_of(setup.rate_hz);
    case kAudioDevicePropertyBufferFrameSize:
      return bytes_of(setup.buffer_frames);
    case kAudioDevicePropertyBufferFrameSizeRange:
      return bytes_of(AudioValueRange{double(setup.fewest_frames), double(setup.most_frames)});
    default:
      return std::nullopt;
  }
}

// With the mutex held.
OSStatus read(AudioObjectID object, const AudioObjectPropertyAddress& address, Bytes& bytes) {
  const bool output = address.mScope == kAudioObjectPropertyScopeOutput;
  std::optional<Bytes> value;
  if (object == kAudioObjectSystemObject) {
    value = system_property(address.mSelector);
  } else if (const Device* device = device_of(object)) {
    value =
        output ? output_property(*device, address.mSelector) : device_property(*device, address.mSelector);
  } else if (const Device* owner = device_of_stream(object)) {
    if (address.mSelector == kAudioStreamPropertyLatency)
      value = bytes_of(owner->setup.stream_latency_frames);
  } else {
    return kAudioHardwareBadObjectError;
  }
  if (address.mElement != kAudioObjectPropertyElementMain) value.reset();
  if (!value) {
    complain(the_system(), "a property that is not there was asked for");
    return kAudioHardwareUnknownPropertyError;
  }
  bytes = *std::move(value);
  return noErr;
}

}  // namespace

System& the_system() {
  static System system;
  return system;
}

bool& run_loop_is_null() {
  static bool is_null = false;
  return is_null;
}

Place& this_place() {
  thread_local Place place = Place::kOutside;
  return place;
}

void complain(System& system, const std::string& complaint) {
  system.complaints.push_back(complaint);
}

OSStatus begin_call(const char* function, UInt32 what) {
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  if (this_place() == Place::kInNotification) complain(system, std::string(function) + " in a notification");
  if (this_place() == Place::kInRender) complain(system, std::string(function) + " in the render callback");
  for (const UInt32 key : {what, UInt32{0}}) {
    const auto found = system.failures.find({function, key});
    if (found != system.failures.end()) return found->second;
  }
  return noErr;
}

void notify(AudioObjectID object, AudioObjectPropertySelector selector) {
  std::vector<Listener> told;
  {
    const std::scoped_lock lock(the_system().mutex);
    for (const Listener& listener : the_system().listeners) {
      if (listener.object == object && listener.address.mSelector == selector) told.push_back(listener);
    }
  }
  for (const Listener& listener : told) call(listener, selector);
}

AudioObjectID add_device(const DeviceSetup& setup) {
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  const AudioObjectID id = system.next_id++;
  system.devices[id] = {setup, system.next_id++, true};
  return id;
}

void set_default(AudioObjectID device) {
  {
    const std::scoped_lock lock(the_system().mutex);
    the_system().default_device = device;
  }
  announce_default();
}

void announce_default() {
  announce(kAudioObjectSystemObject, kAudioHardwarePropertyDefaultOutputDevice);
}

void kill_device(AudioObjectID device) {
  {
    const std::scoped_lock lock(the_system().mutex);
    device_of(device)->alive = false;
  }
  announce(device, kAudioDevicePropertyDeviceIsAlive);
  const std::scoped_lock lock(the_system().mutex);
  the_system().devices.erase(device);
}

void set_rate(AudioObjectID device, double rate_hz) {
  {
    const std::scoped_lock lock(the_system().mutex);
    device_of(device)->setup.rate_hz = rate_hz;
  }
  announce(device, kAudioDevicePropertyNominalSampleRate);
}

void stop_abnormally(AudioObjectID device) {
  announce(device, kAudioDevicePropertyIOStoppedAbnormally);
}

void restart_service() {
  announce(kAudioObjectSystemObject, kAudioHardwarePropertyServiceRestarted);
}

void announce_to_the_removed() {
  std::vector<Listener> removed;
  {
    const std::scoped_lock lock(the_system().mutex);
    removed.swap(the_system().removed_listeners);
  }
  std::thread([&] {
    for (const Listener& listener : removed) call(listener, listener.address.mSelector);
  }).join();
}

UInt32 buffer_frames(AudioObjectID device) {
  const std::scoped_lock lock(the_system().mutex);
  return device_of(device)->setup.buffer_frames;
}

std::size_t buffer_requests() {
  const std::scoped_lock lock(the_system().mutex);
  return the_system().buffer_requests;
}

std::size_t live_listeners() {
  const std::scoped_lock lock(the_system().mutex);
  return the_system().listeners.size();
}

std::size_t live_strings() {
  return strings;
}

}  // namespace fake

using namespace fake;
using Address = const AudioObjectPropertyAddress*;

extern "C" {

void CFRelease(CFTypeRef cf) {
  --strings;
  delete static_cast<CFStringRef>(cf);
}

// In UTF-16 units: one for each character's first byte, two where four bytes follow from it.
CFIndex CFStringGetLength(CFStringRef string) {
  CFIndex units = 0;
  for (const char byte : string->text) units += (byte & 0xC0) == 0x80 ? 0 : ((byte & 0xF8) == 0xF0 ? 2 : 1);
  return units;
}

CFIndex CFStringGetMaximumSizeForEncoding(CFIndex length, CFStringEncoding) {
  return 3 * length;
}

Boolean CFStringGetCString(CFStringRef string, char* buffer, CFIndex size, CFStringEncoding encoding) {
  if (encoding != kCFStringEncodingUTF8 || size <= static_cast<CFIndex>(string->text.size())) return 0;
  std::memcpy(buffer, string->text.c_str(), string->text.size() + 1);
  return 1;
}

OSStatus AudioObjectGetPropertyDataSize(AudioObjectID object, Address address, UInt32, const void*,
                                        UInt32* size) {
  if (const OSStatus status = begin_call("AudioObjectGetPropertyDataSize", address->mSelector)) return status;
  const std::scoped_lock lock(the_system().mutex);
  Bytes bytes;
  const OSStatus status = read(object, *address, bytes);
  if (status == noErr) *size = static_cast<UInt32>(bytes.size());
  return status;
}

OSStatus AudioObjectGetPropertyData(AudioObjectID object, Address address, UInt32, const void*, UInt32* size,
                                    void* data) {
  if (const OSStatus status = begin_call("AudioObjectGetPropertyData", address->mSelector)) return status;
  const std::scoped_lock lock(the_system().mutex);
  Bytes bytes;
  if (const OSStatus status = read(object, *address, bytes)) return status;
  if (*size < bytes.size()) {
    complain(the_system(), "too little room for a property");
    return kAudioHardwareBadPropertySizeError;
  }
  *size = static_cast<UInt32>(bytes.size());
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  return noErr;
}

OSStatus AudioObjectSetPropertyData(AudioObjectID object, const AudioObjectPropertyAddress* address, UInt32,
                                    const void*, UInt32 size, const void* data) {
  if (const OSStatus status = begin_call("AudioObjectSetPropertyData", address->mSelector)) return status;
  const std::scoped_lock lock(the_system().mutex);
  if (object == kAudioObjectSystemObject && address->mSelector == kAudioHardwarePropertyRunLoop) {
    if (size != sizeof(CFRunLoopRef)) return kAudioHardwareBadPropertySizeError;
    run_loop_is_null() = *static_cast<const CFRunLoopRef*>(data) == nullptr;
    return noErr;
  }
  Device* device = device_of(object);
  if (device == nullptr) return kAudioHardwareBadObjectError;
  if (address->mSelector != kAudioDevicePropertyBufferFrameSize || size != sizeof(UInt32)) {
    complain(the_system(), "a property was set that should not be");
    return kAudioHardwareUnsupportedOperationError;
  }
  ++the_system().buffer_requests;
  const UInt32 frames = *static_cast<const UInt32*>(data);
  if (frames < device->setup.fewest_frames || frames > device->setup.most_frames) {
    complain(the_system(), "a buffer size out of range");
    return kAudioHardwareIllegalOperationError;
  }
  if (!device->setup.takes_buffer_size) return kAudioHardwareUnsupportedOperationError;
  device->setup.buffer_frames = frames;
  return noErr;
}

OSStatus AudioObjectAddPropertyListener(AudioObjectID object, const AudioObjectPropertyAddress* address,
                                        AudioObjectPropertyListenerProc proc, void* data) {
  if (const OSStatus status = begin_call("AudioObjectAddPropertyListener", address->mSelector)) return status;
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  if (!run_loop_is_null()) complain(system, "a listener that no run loop will call");
  if (object != kAudioObjectSystemObject && device_of(object) == nullptr) return kAudioHardwareBadObjectError;
  system.listeners.push_back({object, *address, proc, data});
  return noErr;
}

OSStatus AudioObjectRemovePropertyListener(AudioObjectID object, const AudioObjectPropertyAddress* address,
                                           AudioObjectPropertyListenerProc proc, void* data) {
  if (const OSStatus status = begin_call("AudioObjectRemovePropertyListener", address->mSelector))
    return status;
  System& system = the_system();
  const std::scoped_lock lock(system.mutex);
  const Listener wanted{object, *address, proc, data};
  const auto found = std::find_if(system.listeners.begin(), system.listeners.end(),
                                  [&](const Listener& listener) { return same(listener, wanted); });
  if (found == system.listeners.end()) {
    complain(system, "a listener was removed that was not there");
    return kAudioHardwareIllegalOperationError;
  }
  system.removed_listeners.push_back(*found);
  system.listeners.erase(found);
  return noErr;
}

}  // extern "C"
