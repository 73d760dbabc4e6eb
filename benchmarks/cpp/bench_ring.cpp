// Rings side by side: a sample's time between two pinned threads, round trips, and one thread against
// memcpy. Prints the seconds of every round as JSON. Every queue takes its turn within each repetition, so
// that all meet the same noise.
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ring_anchors.hpp"
#include "rounds.hpp"

namespace {

constexpr std::size_t kCapacity = 16384;
constexpr std::size_t kMostAtOnce = 1024;
constexpr std::array<std::size_t, 3> kBlocks{64, 256, 1024};
constexpr std::size_t kRoundTrips = 10'000;
constexpr std::size_t kUncontended = 4096;

// Sample n of the stream is n modulo a prime that shares no factor with any ring's size.
constexpr std::size_t kPeriod = 5003;

struct Source {
  Source() {
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(i % kPeriod);
  }
  std::array<float, kPeriod + kMostAtOnce> samples;
};
const Source kSource;

std::atomic<std::uint64_t> wrong_samples{0};

// Bursts of some milliseconds at real-time priority: the rest of the machine waits, or the burst is not the
// best.
void pin(int cpu) {
#ifdef __linux__
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
#else
  static_cast<void>(cpu);
#endif
  sched_param priority{};
  priority.sched_priority = 1;
  pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
}

// Runs both at once; returns what it cost from the moment that both stood ready.
template <typename There, typename Here>
bench::Cost race(There there, Here here) {
  std::atomic<bool> ready{false};
  std::atomic<bool> go{false};
  std::thread other([&] {
    pin(0);
    ready.store(true);
    while (!go.load(std::memory_order_acquire)) {
    }
    there();
  });
  while (!ready.load(std::memory_order_acquire)) std::this_thread::yield();
  bench::Cost took;
  std::thread([&] {
    pin(1);
    took = bench::cost([&] {
      go.store(true, std::memory_order_release);
      here();
    });
  }).join();
  other.join();
  return took;
}

std::size_t advanced(std::size_t phase, std::size_t by) {
  phase += by;
  return phase >= kPeriod ? phase - kPeriod : phase;
}

// Every queue's loops are compiled on their own: what surrounds them is no part of its speed.
template <typename Queue>
[[gnu::noinline]] void send(Queue& queue, std::size_t total, std::size_t block) {
  std::size_t phase = 0;
  if (block == 1) {
    for (std::size_t sent = 0; sent < total; ++sent) {
      while (!queue.push(kSource.samples[phase])) {
      }
      phase = advanced(phase, 1);
    }
    return;
  }
  for (std::size_t sent = 0; sent < total;) {
    const std::size_t count = queue.write(kSource.samples.data() + phase, std::min(block, total - sent));
    phase = advanced(phase, count);
    sent += count;
  }
}

// The ends of every piece are checked while the clock runs; `all` checks every sample.
bool right(const float* samples, std::size_t count, std::size_t phase, bool all) {
  const float* expected = kSource.samples.data() + phase;
  if (all) return std::equal(samples, samples + count, expected);
  return samples[0] == expected[0] && samples[count - 1] == expected[count - 1];
}

template <typename Queue>
[[gnu::noinline]] void receive(Queue& queue, std::size_t total, std::size_t block, bool all) {
  std::array<float, kMostAtOnce> samples;
  std::size_t phase = 0;
  std::uint64_t wrong = 0;
  if (block == 1) {
    for (std::size_t got = 0; got < total; ++got) {
      while (!queue.pop(samples[0])) {
      }
      wrong += samples[0] == kSource.samples[phase] ? 0 : 1;
      phase = advanced(phase, 1);
    }
  } else {
    for (std::size_t got = 0; got < total;) {
      const std::size_t count = queue.read(samples.data(), std::min(block, total - got));
      if (count == 0) continue;
      wrong += right(samples.data(), count, phase, all) ? 0 : 1;
      phase = advanced(phase, count);
      got += count;
    }
  }
  wrong_samples += wrong;
}

// About 3 ms of traffic for each.
template <typename Queue>
std::size_t burst(std::size_t block) {
  if (block == 1 || !Queue::kBulk) return 512 * 1024;
  return 32 * 1024 * 1024 / (4096 / block);
}

template <typename Queue>
std::size_t whole_burst(std::size_t block) {
  return burst<Queue>(block) / block * block;
}

template <typename Queue>
bench::Cost throughput(Queue& queue, std::size_t block, bool all = false) {
  const std::size_t total = whole_burst<Queue>(block);
  return race([&] { send(queue, total, block); }, [&] { receive(queue, total, block, all); });
}

template <typename Queue>
bench::Cost round_trips(Queue& ping, Queue& pong) {
  return race(
      [&] {
        float ball = 0;
        for (std::size_t i = 0; i < kRoundTrips; ++i) {
          while (!ping.pop(ball)) {
          }
          while (!pong.push(ball)) {
          }
        }
      },
      [&] {
        std::uint64_t wrong = 0;
        for (std::size_t i = 0; i < kRoundTrips; ++i) {
          const auto sent = static_cast<float>(i);
          float got = -1;
          while (!ping.push(sent)) {
          }
          while (!pong.pop(got)) {
          }
          wrong += got == sent ? 0 : 1;
        }
        wrong_samples += wrong;
      });
}

// memcpy in and memcpy out at the places that a ring would use, its one index kept in memory as a ring's are.
class Copying {
 public:
  static constexpr std::string_view kName = "memcpy";
  explicit Copying(std::size_t capacity) : mask_(capacity - 1) { slots_.resize(capacity / kLineOfSamples); }
  std::size_t write(const float* from, std::size_t count) {
    std::memcpy(slots_[0].samples.data() + (at_ & mask_), from, count * sizeof(float));
    return count;
  }
  std::size_t read(float* into, std::size_t count) {
    std::memcpy(into, slots_[0].samples.data() + (at_ & mask_), count * sizeof(float));
    at_ += count;
    return count;
  }

 private:
  static constexpr std::size_t kLineOfSamples = 32;
  struct alignas(128) Line {
    std::array<float, kLineOfSamples> samples;
  };

  std::size_t mask_;
  std::vector<Line> slots_;
  std::size_t at_ = 0;
};

// A block put in and taken out again, many times.
template <typename Queue>
bench::Cost in_and_out(Queue& queue, std::size_t block) {
  alignas(128) std::array<float, kMostAtOnce> samples;
  bench::Cost took;
  std::thread([&] {
    pin(1);
    took = bench::cost([&] {
      for (std::size_t i = 0; i < kUncontended; ++i) {
        queue.write(kSource.samples.data() + i % 64, block);
        queue.read(samples.data(), block);
        asm volatile("" : : "r"(samples.data()) : "memory");
      }
    });
    wrong_samples += right(samples.data(), block, (kUncontended - 1) % 64, true) ? 0 : 1;
  }).join();
  return took;
}

// One repetition of everything. The queues live as long as the program: their pages are there.
template <typename Queue>
void measure(bench::Rounds& rounds, bool first) {
  static Queue queue(kCapacity);
  static Queue pong(kCapacity);
  const std::string name(Queue::kName);
  if (first) {
    for (const std::size_t block : kBlocks) throughput(queue, block, true);
  }
  rounds.add("single/1/" + name, throughput(queue, 1), whole_burst<Queue>(1));
  for (const std::size_t block : kBlocks) {
    rounds.add("bulk/" + std::to_string(block) + "/" + name, throughput(queue, block),
               whole_burst<Queue>(block));
  }
  rounds.add("round trip/1/" + name, round_trips(queue, pong), kRoundTrips);
}

template <typename Queue>
void measure_alone(bench::Rounds& rounds) {
  static Queue queue(kCapacity);
  for (const std::size_t block : kBlocks) {
    rounds.add("alone/" + std::to_string(block) + "/" + std::string(Queue::kName), in_and_out(queue, block),
               kUncontended);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 15;
  bench::Rounds rounds;
  for (int i = 0; i < repetitions; ++i) {
    anchors::for_each_queue([&]<typename Queue>() { measure<Queue>(rounds, i == 0); });
    for (int j = 0; j < 8; ++j) {
      anchors::for_each_queue([&]<typename Queue>() { measure_alone<Queue>(rounds); });
      measure_alone<Copying>(rounds);
    }
  }
  std::cout << "{\"wrong\": " << wrong_samples.load() << ", \"rounds\": ";
  rounds.print(std::cout);
  std::cout << "}\n";
}
