#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <thread>

#include "audio/wake.hpp"
#include "check.hpp"

using streamtts::audio::Wake;

TEST(a_notify_that_came_first_ends_the_next_wait) {
  Wake wake;
  wake.notify();
  wake.wait();
  wake.notify();
  CHECK(wake.wait_for(0));
}

TEST(a_wait_takes_the_flag_down_again) {
  Wake wake;
  wake.notify();
  wake.notify();
  CHECK(wake.wait_for(1000));
  CHECK(!wake.wait_for(0));
}

TEST(a_wait_that_nobody_ends_gives_up) {
  Wake wake;
  for (const double seconds :
       {0.0, -1.0, -std::numeric_limits<double>::infinity(), std::nan(""), 1e-9, 0.01}) {
    CHECK(!wake.wait_for(seconds));
  }
  wake.notify();
  CHECK(wake.wait_for(0));
}

TEST(a_wait_longer_than_any_clock_still_ends) {
  for (const double seconds : {1e12, 1e300, std::numeric_limits<double>::infinity()}) {
    Wake wake;
    std::atomic<bool> waits{false};
    std::thread waiter([&wake, &waits, seconds] {
      waits = true;
      CHECK(wake.wait_for(seconds));
    });
    while (!waits) std::this_thread::yield();
    wake.notify();
    waiter.join();
  }
}

// Each side sleeps until the other has moved, so that a single lost wake-up hangs the test.
TEST(no_wake_up_is_lost_between_two_sleepers) {
  constexpr int kRounds = 20'000;
  Wake ping;
  Wake pong;
  int ball = 0;  // not atomic: what is written before notify() is seen after the wait
  std::thread other([&] {
    for (int round = 0; round < kRounds; ++round) {
      ping.wait();
      CHECK_EQ(ball, 2 * round + 1);
      ++ball;
      pong.notify();
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    ++ball;
    ping.notify();
    pong.wait();
    CHECK_EQ(ball, 2 * round + 2);
  }
  other.join();
}

// The notifier never waits, as the device callback does not: the waiter looks again after every wait.
TEST(a_waiter_sees_the_last_of_many_notifications) {
  constexpr std::uint64_t kLast = 300'000;
  Wake wake;
  std::atomic<std::uint64_t> progress{0};
  std::thread notifier([&] {
    for (std::uint64_t step = 1; step <= kLast; ++step) {
      progress.store(step, std::memory_order_relaxed);
      wake.notify();
    }
  });
  while (progress.load(std::memory_order_relaxed) < kLast) wake.wait();
  notifier.join();
}

// Time-outs so short that they meet notifications half way.
TEST(time_outs_and_notifications_that_cross_leave_nothing_behind) {
  constexpr std::uint64_t kLast = 20'000;
  Wake wake;
  std::atomic<std::uint64_t> progress{0};
  std::atomic<std::uint64_t> seen{0};
  std::thread notifier([&] {
    for (std::uint64_t step = 1; step <= kLast; ++step) {
      progress.store(step, std::memory_order_relaxed);
      wake.notify();
      while (seen.load(std::memory_order_relaxed) + 2 < step) std::this_thread::yield();
    }
  });
  std::uint64_t ended = 0;
  std::uint64_t timed_out = 0;
  while (seen.load(std::memory_order_relaxed) < kLast) {
    (wake.wait_for(static_cast<double>(timed_out % 4) * 5e-6) ? ended : timed_out) += 1;
    seen.store(progress.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  notifier.join();
  CHECK(ended <= kLast);
  wake.wait_for(0);
  CHECK(!wake.wait_for(0));
}

TEST(several_threads_may_notify) {
  constexpr int kEach = 50'000;
  Wake wake;
  std::atomic<int> count{0};
  const auto notify = [&] {
    for (int step = 0; step < kEach; ++step) {
      count.fetch_add(1, std::memory_order_relaxed);
      wake.notify();
    }
  };
  std::thread first(notify);
  std::thread second(notify);
  while (count.load(std::memory_order_relaxed) < 2 * kEach) wake.wait();
  first.join();
  second.join();
}
