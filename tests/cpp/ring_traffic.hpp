// Two threads that use every way into and out of a ring, with every sample telling its own position.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>

#include "audio/spsc_ring.hpp"

namespace ring_traffic {

inline float sample_at(std::uint64_t position) {
  return static_cast<float>(position % 16'777'213);  // the largest prime that every float below can count to
}

// The same odd sizes every time.
class Sizes {
 public:
  explicit Sizes(std::uint32_t seed) : state_(seed) {}
  std::size_t next(std::size_t below) {
    state_ = state_ * 1'664'525 + 1'013'904'223;
    return (state_ >> 8) % below;
  }

 private:
  std::uint32_t state_;
};

constexpr std::size_t kMostAtOnce = 100;

inline void fill(std::span<float> samples, std::uint64_t position) {
  for (float& sample : samples) sample = sample_at(position++);
}

inline std::uint64_t count_wrong(std::span<const float> samples, std::uint64_t position) {
  std::uint64_t wrong = 0;
  for (const float sample : samples) wrong += sample != sample_at(position++) ? 1 : 0;
  return wrong;
}

template <typename Ring>
std::size_t produce_some(Ring& ring, std::uint64_t position, std::uint64_t until, Sizes& sizes) {
  const std::size_t wanted = std::min<std::uint64_t>(sizes.next(kMostAtOnce) + 1, until - position);
  switch (sizes.next(3)) {
    case 0:
      return ring.push(sample_at(position)) ? 1 : 0;
    case 1: {
      std::array<float, kMostAtOnce> samples;
      fill(std::span(samples).first(wanted), position);
      return ring.write(std::span(samples).first(wanted));
    }
    default: {
      const auto free = ring.acquire_write(wanted);
      fill(free.first, position);
      fill(free.second, position + free.first.size());
      ring.commit_write(free.size());
      return free.size();
    }
  }
}

// Returns how many were consumed; adds to `wrong` those that were not what the producer wrote.
template <typename Ring>
std::size_t consume_some(Ring& ring, std::uint64_t position, Sizes& sizes, std::uint64_t& wrong) {
  const std::size_t wanted = sizes.next(kMostAtOnce) + 1;
  switch (sizes.next(4)) {
    case 0: {
      float sample = 0;
      if (!ring.pop(sample)) return 0;
      wrong += count_wrong({&sample, 1}, position);
      return 1;
    }
    case 1: {
      std::array<float, kMostAtOnce> samples;
      const std::size_t count = ring.read(std::span(samples).first(wanted));
      wrong += count_wrong(std::span(samples).first(count), position);
      return count;
    }
    case 2:
      return ring.discard_until(position + wanted / 8);
    default: {
      const auto seen = ring.acquire_read(wanted);
      wrong += count_wrong(seen.first, position);
      wrong += count_wrong(seen.second, position + seen.first.size());
      ring.commit_read(seen.size() / 2);
      return seen.size() / 2;
    }
  }
}

// Sends `count` samples through the ring; returns how many arrived wrong.
template <typename Ring>
std::uint64_t run(Ring& ring, std::uint64_t count) {
  const std::uint64_t first = ring.written();
  const std::uint64_t until = first + count;
  std::thread producer([&ring, first, until] {
    Sizes sizes(1);
    for (std::uint64_t position = first; position < until;) {
      const std::size_t sent = produce_some(ring, position, until, sizes);
      position += sent;
      if (sent == 0) std::this_thread::yield();
    }
  });
  Sizes sizes(2);
  std::uint64_t wrong = 0;
  for (std::uint64_t position = first; position < until;) {
    const std::size_t got = consume_some(ring, position, sizes, wrong);
    position += got;
    if (got == 0) std::this_thread::yield();
  }
  producer.join();
  return wrong;
}

}  // namespace ring_traffic
