#include "audio/coreaudio/coreaudio_status.hpp"

#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <cstdint>
#include <string>

#include "error.hpp"

namespace streamtts::audio::coreaudio {

namespace {

const char* meaning(OSStatus status) {
  switch (status) {
    case kAudioHardwareNotRunningError:
      return "the sound system is not running";
    case kAudioHardwareBadObjectError:
    case kAudioHardwareBadDeviceError:
    case kAudioHardwareBadStreamError:
      return "the device is gone";
    case kAudioHardwareNotReadyError:
      return "the device is not ready";
    case kAudioDevicePermissionsError:
      return "another program has the device to itself";
    case kAudioDeviceUnsupportedFormatError:
    case kAudioUnitErr_FormatNotSupported:
      return "the device does not take this format";
    case kAudioHardwareUnknownPropertyError:
    case kAudioHardwareUnsupportedOperationError:
    case kAudioUnitErr_InvalidProperty:
    case kAudioUnitErr_InvalidPropertyValue:
    case kAudioUnitErr_PropertyNotWritable:
      return "the device does not allow it";
    case kAudioUnitErr_FailedInitialization:
    case kAudioUnitErr_CannotDoInCurrentContext:
      return "the device is busy or being changed";
    case kAudioUnitErr_Unauthorized:
      return "macOS does not allow it";
    default:
      return nullptr;
  }
}

// Most codes are four letters, made to be read; the others are plain numbers.
std::string code(OSStatus status) {
  const auto bits = static_cast<std::uint32_t>(status);
  std::string letters = "'";
  for (const std::uint32_t shift : {24U, 16U, 8U, 0U}) {
    const char letter = static_cast<char>((bits >> shift) & 0xFFU);
    if (letter < ' ' || letter > '~') return std::to_string(status);
    letters += letter;
  }
  return letters + "'";
}

}  // namespace

std::string reason(OSStatus status) {
  const char* known = meaning(status);
  return known == nullptr ? "error " + code(status) : std::string(known) + " (" + code(status) + ")";
}

void check(OSStatus status, const char* doing) {
  if (status != noErr) throw Error("cannot " + std::string(doing) + ": " + reason(status));
}

}  // namespace streamtts::audio::coreaudio
