#include <atomic>
#include <cmath>
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

// The notifier never waits, as the device callback does not: the waiter looks again after every wait. One
// notification skipped because the flag seemed to be up hangs the test.
TEST(a_waiter_sees_the_last_of_many_notifications) {
  constexpr int kRounds = 5'000;
  constexpr int kSteps = 500;
  Wake wake;
  std::atomic<int> round{0};
  std::atomic<int> progress{0};
  std::thread notifier([&] {
    for (int now = 1; now <= kRounds; ++now) {
      while (round.load() < now) std::this_thread::yield();
      for (int step = 1; step <= kSteps; ++step) {
        progress.store((now - 1) * kSteps + step, std::memory_order_relaxed);
        wake.notify();
      }
    }
  });
  for (int now = 1; now <= kRounds; ++now) {
    round.store(now);
    while (progress.load(std::memory_order_relaxed) < now * kSteps) wake.wait();
  }
  notifier.join();
}

// Waits so short that the one notification of a round often meets their end: it must end exactly one of them.
TEST(time_outs_and_notifications_that_cross_leave_nothing_behind) {
  constexpr int kRounds = 12'000;
  Wake wake;
  std::atomic<int> round{0};
  std::thread notifier([&] {
    for (int now = 1; now <= kRounds; ++now) {
      while (round.load() < now) {
      }
      for (int spin = 0; spin < now % 256; ++spin) round.load();
      wake.notify();
    }
  });
  int too_many = 0;
  for (int now = 1; now <= kRounds; ++now) {
    round.store(now);
    while (!wake.wait_for(0)) {
    }
    too_many += wake.wait_for(0) ? 1 : 0;
  }
  notifier.join();
  CHECK_EQ(too_many, 0);
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
