#include "audio/coreaudio/coreaudio_port.hpp"

#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <thread>

#include "audio/realtime.hpp"

namespace streamtts::audio::coreaudio {

namespace {

std::span<AudioBuffer> all(AudioBufferList& list) noexcept STREAMTTS_NONBLOCKING {
  return {static_cast<AudioBuffer*>(list.mBuffers), list.mNumberBuffers};
}

float* samples(const AudioBuffer& buffer) noexcept STREAMTTS_NONBLOCKING {
  return static_cast<float*>(buffer.mData);
}

UInt32 frames_that_fit(const AudioBuffer& buffer) noexcept STREAMTTS_NONBLOCKING {
  if (buffer.mData == nullptr || buffer.mNumberChannels == 0) return 0;
  return buffer.mDataByteSize / (buffer.mNumberChannels * static_cast<UInt32>(sizeof(float)));
}

void silence(AudioBufferList& list) noexcept STREAMTTS_NONBLOCKING {
  for (const AudioBuffer& buffer : all(list)) {
    if (buffer.mData != nullptr) std::memset(buffer.mData, 0, buffer.mDataByteSize);
  }
}

// Backwards, so that `mono` may be where the buffer begins.
void spread(const float* mono, UInt32 frames, const AudioBuffer& to) noexcept STREAMTTS_NONBLOCKING {
  const std::size_t channels = to.mNumberChannels;
  float* const out = samples(to);
  for (std::size_t i = std::min(frames, frames_that_fit(to)); i-- > 0;) {
    const float value = mono[i];
    for (std::size_t channel = 0; channel < channels; ++channel) out[(i * channels) + channel] = value;
  }
}

}  // namespace

void RenderPort::shut() noexcept {
  // Sequentially consistent on both sides: either render() sees the door shut, or we see it inside.
  open_.store(false);
  while (inside_.load() != 0) std::this_thread::yield();
}

OSStatus RenderPort::render(void* port, AudioUnitRenderActionFlags* flags, const AudioTimeStamp*, UInt32,
                            UInt32 frames, AudioBufferList* buffers) noexcept STREAMTTS_NONBLOCKING {
  if (buffers == nullptr) return noErr;
  auto& self = *static_cast<RenderPort*>(port);
  const bool alone = self.inside_.fetch_add(1) == 0;
  const bool heard = alone && self.open_.load() && self.fill(*buffers, frames);
  self.inside_.fetch_sub(1);
  if (!heard) {
    silence(*buffers);
    if (flags != nullptr) *flags |= kAudioUnitRenderAction_OutputIsSilence;
  }
  return noErr;
}

bool RenderPort::fill(AudioBufferList& buffers, UInt32 frames) noexcept STREAMTTS_NONBLOCKING {
  const AudioBuffer* first = nullptr;
  for (const AudioBuffer& buffer : all(buffers)) {
    if (first == nullptr && frames_that_fit(buffer) != 0) first = &buffer;
  }
  if (first == nullptr) return false;
  frames = std::min(frames, frames_that_fit(*first));
  float* const mono = samples(*first);
  source_.render(mono, frames);
  if (std::all_of(mono, mono + frames, [](float sample) { return sample == 0.0F; })) return false;
  for (const AudioBuffer& buffer : all(buffers)) {
    if (&buffer != first) spread(mono, frames, buffer);
  }
  if (first->mNumberChannels > 1) spread(mono, frames, *first);
  return true;
}

}  // namespace streamtts::audio::coreaudio
