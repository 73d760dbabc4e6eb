// A device that plays nothing but silence rests after a while: nobody is woken two hundred times a second for
// it. It is started again by whoever has something to say.
#pragma once

#include <chrono>

namespace streamtts::audio {

class Resting {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kAfter{2};

  explicit Resting(Clock::time_point now = Clock::now()) : silent_since_(now) {}

  // After each render, with whether it left nothing to say: true when the time has come.
  bool due(bool silent, Clock::time_point now = Clock::now()) noexcept {
    if (!silent) silent_since_ = now;
    resting_since_ = now;
    return now - silent_since_ >= kAfter;
  }

  // The rest is over: how long it was.
  double end_s(Clock::time_point now = Clock::now()) noexcept {
    silent_since_ = now;
    return std::chrono::duration<double>(now - resting_since_).count();
  }

 private:
  Clock::time_point silent_since_;
  Clock::time_point resting_since_;
};

}  // namespace streamtts::audio
