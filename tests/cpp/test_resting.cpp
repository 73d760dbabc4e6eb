#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "audio/player.hpp"
#include "audio/resting.hpp"
#include "check.hpp"

using std::chrono::seconds;
using streamtts::audio::Player;
using streamtts::audio::Resting;

TEST(a_rest_is_due_after_silence_alone) {
  const Resting::Clock::time_point start{};
  Resting resting(start);
  CHECK(!resting.due(true, start + Resting::kAfter / 2));
  CHECK(!resting.due(false, start + Resting::kAfter));
  CHECK(!resting.due(true, start + 2 * Resting::kAfter - seconds(1)));
  CHECK(resting.due(true, start + 2 * Resting::kAfter));
  CHECK_EQ(resting.end_s(start + 2 * Resting::kAfter + seconds(7)), 7.0);
  CHECK(!resting.due(true, start + 2 * Resting::kAfter + seconds(8)));
}

TEST(a_resting_device_is_woken_by_each_kind_of_news) {
  Player player({.output = "null", .rate_hz = 48000, .ring_s = 1.0});
  const std::vector<float> sentence(480, 0.1F);
  const auto rest = [] { std::this_thread::sleep_for(Resting::kAfter + std::chrono::milliseconds(100)); };
  rest();
  CHECK(player.write(sentence, 48000, 1, 1, true));
  CHECK(player.drain(60));
  player.pause();
  CHECK(player.write(sentence, 48000, 1, 2, true));
  rest();
  player.resume();
  CHECK(player.drain(60));
  CHECK_EQ(player.counters().played_frames, 2 * sentence.size());
  rest();
  player.flush(1);
  CHECK(player.write(sentence, 48000, 1, 3, true, 1));
  CHECK(player.drain(60));
  CHECK_EQ(player.counters().played_frames, 3 * sentence.size());
}
