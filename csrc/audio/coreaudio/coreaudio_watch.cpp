#include "audio/coreaudio/coreaudio_watch.hpp"

#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "audio/coreaudio/coreaudio_status.hpp"
#include "audio/quiet_thread.hpp"
#include "audio/realtime.hpp"

namespace streamtts::audio::coreaudio {

namespace {

constexpr std::uint32_t kQuit = 1;
constexpr std::uint32_t kDefault = 2;
constexpr std::uint32_t kLife = 4;
constexpr std::uint32_t kStopped = 8;
constexpr std::uint32_t kTiming = 16;

std::uint32_t news_of(AudioObjectPropertySelector selector) noexcept STREAMTTS_NONBLOCKING {
  switch (selector) {
    case kAudioHardwarePropertyDefaultOutputDevice:
      return kDefault;
    case kAudioDevicePropertyDeviceIsAlive:
      return kLife;
    case kAudioDevicePropertyIOStoppedAbnormally:
    case kAudioHardwarePropertyServiceRestarted:
      return kStopped;
    case kAudioDevicePropertyNominalSampleRate:
    case kAudioDevicePropertyBufferFrameSize:
      return kTiming;
    default:
      return 0;
  }
}

}  // namespace

DeviceWatch::Subscription::Subscription(AudioObjectID object, AudioObjectPropertyAddress address,
                                        Mailbox& mailbox)
    : object_(object),
      address_(address),
      mailbox_(mailbox),
      status_(AudioObjectAddPropertyListener(object_, &address_, on_change, &mailbox_)) {}

DeviceWatch::Subscription::~Subscription() {
  // Fails only where the device is gone, and its listeners with it.
  if (status_ == noErr) (void)AudioObjectRemovePropertyListener(object_, &address_, on_change, &mailbox_);
}

DeviceWatch::DeviceWatch(AudioObjectID device, bool with_default, Handler handler)
    : handler_(std::move(handler)), mailbox_(new Mailbox) {
  subscribe_or_throw(device, kAudioDevicePropertyDeviceIsAlive);
  if (with_default) subscribe_or_throw(kAudioObjectSystemObject, kAudioHardwarePropertyDefaultOutputDevice);
  subscribe(kAudioObjectSystemObject, kAudioHardwarePropertyServiceRestarted);
  subscribe(device, kAudioDevicePropertyIOStoppedAbnormally);
  subscribe(device, kAudioDeviceProcessorOverload);
  subscribe(device, kAudioDevicePropertyNominalSampleRate);
  subscribe(device, kAudioDevicePropertyBufferFrameSize);
  // What changed before we listened.
  mailbox_->news.fetch_or(kLife | kTiming | (with_default ? kDefault : 0U), std::memory_order_relaxed);
  mailbox_->wake.notify();
  thread_ = start_quiet_thread("stt-device", [this] { run(); });
}

DeviceWatch::~DeviceWatch() {
  subscriptions_.clear();
  mailbox_->news.fetch_or(kQuit, std::memory_order_relaxed);
  mailbox_->wake.notify();
  thread_.join();
}

void DeviceWatch::subscribe(AudioObjectID object, AudioObjectPropertySelector selector) {
  const AudioObjectPropertyAddress address = {.mSelector = selector,
                                              .mScope = kAudioObjectPropertyScopeGlobal,
                                              .mElement = kAudioObjectPropertyElementMain};
  subscriptions_.push_back(std::make_unique<Subscription>(object, address, *mailbox_));
}

void DeviceWatch::subscribe_or_throw(AudioObjectID object, AudioObjectPropertySelector selector) {
  subscribe(object, selector);
  check(subscriptions_.back()->status(), "watch the sound device");
}

OSStatus DeviceWatch::on_change(AudioObjectID, UInt32 count, const AudioObjectPropertyAddress* addresses,
                                void* mailbox) noexcept STREAMTTS_NONBLOCKING {
  auto& box = *static_cast<Mailbox*>(mailbox);
  for (UInt32 i = 0; i < count; ++i) {
    const AudioObjectPropertySelector selector = addresses[i].mSelector;
    if (selector == kAudioDeviceProcessorOverload) box.overloads.fetch_add(1, std::memory_order_relaxed);
    box.news.fetch_or(news_of(selector), std::memory_order_relaxed);
  }
  box.wake.notify();
  return noErr;
}

void DeviceWatch::run() {
  for (;;) {
    const std::uint32_t bits = mailbox_->news.exchange(0, std::memory_order_relaxed);
    if ((bits & kQuit) != 0) return;
    DeviceNews news;
    news.default_changed = (bits & kDefault) != 0;
    news.life_changed = (bits & kLife) != 0;
    news.stopped = (bits & kStopped) != 0;
    news.timing_changed = (bits & kTiming) != 0;
    news.overloads = mailbox_->overloads.exchange(0, std::memory_order_relaxed);
    mailbox_->wake.wait_for(handler_(news));
  }
}

}  // namespace streamtts::audio::coreaudio
