// Which sentence lies where in the ring: (turn, seq) of every frame not yet heard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

namespace streamtts::audio {

struct Passage {
  std::uint64_t begin = 0;  // ring position of its first frame
  std::uint32_t turn = 0;
  std::uint32_t seq = 0;
};

class Timeline {
 public:
  // Frames from `position` on belong to this sentence.
  void mark(std::uint64_t position, std::uint32_t turn, std::uint32_t seq) {
    const std::scoped_lock lock(mutex_);
    if (!passages_.empty() && passages_.back().turn == turn && passages_.back().seq == seq) return;
    passages_.push_back({.begin = position, .turn = turn, .seq = seq});
    if (passages_.size() > kMost) passages_.pop_front();  // nobody asks
  }

  // Nothing marked at or after `position` was ever heard.
  void forget_from(std::uint64_t position) {
    const std::scoped_lock lock(mutex_);
    while (!passages_.empty() && passages_.back().begin >= position) passages_.pop_back();
    if (!passages_.empty()) passages_.push_back({.begin = position});
  }

  // The sentence at `position`; what lies before it is forgotten.
  Passage at(std::uint64_t position) {
    const std::scoped_lock lock(mutex_);
    while (passages_.size() > 1 && passages_[1].begin <= position) passages_.pop_front();
    return passages_.empty() || passages_.front().begin > position ? Passage{} : passages_.front();
  }

 private:
  static constexpr std::size_t kMost = 4096;

  std::mutex mutex_;
  std::deque<Passage> passages_;
};

}  // namespace streamtts::audio
