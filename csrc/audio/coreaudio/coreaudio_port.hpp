// The door between the device's thread and a RenderSource. Shut, the device gets silence, and once shut()
// has returned nobody is inside: the sound system itself only half promises that its stop does as much. One
// thread at a time is let in: while one device takes over from another, two may call.
#pragma once

#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <atomic>
#include <cstdint>

#include "audio/output.hpp"
#include "audio/realtime.hpp"

namespace streamtts::audio::coreaudio {

class RenderPort {
 public:
  explicit RenderPort(RenderSource& source) : source_(source) {}

  void open() noexcept { open_.store(true); }
  void shut() noexcept;

  // An AURenderCallback for 32 bit floats, any number of buffers and channels; every channel gets the same.
  static OSStatus render(void* port, AudioUnitRenderActionFlags* flags, const AudioTimeStamp* time,
                         UInt32 bus, UInt32 frames, AudioBufferList* buffers) noexcept STREAMTTS_NONBLOCKING;

 private:
  // False if nothing but silence was written.
  bool fill(AudioBufferList& buffers, UInt32 frames) noexcept STREAMTTS_NONBLOCKING;

  RenderSource& source_;
  std::atomic<bool> open_{false};
  std::atomic<std::uint32_t> inside_{0};
};

}  // namespace streamtts::audio::coreaudio
