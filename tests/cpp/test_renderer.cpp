#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <span>
#include <thread>
#include <vector>

#include "audio/renderer.hpp"
#include "check.hpp"

namespace {

using streamtts::audio::Renderer;
using Samples = std::vector<float>;

constexpr std::uint32_t kRate = 48000;
constexpr std::size_t kFade = kRate * 5 / 1000;

// Every frame tells which one it is.
Samples numbered(std::size_t count, std::size_t from = 0) {
  Samples samples(count);
  for (std::size_t i = 0; i < count; ++i) samples[i] = 0.25F + static_cast<float>(from + i) / (1 << 20);
  return samples;
}

Samples tone(std::size_t count, double hz = 220.0) {
  Samples samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] =
        static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / kRate));
  }
  return samples;
}

struct Rig {
  Renderer renderer{kRate, std::size_t{kRate} * 4};

  void write(const Samples& samples, bool last = false) {
    CHECK_EQ(renderer.ring().write(samples), samples.size());
    if (last) renderer.may_rest_at(renderer.ring().written());
  }
  Samples render(std::size_t frames, std::size_t slice = 256) {
    Samples out(frames);
    for (std::size_t at = 0; at < frames; at += slice) {
      renderer.render(out.data() + at, static_cast<std::uint32_t>(std::min(slice, frames - at)));
    }
    return out;
  }
  void flush() {
    const std::uint64_t position = renderer.ring().written();
    renderer.may_rest_at(position);
    renderer.flush_to(position);
  }
  std::uint64_t underruns() const { return renderer.counters().underruns.load(); }
  std::uint64_t padded() const { return renderer.counters().padded_frames.load(); }
};

Samples part(const Samples& samples, std::size_t from, std::size_t count) {
  const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(from);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

bool silent(std::span<const float> samples) {
  return std::ranges::all_of(samples, [](float sample) { return sample == 0.0F; });
}

float largest_jump(const Samples& samples) {
  float largest = 0.0F;
  for (std::size_t i = 1; i < samples.size(); ++i)
    largest = std::max(largest, std::abs(samples[i] - samples[i - 1]));
  return largest;
}

}  // namespace

TEST(what_is_written_is_rendered_to_the_bit) {
  for (const std::size_t slice : {1U, 37U, 256U, 1000U}) {
    Rig rig;
    const Samples speech = numbered(5000);
    rig.write(speech, true);
    CHECK(rig.render(5000, slice) == speech);
    CHECK(rig.renderer.spoken());
    CHECK_EQ(rig.underruns(), 0U);
  }
}

TEST(silence_after_a_sentence_is_no_underrun) {
  Rig rig;
  rig.write(numbered(1000), true);
  rig.render(3000);
  rig.write(numbered(1000), true);
  rig.render(3000);
  CHECK_EQ(rig.underruns(), 0U);
  CHECK_EQ(rig.padded(), 0U);
}

TEST(silence_before_the_first_word_is_no_underrun) {
  Rig rig;
  CHECK(silent(rig.render(4800)));
  CHECK_EQ(rig.underruns(), 0U);
}

TEST(a_sentence_announced_and_not_there_yet_is_no_underrun) {
  Rig rig;
  const Samples speech = numbered(1000);
  for (int round = 0; round < 4; ++round) {
    rig.renderer.may_rest_at(rig.renderer.ring().written() + 1000);
    CHECK(silent(part(rig.render(1000), 500, 500)));
    rig.write(speech);
    CHECK(rig.render(1000) == speech);
  }
  CHECK_EQ(rig.underruns(), 0U);
}

TEST(a_sentence_that_stalls_is_an_underrun_though_its_end_is_announced) {
  Rig rig;
  rig.write(numbered(1000), true);
  rig.write(numbered(1000));
  rig.render(2000);
  rig.renderer.may_rest_at(3000);
  rig.render(100);
  CHECK_EQ(rig.underruns(), 1U);
  CHECK_EQ(rig.padded(), 100U);
}

TEST(whole_sentences_are_no_underrun_however_the_threads_meet) {
  Rig rig;
  std::atomic<bool> over{false};
  std::thread device([&] {
    while (!over.load()) rig.render(64, 64);
  });
  const Samples sentence = numbered(100);
  for (int i = 0; i < 200; ++i) {
    rig.renderer.may_rest_at(rig.renderer.ring().written() + sentence.size());
    rig.write(sentence);
    while (!rig.renderer.spoken()) std::this_thread::yield();
  }
  over.store(true);
  device.join();
  CHECK_EQ(rig.underruns(), 0U);
  CHECK_EQ(rig.padded(), 0U);
}

TEST(a_stall_is_one_underrun_with_its_frames) {
  Rig rig;
  const Samples speech = numbered(10000);
  rig.write(part(speech, 0, 4000));
  rig.render(4000 + 14400);
  rig.write(part(speech, 4000, 6000), true);
  const Samples after = rig.render(6000);
  CHECK_EQ(rig.underruns(), 1U);
  CHECK_EQ(rig.padded(), 14400U);
  CHECK(part(after, kFade, 6000 - kFade) == part(speech, 4000 + kFade, 6000 - kFade));
}

TEST(a_trickle_after_a_stall_is_still_one_underrun) {
  Rig rig;
  rig.write(numbered(4000));
  rig.render(5000);
  for (int i = 0; i < 10; ++i) {
    rig.write(numbered(100));
    rig.render(100);
  }
  CHECK_EQ(rig.underruns(), 1U);
  CHECK_EQ(rig.renderer.ring().readable(), 1000U);
}

TEST(a_stall_neither_clicks_down_nor_up) {
  Rig rig;
  const Samples speech = tone(9000);
  rig.write(part(speech, 0, 4030));
  Samples heard = rig.render(8000);
  rig.write(part(speech, 4030, 4970), true);
  const Samples after = rig.render(6000);
  heard.insert(heard.end(), after.begin(), after.end());
  CHECK(largest_jump(heard) < 2 * largest_jump(speech));
}

TEST(a_flush_is_silence_within_five_milliseconds_and_forgets_the_rest) {
  Rig rig;
  rig.write(tone(40000));
  const Samples before = rig.render(10007);
  rig.flush();
  Samples after = rig.render(4800);
  CHECK(silent(std::span(after).subspan(kFade)));
  CHECK(!silent(std::span(after).first(kFade / 2)));
  after.insert(after.begin(), before.begin(), before.end());
  CHECK(largest_jump(after) < 2 * largest_jump(tone(4800)));
  CHECK(rig.renderer.spoken());
  CHECK_EQ(rig.underruns(), 0U);
  CHECK_EQ(rig.renderer.counters().flushed_frames.load(), 40000U - 10007U - kFade);
}

TEST(what_is_written_after_a_flush_is_rendered_to_the_bit) {
  Rig rig;
  rig.write(numbered(40000));
  rig.render(1000);
  rig.flush();
  const Samples fresh = numbered(2000, 70000);
  rig.write(fresh, true);
  const Samples heard = rig.render(4000);
  CHECK_EQ(heard[kFade - 1], 0.0F);
  CHECK(part(heard, kFade, 2000) == fresh);
}

TEST(a_flush_with_less_than_a_fade_left_still_ends_in_zero) {
  Rig rig;
  rig.write(tone(10057));
  rig.render(10007);
  rig.flush();
  const Samples fresh = numbered(2000, 70000);
  rig.write(fresh, true);
  const Samples heard = rig.render(3000);
  CHECK_EQ(heard[49], 0.0F);
  CHECK(part(heard, 50, 2000) == fresh);
}

TEST(a_flush_of_nothing_changes_nothing) {
  Rig rig;
  rig.flush();
  rig.write(numbered(1000), true);
  CHECK(rig.render(1000) == numbered(1000));
}

TEST(a_pause_keeps_the_place_to_the_sample) {
  Rig rig;
  const Samples speech = numbered(20000);
  rig.write(speech, true);
  CHECK(rig.render(5000) == part(speech, 0, 5000));
  rig.renderer.set_paused(true);
  const Samples paused = rig.render(9600);
  CHECK(silent(std::span(paused).subspan(kFade * 2)));
  rig.renderer.set_paused(false);
  const Samples after = rig.render(15000);
  CHECK(part(after, kFade, 15000 - kFade) == part(speech, 5000 + kFade, 15000 - kFade));
  CHECK(rig.renderer.spoken());
  CHECK_EQ(rig.underruns(), 0U);
}

TEST(a_pause_neither_clicks_down_nor_up) {
  Rig rig;
  const Samples speech = tone(20000);
  rig.write(speech, true);
  Samples heard = rig.render(5041);
  for (const bool paused : {true, false}) {
    rig.renderer.set_paused(paused);
    const Samples more = rig.render(4800);
    heard.insert(heard.end(), more.begin(), more.end());
  }
  CHECK(largest_jump(heard) < 2 * largest_jump(speech));
}

TEST(a_pause_taken_back_in_its_fade_loses_and_repeats_nothing) {
  Rig rig;
  const Samples speech = numbered(20000);
  rig.write(speech, true);
  rig.render(5000);
  rig.renderer.set_paused(true);
  rig.render(kFade / 2);
  rig.renderer.set_paused(false);
  const Samples after = rig.render(10000);
  CHECK(part(after, kFade, 5000) == part(speech, 5000 + kFade / 2 + kFade, 5000));
}

TEST(many_pauses_lose_nothing) {
  Rig rig;
  const Samples speech = numbered(30000);
  rig.write(speech, true);
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    const Samples heard = rig.render(1000);
    CHECK(part(heard, kFade, 1000 - kFade) == part(speech, at + kFade, 1000 - kFade));
    at += 1000;
    rig.renderer.set_paused(true);
    rig.render(700 + static_cast<std::size_t>(i));
    rig.renderer.set_paused(false);
  }
}

TEST(a_flush_while_paused_stays_silent_until_resumed) {
  Rig rig;
  rig.write(numbered(20000));
  rig.render(1000);
  rig.renderer.set_paused(true);
  rig.render(1000);
  rig.flush();
  rig.write(numbered(2000, 50000), true);
  CHECK(silent(rig.render(1000)));
  rig.renderer.set_paused(false);
  const Samples heard = rig.render(2000);
  CHECK(part(heard, kFade, 2000 - kFade) == part(numbered(2000, 50000), kFade, 2000 - kFade));
}

TEST(volume_moves_smoothly_and_comes_back_exactly) {
  Rig rig;
  const Samples speech = tone(40000);
  rig.write(speech, true);
  rig.render(1000);
  rig.renderer.set_volume(0.25F);
  const Samples quiet = rig.render(9000);
  CHECK(largest_jump(quiet) < 2 * largest_jump(speech));
  CHECK(std::abs(quiet[5000] - 0.25F * speech[6000]) < 1e-6F);
  rig.renderer.set_volume(1.0F);
  rig.render(10000);
  CHECK(rig.render(1000) == part(speech, 20000, 1000));
}

TEST(speed_shortens_speech_and_one_is_exact_again) {
  Rig rig;
  rig.write(tone(96000), true);
  rig.renderer.set_speed(1.5);
  std::size_t frames = 0;
  while (!rig.renderer.spoken() && frames < 200000) {
    rig.render(480);
    frames += 480;
  }
  CHECK(std::abs(static_cast<double>(frames) - 64000.0) < 2400.0);
  CHECK_EQ(rig.underruns(), 0U);
  rig.renderer.set_speed(1.0);
  rig.write(numbered(3000), true);
  CHECK(rig.render(3000) == numbered(3000));
}

TEST(the_heard_position_follows_the_delay_of_the_device) {
  Rig rig;
  rig.write(numbered(48000), true);
  rig.render(9600, 480);
  CHECK_EQ(rig.renderer.heard_position(0), 9600U);
  CHECK_EQ(rig.renderer.heard_position(4800), 4800U);
  rig.render(96000, 480);
  CHECK_EQ(rig.renderer.heard_position(0), 48000U);
}

TEST(an_output_without_a_clock_is_told_what_is_ready) {
  Rig rig;
  CHECK_EQ(rig.renderer.ready_frames(), 0U);
  rig.write(numbered(700));
  CHECK_EQ(rig.renderer.ready_frames(), 700U);
  rig.render(700, 700);
  CHECK_EQ(rig.renderer.ready_frames(), 0U);
  CHECK_EQ(rig.underruns(), 0U);
  rig.write(numbered(700));
  rig.renderer.set_paused(true);
  CHECK_EQ(rig.renderer.ready_frames(), 0U);
}
