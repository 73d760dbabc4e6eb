#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audio/stretch.hpp"
#include "check.hpp"
#include "error.hpp"
#include "signals.hpp"

namespace {

using signals::Frames;
using streamtts::audio::Stretch;

constexpr std::array kSpeeds = {0.5, 0.75, 0.9, 1.1, 1.5, 2.0, 2.5, 3.0};

// Feeds and drains in pieces, as a device callback with a ring behind it would.
class Listener {
 public:
  Listener(std::uint32_t rate_hz, double speed) : stretch(rate_hz) { stretch.set_speed(speed); }

  // Hears at most `room` frames, offering at most `offered` of what is left of `in`.
  void hear(std::span<const float>& in, std::size_t offered, std::size_t room, bool last = true) {
    const std::span<const float> now = in.first(std::min(offered, in.size()));
    buffer_.assign(room, -9.0F);
    const Stretch::Progress done = stretch.process(now, buffer_, last && now.size() == in.size());
    given = done.given;
    in = in.subspan(done.taken);
    taken += done.taken;
    heard.insert(heard.end(), buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(done.given));
    stuck = done.taken == 0 && done.given == 0;
  }

  void hear_all(std::span<const float> in, std::size_t offered, std::size_t room) {
    do {
      hear(in, offered, room);
    } while (!stuck);
    CHECK(in.empty());
  }

  Stretch stretch;
  Frames heard;
  std::size_t taken = 0;
  std::size_t given = 0;
  bool stuck = false;

 private:
  Frames buffer_;
};

Frames stretched(std::span<const float> in, std::uint32_t rate_hz, double speed) {
  Listener listener(rate_hz, speed);
  listener.hear_all(in, in.size(), 4096);
  return listener.heard;
}

std::span<const float> middle(const Frames& frames) {
  return std::span(frames).subspan(frames.size() / 8, frames.size() * 3 / 4);
}

// Parts of a second in which speech may be late or early: a lag of the longest period, and what a jump needs.
double frames_of(double seconds, std::uint32_t rate_hz) {
  return seconds * rate_hz;
}

// The pitch near `guess_hz` that explains most of the sound's fundamental.
double pitch_hz(std::span<const float> frames, double guess_hz, double rate_hz) {
  double best_hz = 0.0;
  double best = 0.0;
  for (double hz = guess_hz * 0.98; hz < guess_hz * 1.02; hz += guess_hz * 0.0005) {
    const double amplitude = signals::fit_tone(frames, hz, rate_hz).amplitude;
    if (amplitude > best) {
      best = amplitude;
      best_hz = hz;
    }
  }
  return best_hz;
}

struct Level {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = 0.0;
};

Level level_over(std::span<const float> frames, std::size_t window) {
  Level level;
  for (; frames.size() >= window; frames = frames.subspan(window)) {
    const double now = signals::rms(frames.first(window));
    level.lowest = std::min(level.lowest, now);
    level.highest = std::max(level.highest, now);
  }
  return level;
}

}  // namespace

TEST(normal_speed_is_an_exact_bypass) {
  const Frames in = signals::noise(20000);
  for (const double speed : {1.0, 0.9999999, 1.0000001}) {
    Listener listener(24000, speed);
    signals::Dice dice(1);
    std::span<const float> left = in;
    while (!left.empty()) {
      const std::size_t offered = dice.roll(500);
      const std::size_t room = dice.roll(500);
      const std::size_t possible = std::min({offered, room, left.size()});
      listener.hear(left, offered, room, false);
      CHECK_EQ(listener.given, possible);
      CHECK_EQ(listener.taken, listener.heard.size());
      CHECK_EQ(listener.stretch.held(), 0U);
    }
    CHECK(listener.heard == in);
  }
}

TEST(length_follows_the_speed) {
  for (const std::uint32_t rate_hz : {16000U, 24000U, 44100U, 48000U}) {
    for (const Frames& in : {signals::voice(123.4, rate_hz, 10U * rate_hz), signals::noise(10U * rate_hz)}) {
      for (const double speed : kSpeeds) {
        const double ratio =
            static_cast<double>(stretched(in, rate_hz, speed).size()) / static_cast<double>(in.size());
        CHECK(std::fabs(ratio * speed - 1.0) < 0.002);
      }
    }
  }
}

TEST(pitch_stays) {
  for (const std::uint32_t rate_hz : {24000U, 48000U}) {
    for (const double hz : {85.0, 120.0, 210.3, 333.0}) {
      const Frames in = signals::voice(hz, rate_hz, 2U * rate_hz);
      for (const double speed : kSpeeds) {
        const Frames out = stretched(in, rate_hz, speed);
        CHECK(std::fabs(pitch_hz(middle(out), hz, rate_hz) / hz - 1.0) < 0.004);
      }
    }
  }
}

TEST(loudness_stays) {
  constexpr std::uint32_t kRate = 24000;
  const auto check_level = [](const Frames& in, std::size_t window, double db) {
    const Level before = level_over(in, window);
    for (const double speed : kSpeeds) {
      const Level after = level_over(middle(stretched(in, kRate, speed)), window);
      CHECK(signals::decibels(after.lowest / before.lowest) > -db);
      CHECK(signals::decibels(after.highest / before.highest) < db);
    }
  };
  check_level(signals::voice(100, kRate, 3U * kRate), 240 * 3, 0.3);
  check_level(signals::voice(215, kRate, 3U * kRate), 480, 0.3);
  check_level(signals::tone(1000, kRate, 3U * kRate), 480, 0.3);
  check_level(signals::noise(3U * kRate), 480, 1.2);
}

TEST(the_size_of_the_pieces_changes_nothing) {
  for (const std::uint32_t rate_hz : {4000U, 8000U, 11025U, 12345U, 24000U, 48000U, 192000U}) {
    Frames in = signals::voice(140, rate_hz, rate_hz / 2);
    const Frames hiss = signals::noise(rate_hz / 3);
    in.insert(in.end(), hiss.begin(), hiss.end());
    for (const double speed : {0.5, 0.83, 1.0, 1.37, 2.0, 2.71, 3.0}) {
      const Frames whole = stretched(in, rate_hz, speed);
      signals::Dice dice(rate_hz);
      for (int round = 0; round < 3; ++round) {
        Listener listener(rate_hz, speed);
        listener.hear_all(in, 1 + dice.roll(700), 1 + dice.roll(700));
        CHECK(listener.heard == whole);
      }
    }
  }
}

TEST(speed_changes_make_no_click) {
  constexpr std::uint32_t kRate = 48000;
  for (const Frames& in : {signals::voice(130, kRate, 12U * kRate), signals::tone(300, kRate, 12U * kRate)}) {
    Listener listener(kRate, 1.0);
    signals::Dice dice(5);
    std::span<const float> left = in;
    for (std::size_t step = 0; !listener.stuck; ++step) {
      const double wave = std::sin(static_cast<double>(step) / 50.0);
      if (step < 1500) {
        listener.stretch.set_speed(1.25 + wave);
      } else if (step % 7 == 0) {
        listener.stretch.set_speed(dice.roll(3) == 0 ? 1.0 : dice.between(0.5F, 3.0F));
      }
      listener.hear(left, 480, 256);
    }
    CHECK(left.empty());
    CHECK(signals::largest_jump(listener.heard) <= 1.05F * signals::largest_jump(in));
    CHECK(signals::largest(listener.heard) <= 1.05F * signals::largest(in));
  }
}

TEST(speed_changes_lose_and_repeat_nothing) {
  constexpr std::uint32_t kRate = 24000;
  const Frames in = signals::voice(110, kRate, 20U * kRate);
  Listener listener(kRate, 1.2);
  std::span<const float> left = in;
  double wanted = 0.0;
  double speed = 1.2;
  for (std::size_t step = 0; step < 1400 && !listener.stuck; ++step) {
    if (step % 10 == 0) {
      speed = 1.2 + 0.17 * static_cast<double>(step / 10 % 10);
      listener.stretch.set_speed(speed);
    }
    listener.hear(left, 512, 128);
    wanted += speed * static_cast<double>(listener.given);
    const double place = static_cast<double>(listener.taken) - static_cast<double>(listener.stretch.held());
    CHECK(std::fabs(place - wanted) < frames_of(0.032, kRate));
  }
}

// The input's amplitude climbs evenly, so that every place is known by its loudness.
TEST(what_is_heard_is_where_the_listener_thinks) {
  constexpr std::uint32_t kRate = 24000;
  for (const double speed : {0.5, 0.8, 1.5, 2.7}) {
    Frames in = signals::tone(1000, kRate, 4U * kRate, 1.0);
    for (std::size_t i = 0; i < in.size(); ++i)
      in[i] *= static_cast<float>(i) / static_cast<float>(in.size());
    Listener listener(kRate, speed);
    std::span<const float> left = in;
    while (left.size() > kRate) {
      listener.hear(left, 480, 240);
      if (listener.heard.size() < 2400 || listener.given < 240) continue;
      const double loudness = signals::rms(std::span(listener.heard).last(240)) * std::sqrt(2.0);
      const double place = static_cast<double>(listener.taken) - static_cast<double>(listener.stretch.held());
      CHECK(std::fabs(loudness * static_cast<double>(in.size()) - place) < frames_of(0.02, kRate));
    }
  }
}

TEST(the_place_heard_moves_on_evenly) {
  const Frames in = signals::voice(97, 24000, 24000);
  for (const double speed : {0.5, 0.8, 1.5, 3.0}) {
    Listener listener(24000, speed);
    std::span<const float> left = in;
    std::size_t before = 0;
    while (!left.empty()) {
      listener.hear(left, 480, 1);
      const std::size_t place = listener.taken - listener.stretch.held();
      CHECK(place >= before);
      CHECK(static_cast<double>(place - before) <= std::max(2.0, speed) + 1.0);
      before = place;
    }
  }
}

TEST(back_at_normal_speed_the_held_frames_come_first) {
  constexpr std::uint32_t kRate = 24000;
  const Frames in = signals::voice(150, kRate, 4U * kRate);
  for (const double speed : kSpeeds) {
    Listener listener(kRate, speed);
    std::span<const float> left = in;
    for (int i = 0; i < 100; ++i) listener.hear(left, 480, 128, false);
    CHECK(listener.stretch.held() > 0);
    CHECK(static_cast<double>(listener.stretch.held()) < frames_of(0.040, kRate));
    listener.stretch.set_speed(1.0);
    const std::size_t taken_before = listener.taken;
    while (listener.stretch.held() > 0) listener.hear(left, 480, 128, false);
    CHECK(listener.taken - taken_before < 128);
    const std::size_t from = listener.heard.size();
    const std::size_t next = in.size() - left.size();
    listener.hear(left, 480, 480, false);
    CHECK_EQ(listener.given, 480U);
    CHECK(std::equal(in.begin() + static_cast<std::ptrdiff_t>(next - 64),
                     in.begin() + static_cast<std::ptrdiff_t>(next + 480),
                     listener.heard.begin() + static_cast<std::ptrdiff_t>(from - 64)));
    CHECK(signals::largest_jump(listener.heard) <= 1.05F * signals::largest_jump(in));
  }
}

TEST(silence_stays_silence) {
  for (const double speed : kSpeeds) {
    const Frames out = stretched(Frames(48000), 24000, speed);
    CHECK_EQ(signals::largest(out), 0.0F);
    CHECK(std::fabs(static_cast<double>(out.size()) * speed / 48000.0 - 1.0) < 0.02);
  }
}

TEST(single_clicks_and_steps_survive_without_growing) {
  for (const double speed : kSpeeds) {
    Frames in(48000);
    for (std::size_t i = 1000; i < in.size(); i += 4801) in[i] = 0.8F;
    CHECK(signals::largest(stretched(in, 24000, speed)) <= 0.8F);
    for (std::size_t i = 0; i < in.size(); ++i) in[i] = i / 6000 % 2 == 0 ? 0.5F : -0.5F;
    CHECK(signals::largest(stretched(in, 24000, speed)) <= 0.72F);
  }
}

TEST(bad_samples_do_no_lasting_harm) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInf = std::numeric_limits<float>::infinity();
  Frames in = signals::voice(120, 24000, 48000);
  for (const float bad : {kNaN, kInf, -kInf, 3e38F, 1e-42F}) {
    Frames broken = in;
    Frames mended = in;
    for (std::size_t i = 9000; i < 30000; i += 777) {
      broken[i] = bad;
      mended[i] = 0.0F;
    }
    for (const double speed : kSpeeds) {
      const Frames out = stretched(broken, 24000, speed);
      CHECK(signals::all_finite(out));
      CHECK(out == stretched(mended, 24000, speed));
    }
  }
}

TEST(absurd_speeds_are_clamped) {
  const Frames in = signals::voice(120, 24000, 24000);
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(stretched(in, 24000, 10.0) == stretched(in, 24000, 3.0));
  CHECK(stretched(in, 24000, inf) == stretched(in, 24000, 3.0));
  CHECK(stretched(in, 24000, 0.0) == stretched(in, 24000, 0.5));
  CHECK(stretched(in, 24000, -inf) == stretched(in, 24000, 0.5));
  Listener listener(24000, 1.7);
  listener.stretch.set_speed(std::numeric_limits<double>::quiet_NaN());
  listener.hear_all(in, 480, 480);
  CHECK(listener.heard == stretched(in, 24000, 1.7));
}

TEST(the_end_brings_out_all_that_is_held) {
  for (const double speed : kSpeeds) {
    for (const std::size_t frames : {0U, 1U, 2U, 50U, 119U, 500U, 1000U, 3000U}) {
      const Frames in = signals::tone(200, 24000, frames);
      Listener listener(24000, speed);
      listener.hear_all(in, 33, 1);
      CHECK_EQ(listener.stretch.held(), 0U);
      const double expected = static_cast<double>(frames) / speed;
      CHECK(std::fabs(static_cast<double>(listener.heard.size()) - expected) <= frames_of(0.016, 24000));
      if (frames < 50) CHECK(listener.heard == in);
    }
  }
}

TEST(what_follows_the_end_starts_afresh) {
  const Frames in = signals::voice(170, 24000, 20000);
  for (const double speed : kSpeeds) {
    Listener listener(24000, speed);
    listener.hear_all(in, 480, 128);
    const Frames first = std::exchange(listener.heard, {});
    listener.hear_all(in, 480, 128);
    CHECK(listener.heard == first);

    std::span<const float> left = in;
    for (int i = 0; i < 30; ++i) listener.hear(left, 480, 77);
    CHECK(listener.stretch.held() > 0);
    listener.stretch.reset();
    CHECK_EQ(listener.stretch.held(), 0U);
    listener.heard.clear();
    listener.hear_all(in, 480, 128);
    CHECK(listener.heard == first);
  }
}

TEST(a_moved_stretch_goes_on_where_it_was) {
  const Frames in = signals::voice(170, 24000, 20000);
  Listener listener(24000, 1.6);
  std::span<const float> left = in;
  for (int i = 0; i < 20; ++i) listener.hear(left, 480, 128);
  Stretch moved(std::move(listener.stretch));
  listener.stretch = std::move(moved);
  listener.hear_all(left, 480, 128);
  CHECK(listener.heard == stretched(in, 24000, 1.6));
}

TEST(stretching_refuses_rates_it_cannot_serve) {
  for (const std::uint32_t rate_hz : {0U, 3999U, 768001U}) {
    std::string message;
    try {
      const Stretch stretch(rate_hz);
    } catch (const streamtts::Error& error) {
      message = error.what();
    }
    CHECK(message.find("4000 to 768000") != std::string::npos);
  }
}
