// A counting semaphore that a real-time thread may post. std::counting_semaphore polls before it sleeps.
#pragma once

#include <semaphore.h>

#include <cerrno>
#include <ctime>

#include "audio/realtime.hpp"

namespace streamtts::audio {

class Semaphore {
 public:
  Semaphore() { sem_init(&handle_, 0, 0); }
  ~Semaphore() { sem_destroy(&handle_); }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  void post() noexcept STREAMTTS_NONBLOCKING { STREAMTTS_TRUST_NONBLOCKING(sem_post(&handle_);) }

  void wait() noexcept {
    while (sem_wait(&handle_) != 0 && errno == EINTR) {
    }
  }

  // False if nothing was posted in time; `seconds` is between 0 and 1e8.
  bool wait_for(double seconds) noexcept {
    timespec until{};
    clock_gettime(kClock, &until);
    const auto whole = static_cast<std::time_t>(seconds);
    until.tv_sec += whole;
    until.tv_nsec += static_cast<long>((seconds - static_cast<double>(whole)) * 1e9);
    if (until.tv_nsec >= kSecond) {
      until.tv_nsec -= kSecond;
      ++until.tv_sec;
    }
    while (wait_until(until) != 0) {
      if (errno != EINTR) return false;
    }
    return true;
  }

 private:
  static constexpr long kSecond = 1'000'000'000;

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 30)
  static constexpr clockid_t kClock = CLOCK_MONOTONIC;
  int wait_until(const timespec& time) noexcept { return sem_clockwait(&handle_, kClock, &time); }
#else  // musl and older: a clock set while we wait makes this wait longer or shorter
  static constexpr clockid_t kClock = CLOCK_REALTIME;
  int wait_until(const timespec& time) noexcept { return sem_timedwait(&handle_, &time); }
#endif

  sem_t handle_;
};

}  // namespace streamtts::audio
