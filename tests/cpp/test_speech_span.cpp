#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "audio/dsp/speech_span.hpp"
#include "check.hpp"
#include "signals.hpp"

namespace {

using signals::Frames;
using streamtts::audio::speech_span;
using streamtts::audio::SpeechSpan;

constexpr std::uint32_t kRate = 24000;
constexpr std::size_t kBefore = kRate / 100;
constexpr std::size_t kAfter = kRate / 40;
constexpr std::size_t kWindow = kRate / 200;

void append(Frames& clip, const Frames& more) {
  clip.insert(clip.end(), more.begin(), more.end());
}

Frames hiss(std::size_t frames, double dbfs) {
  // Even noise has a third of the power of its peaks.
  return signals::noise(frames, static_cast<float>(std::pow(10.0, dbfs / 20.0) * std::sqrt(3.0)));
}

Frames framed_speech(double level, double hiss_dbfs) {
  Frames clip = hiss(6000, hiss_dbfs);
  append(clip, signals::tone(220, kRate, 12000, level));
  append(clip, hiss(9000, hiss_dbfs));
  return clip;
}

bool is_about(const SpeechSpan& span, std::size_t begin, std::size_t end) {
  return span.begin + kBefore <= begin && begin <= span.begin + kBefore + kWindow &&
         span.end >= end + kAfter && span.end <= end + kAfter + kWindow;
}

}  // namespace

TEST(silence_around_speech_is_left_out) {
  CHECK(is_about(speech_span(framed_speech(0.5, -200), kRate), 6000, 18000));
}

TEST(hiss_around_speech_is_silence_when_it_is_soft_enough) {
  CHECK(is_about(speech_span(framed_speech(0.1, -53), kRate), 6000, 18000));
  CHECK(is_about(speech_span(framed_speech(1.0, -45), kRate), 6000, 18000));
  const SpeechSpan all = speech_span(framed_speech(0.1, -45), kRate);
  CHECK_EQ(all.begin, 0U);
  CHECK_EQ(all.end, 27000U);
}

TEST(all_silence_has_no_speech) {
  for (const Frames& clip : {Frames{}, Frames(1, 0.0F), Frames(10000, 0.0F), hiss(10000, -56)}) {
    CHECK_EQ(speech_span(clip, kRate).begin, 0U);
    CHECK_EQ(speech_span(clip, kRate).end, 0U);
  }
}

TEST(a_pause_inside_is_kept) {
  Frames clip = framed_speech(0.5, -200);
  append(clip, Frames(24000, 0.0F));
  append(clip, signals::tone(220, kRate, 6000));
  append(clip, Frames(6000, 0.0F));
  CHECK(is_about(speech_span(clip, kRate), 6000, 57000));
}

TEST(a_soft_consonant_at_the_end_is_kept) {
  Frames clip = framed_speech(0.5, -200);
  clip.resize(18000);
  append(clip, hiss(2400, -44));
  append(clip, Frames(6000, 0.0F));
  CHECK(is_about(speech_span(clip, kRate), 6000, 20400));
}

TEST(speech_without_silence_is_whole) {
  const SpeechSpan span = speech_span(signals::tone(220, kRate, 12345), kRate);
  CHECK_EQ(span.begin, 0U);
  CHECK_EQ(span.end, 12345U);
}

TEST(samples_that_are_no_sound_are_silence) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Frames clip = framed_speech(0.5, -200);
  for (std::size_t i = 0; i < 6000; ++i) clip[i] = i % 2 == 0 ? kNan : kInfinity;
  CHECK(is_about(speech_span(clip, kRate), 6000, 18000));
}

TEST(any_rate_is_taken) {
  for (const std::uint32_t rate_hz : {0U, 1U, 8000U, 4'000'000'000U}) {
    const SpeechSpan span = speech_span(framed_speech(0.5, -200), rate_hz);
    CHECK(span.begin <= 6010);
    CHECK(span.end >= 17990);
    CHECK(span.end <= 27000);
  }
}
