// What the hardware layer of Core Audio knows about devices. Nothing here may run in a notification or in
// the render callback: a property call there can deadlock.
#pragma once

#include <CoreAudio/CoreAudio.h>

#include <cstdint>
#include <string>
#include <vector>

namespace streamtts::audio::coreaudio {

// kAudioObjectUnknown if there is none.
AudioObjectID default_output_device();
AudioObjectID device_with_uid(const std::string& uid);

// Devices with an output, the hidden ones left out.
std::vector<AudioObjectID> output_devices();
std::string device_uid(AudioObjectID device);   // the same after a restart and in another socket
std::string device_name(AudioObjectID device);  // for people; two devices may share it

bool is_alive(AudioObjectID device);
double nominal_rate_hz(AudioObjectID device);  // 0 if it does not say

// Asks for buffers of 128 to 512 frames, if they are not so already, and returns what the device made of it.
// The size is this process's own: other programs keep theirs.
std::uint32_t settle_buffer_frames(AudioObjectID device);

// From the callback to the ear: buffer, safety offset, device and stream.
double output_latency_s(AudioObjectID device);

}  // namespace streamtts::audio::coreaudio
