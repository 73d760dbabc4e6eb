// A counting semaphore that a real-time thread may post: macOS has no unnamed POSIX one.
#pragma once

#include <dispatch/dispatch.h>

#include <cstdint>

#include "audio/realtime.hpp"

namespace streamtts::audio {

class Semaphore {
 public:
  Semaphore() : handle_(dispatch_semaphore_create(0)) {}
  ~Semaphore() { dispatch_release(handle_); }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  void post() noexcept STREAMTTS_NONBLOCKING {
    STREAMTTS_TRUST_NONBLOCKING(dispatch_semaphore_signal(handle_);)
  }

  void wait() noexcept { dispatch_semaphore_wait(handle_, DISPATCH_TIME_FOREVER); }

  // False if nothing was posted in time; `seconds` is between 0 and 1e8.
  bool wait_for(double seconds) noexcept {
    const dispatch_time_t until = dispatch_time(DISPATCH_TIME_NOW, static_cast<std::int64_t>(seconds * 1e9));
    return dispatch_semaphore_wait(handle_, until) == 0;
  }

 private:
  dispatch_semaphore_t handle_;
};

}  // namespace streamtts::audio
