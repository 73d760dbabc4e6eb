// Waits for the moments when sentences begin and end at the ear: what was rendered, one device latency later.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "audio/device_keeper.hpp"
#include "audio/player.hpp"
#include "audio/sentence_marks.hpp"

namespace streamtts::audio {

class BoundaryReader {
 public:
  BoundaryReader(SentenceMarks& marks, const DeviceKeeper& keeper) : marks_(marks), keeper_(keeper) {}

  // See Player::boundaries().
  std::vector<Boundary> wait(double timeout_s);
  void wake();

  // Makes room for more; from time to time, also when nobody waits.
  void collect();
  // The device has forgotten what it had not played at `time`, of all that was posted before this many
  // flushes.
  void cut(std::uint32_t flushes, std::chrono::steady_clock::time_point time);

 private:
  using Clock = std::chrono::steady_clock;

  void collect_locked();
  double take_heard(std::vector<Boundary>& heard);

  SentenceMarks& marks_;
  const DeviceKeeper& keeper_;
  std::mutex reading_;  // by one thread at a time
  std::atomic<bool> woken_{false};
  std::mutex pending_mutex_;  // held for a moment only
  std::deque<PassedMark> pending_;
  std::uint32_t cut_flushes_ = 0;
};

}  // namespace streamtts::audio
