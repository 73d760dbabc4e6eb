// Wakes a thread from the device callback: a flag that a wait takes down again, and sleep behind it.
//
// * Any thread notifies, one thread at a time waits. What was written before notify() is seen after the wait
//   that it ends, and a notify() that nobody waits for ends the next wait at once: none is ever lost. Many
//   before one wait count as one, so a waiter looks at its condition again after every wait.
// * notify() is one atomic exchange, and a system call that does not block only if a thread sleeps.
#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>

#include "audio/realtime.hpp"
#ifdef __APPLE__
#include "audio/ring/semaphore_dispatch.hpp"
#else
#include "audio/ring/semaphore_posix.hpp"
#endif

namespace streamtts::audio {

class Wake {
 public:
  void notify() noexcept STREAMTTS_NONBLOCKING {
    // Never skipped for a flag that seems up already: its wait may be over but for what we just wrote.
    if (state_.exchange(State::kNotified, std::memory_order_acq_rel) == State::kAsleep) sleep_.post();
  }

  void wait() noexcept {
    if (!fall_asleep()) return;
    sleep_.wait();
    wake_up();
  }

  // False if nobody notified for `seconds`.
  bool wait_for(double seconds) noexcept {
    if (!fall_asleep()) return true;
    const bool posted = sleep_.wait_for(clamped(seconds));
    if (!posted) {
      State asleep = State::kAsleep;
      if (state_.compare_exchange_strong(asleep, State::kIdle, std::memory_order_acq_rel)) return false;
      sleep_.wait();  // notified just after our time was up: its post is here, or on its way
    }
    wake_up();
    return true;
  }

 private:
  enum class State : std::uint8_t { kIdle, kNotified, kAsleep };

  static double clamped(double seconds) noexcept {
    constexpr double kLongest = 1e8;
    return seconds > 0 ? (seconds < kLongest ? seconds : kLongest) : 0.0;
  }

  // False if the flag was up: taken down, no need to sleep.
  bool fall_asleep() noexcept {
    State idle = State::kIdle;
    if (state_.compare_exchange_strong(idle, State::kAsleep, std::memory_order_acq_rel)) return true;
    assert(idle == State::kNotified && "a second thread waits");
    wake_up();
    return false;
  }

  void wake_up() noexcept { state_.exchange(State::kIdle, std::memory_order_acq_rel); }

  std::atomic<State> state_{State::kIdle};
  Semaphore sleep_;
};

}  // namespace streamtts::audio
