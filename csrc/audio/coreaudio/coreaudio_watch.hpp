// Listens to one output device and tells about it on a thread of its own: in a notification itself nothing
// may be asked of the sound system, and an overload is announced by the thread that renders.
#pragma once

#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "audio/coreaudio/coreaudio_keep.hpp"
#include "audio/realtime.hpp"
#include "audio/wake.hpp"

namespace streamtts::audio::coreaudio {

// What was announced since the last time; only a hint to look, for it may be late or repeated.
struct DeviceNews {
  bool default_changed = false;
  bool life_changed = false;
  bool stopped = false;  // the system took the device from us
  bool timing_changed = false;
  std::uint32_t overloads = 0;
};

class DeviceWatch {
 public:
  // Returns after how many seconds it wants to be called again if nothing happens.
  using Handler = std::function<double(const DeviceNews&)>;

  // Throws streamtts::Error if the device cannot be listened to. The first call comes at once, and says to
  // look at everything.
  DeviceWatch(AudioObjectID device, bool with_default, Handler handler);
  ~DeviceWatch();  // waits for a call that is under way; none follows
  DeviceWatch(const DeviceWatch&) = delete;
  DeviceWatch& operator=(const DeviceWatch&) = delete;

  // Calls the handler soon.
  void nudge() { mailbox_->wake.notify(); }

 private:
  struct Mailbox {
    std::atomic<std::uint32_t> news{0};
    std::atomic<std::uint32_t> overloads{0};
    Wake wake;
  };

  // Listens from construction to destruction.
  class Subscription {
   public:
    Subscription(AudioObjectID object, AudioObjectPropertyAddress address, Mailbox& mailbox);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    OSStatus status() const { return status_; }

   private:
    AudioObjectID object_;
    AudioObjectPropertyAddress address_;
    Mailbox& mailbox_;
    OSStatus status_;
  };

  static OSStatus on_change(AudioObjectID object, UInt32 count, const AudioObjectPropertyAddress* addresses,
                            void* mailbox) noexcept STREAMTTS_NONBLOCKING;

  void subscribe(AudioObjectID object, AudioObjectPropertySelector selector);
  void subscribe_or_throw(AudioObjectID object, AudioObjectPropertySelector selector);
  void run();

  Handler handler_;
  Outliving<Mailbox> mailbox_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
  std::thread thread_;
};

}  // namespace streamtts::audio::coreaudio
