// Which ring position was rendered when, for the last few hundred callbacks: what the ear hears now is what
// was rendered one device latency ago. One real-time writer, any reader, no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "audio/realtime.hpp"

namespace streamtts::audio {

class HeardClock {
 public:
  // After a callback: `rendered` frames given to the device in all, the last of them from `position`.
  void note(std::uint64_t rendered, std::uint64_t position) noexcept STREAMTTS_NONBLOCKING {
    const std::uint64_t count = count_.load(std::memory_order_relaxed);
    Entry& entry = entries_[count % kEntries];
    entry.rendered.store(rendered, std::memory_order_relaxed);
    entry.position.store(position, std::memory_order_relaxed);
    count_.store(count + 1, std::memory_order_release);
  }

  // The ring position at the ear when `delay` frames of what was rendered are still on their way.
  std::uint64_t position(std::uint64_t delay) const noexcept {
    const std::uint64_t count = count_.load(std::memory_order_acquire);
    if (count == 0) return 0;
    const std::uint64_t newest = entries_[(count - 1) % kEntries].rendered.load(std::memory_order_relaxed);
    const std::uint64_t wanted = newest > delay ? newest - delay : 0;
    // The oldest half is left alone: the writer may be overwriting it meanwhile.
    const std::uint64_t oldest = count > kEntries / 2 ? count - kEntries / 2 : 0;
    for (std::uint64_t at = count; at-- > oldest;) {
      const Entry& entry = entries_[at % kEntries];
      const std::uint64_t rendered = entry.rendered.load(std::memory_order_relaxed);
      if (rendered <= wanted) return entry.position.load(std::memory_order_relaxed);
    }
    return oldest == 0 ? 0 : entries_[oldest % kEntries].position.load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kEntries = 512;

  struct Entry {
    std::atomic<std::uint64_t> rendered{0};
    std::atomic<std::uint64_t> position{0};
  };

  std::array<Entry, kEntries> entries_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace streamtts::audio
