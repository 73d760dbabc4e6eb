#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audio/dsp/sinc_table.hpp"
#include "audio/resample.hpp"
#include "check.hpp"
#include "error.hpp"
#include "signals.hpp"

namespace {

using signals::Frames;
using streamtts::audio::Resampler;

constexpr std::array<std::uint32_t, 9> kUsualRates = {8000,  11025, 16000, 22050, 24000,
                                                      32000, 44100, 48000, 96000};
// Rates that share no factor, and the ends of the range.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 7> kOddPairs = {{{47999, 48000},
                                                                               {48000, 47999},
                                                                               {11025, 192000},
                                                                               {192000, 11025},
                                                                               {8000, 192000},
                                                                               {192000, 8000},
                                                                               {8009, 191999}}};

Frames converted(std::span<const float> in, std::uint32_t from_hz, std::uint32_t to_hz) {
  Resampler resampler(from_hz, to_hz);
  Frames out;
  resampler.feed(in, out);
  resampler.finish(out);
  return out;
}

Frames converted_in_pieces(std::span<const float> in, std::uint32_t from_hz, std::uint32_t to_hz,
                           std::uint32_t longest) {
  Resampler resampler(from_hz, to_hz);
  signals::Dice dice(longest);
  Frames out;
  while (!in.empty()) {
    const std::size_t count = std::min<std::size_t>(in.size(), dice.roll(longest + 1));
    resampler.feed(in.first(count), out);
    in = in.subspan(count);
  }
  resampler.finish(out);
  return out;
}

// Without the edges, where the tone itself begins and ends.
std::span<const float> middle(const Frames& frames) {
  return std::span(frames).subspan(frames.size() / 8, frames.size() * 3 / 4);
}

double snr_db(double hz, std::uint32_t from_hz, std::uint32_t to_hz) {
  const Frames out = converted(signals::tone(hz, from_hz, from_hz / 2), from_hz, to_hz);
  return signals::fit_tone(middle(out), hz, to_hz).snr_db;
}

// What a millisecond of filter can do at the slower of the two rates.
double promised_snr_db(std::uint32_t slower_hz) {
  if (slower_hz < 11000) return 75.0;
  if (slower_hz < 16000) return 88.0;
  return 100.0;
}

template <typename Check>
void for_all_pairs(const Check& check) {
  for (const std::uint32_t from_hz : kUsualRates) {
    for (const std::uint32_t to_hz : kUsualRates) {
      if (from_hz != to_hz) check(from_hz, to_hz);
    }
  }
  for (const auto& [from_hz, to_hz] : kOddPairs) check(from_hz, to_hz);
}

}  // namespace

TEST(resampling_24_to_48_khz_is_clean) {
  CHECK(snr_db(1000, 24000, 48000) >= 120.0);
  CHECK(snr_db(8000, 24000, 48000) >= 100.0);
}

TEST(resampling_is_clean_between_all_rates) {
  for_all_pairs([](std::uint32_t from_hz, std::uint32_t to_hz) {
    const std::uint32_t slower_hz = std::min(from_hz, to_hz);
    const Frames out = converted(signals::tone(1000, from_hz, from_hz / 2), from_hz, to_hz);
    const signals::FittedTone fitted = signals::fit_tone(middle(out), 1000, to_hz);
    CHECK(fitted.snr_db >= promised_snr_db(slower_hz));
    CHECK(std::fabs(signals::decibels(fitted.amplitude / 0.5)) < 0.01);
    if (slower_hz >= 22050) CHECK(snr_db(8000, from_hz, to_hz) >= 100.0);
  });
}

TEST(resampling_moves_nothing_in_time) {
  for_all_pairs([](std::uint32_t from_hz, std::uint32_t to_hz) {
    const Frames out = converted(signals::tone(440, from_hz, from_hz / 4), from_hz, to_hz);
    const Frames ideal = signals::tone(440, to_hz, out.size());
    double most = 0.0;
    for (std::size_t i = out.size() / 8; i < out.size() * 7 / 8; ++i) {
      most = std::max(most, std::fabs(static_cast<double>(out[i]) - ideal[i]));
    }
    CHECK(most < 5e-4);
  });
}

TEST(resampled_length_is_the_ratio_of_the_rates) {
  for_all_pairs([](std::uint32_t from_hz, std::uint32_t to_hz) {
    for (const std::uint64_t frames : {0U, 1U, 2U, 17U, 1000U, 10007U}) {
      const std::uint64_t expected = (frames * to_hz + from_hz - 1) / from_hz;
      CHECK_EQ(converted(Frames(frames, 0.1F), from_hz, to_hz).size(), expected);
    }
  });
}

TEST(resampling_in_any_pieces_gives_the_same_bits) {
  const Frames in = signals::noise(6000);
  for_all_pairs([&](std::uint32_t from_hz, std::uint32_t to_hz) {
    const Frames whole = converted(in, from_hz, to_hz);
    for (const std::uint32_t longest : {1U, 7U, 480U, 5000U}) {
      CHECK(converted_in_pieces(in, from_hz, to_hz, longest) == whole);
    }
  });
}

TEST(resampling_at_equal_rates_passes_through) {
  const Frames in = signals::noise(5000);
  CHECK(converted(in, 44100, 44100) == in);
  CHECK_EQ(Resampler(44100, 44100).latency_s(), 0.0);
  Resampler resampler(8000, 8000);
  Frames out;
  resampler.feed(in, out);
  CHECK(out == in);
}

TEST(resampling_keeps_a_constant_constant) {
  for_all_pairs([](std::uint32_t from_hz, std::uint32_t to_hz) {
    const Frames out = converted(Frames(from_hz / 4, 0.7F), from_hz, to_hz);
    for (const float sample : middle(out)) {
      if (std::fabs(sample - 0.7F) < 1e-6F) continue;
      CHECK_EQ(sample, 0.7F);
      return;
    }
  });
}

TEST(resampling_latency_is_below_a_millisecond_and_true) {
  for_all_pairs([](std::uint32_t from_hz, std::uint32_t to_hz) {
    Resampler resampler(from_hz, to_hz);
    CHECK(resampler.latency_s() < 1e-3);
    Frames out;
    resampler.feed(Frames(from_hz / 10, 0.1F), out);
    const double held_s = 0.1 - static_cast<double>(out.size()) / to_hz;
    CHECK(held_s <= resampler.latency_s() + 1.0 / from_hz);
  });
}

TEST(resampling_down_folds_nothing_back) {
  const auto left_db = [](double hz, std::uint32_t from_hz, std::uint32_t to_hz) {
    const Frames out = converted(signals::tone(hz, from_hz, from_hz / 2), from_hz, to_hz);
    return signals::decibels(signals::rms(middle(out)) / (0.5 / std::numbers::sqrt2));
  };
  CHECK(left_db(13500, 48000, 24000) < -95.0);
  CHECK(left_db(16000, 48000, 24000) < -95.0);
  CHECK(left_db(23000, 48000, 24000) < -95.0);
  CHECK(left_db(13000, 44100, 22050) < -90.0);
  CHECK(left_db(23500, 96000, 44100) < -100.0);
  CHECK(left_db(9500, 48000, 16000) < -80.0);
  CHECK(left_db(6000, 48000, 8000) < -65.0);
  CHECK(left_db(90000, 192000, 11025) < -80.0);
}

TEST(resampling_forgets_bad_samples_at_once) {
  Frames good = signals::tone(500, 24000, 4000);
  Frames bad = good;
  for (const std::size_t i : {1000U, 1001U, 2000U}) good[i] = 0.0F;
  bad[1000] = std::numeric_limits<float>::quiet_NaN();
  bad[1001] = std::numeric_limits<float>::infinity();
  bad[2000] = -std::numeric_limits<float>::infinity();
  for (const std::uint32_t to_hz : {48000U, 44100U, 8000U, 23999U}) {
    CHECK(converted(bad, 24000, to_hz) == converted(good, 24000, to_hz));
  }
}

TEST(resampling_turns_the_inaudible_into_silence) {
  const Frames whisper(2000, 1e-39F);
  for (const float sample : converted(whisper, 24000, 48000)) CHECK_EQ(sample, 0.0F);
  CHECK_EQ(signals::largest(converted(Frames(2000), 22050, 48000)), 0.0F);
}

TEST(resampling_starts_afresh_after_the_end) {
  const Frames in = signals::noise(3000);
  for (const auto& [from_hz, to_hz] : kOddPairs) {
    Resampler resampler(from_hz, to_hz);
    Frames first;
    resampler.feed(in, first);
    resampler.finish(first);
    Frames second;
    resampler.feed(in, second);
    resampler.finish(second);
    CHECK(first == second);
    Frames nothing;
    resampler.finish(nothing);
    CHECK(nothing.empty());
  }
}

TEST(a_moved_resampler_goes_on_where_it_was) {
  const Frames in = signals::noise(3000);
  Resampler first(22050, 48000);
  Frames out;
  first.feed(std::span(in).first(1234), out);
  Resampler second(std::move(first));
  second.feed(std::span(in).subspan(1234), out);
  second.finish(out);
  CHECK(out == converted(in, 22050, 48000));
}

TEST(resampling_refuses_rates_it_cannot_serve) {
  const std::array<std::pair<std::uint32_t, std::uint32_t>, 5> wrong = {
      {{7999, 48000}, {48000, 7999}, {192001, 48000}, {48000, 192001}, {0, 0}}};
  for (const auto& [from_hz, to_hz] : wrong) {
    std::string message;
    try {
      const Resampler resampler(from_hz, to_hz);
    } catch (const streamtts::Error& error) {
      message = error.what();
    }
    CHECK(message.find("8000 to 192000") != std::string::npos);
  }
}

TEST(the_filter_of_any_pair_fits_in_two_megabytes) {
  for (const auto& [down, up] : {std::pair{47999U, 48000U}, {191999U, 8009U}, {8009U, 191999U}}) {
    const auto table = streamtts::audio::make_sinc_table(down, up, std::min(down, up));
    CHECK(table.rows.size() * sizeof(float) <= std::size_t{2} << 20U);
  }
}
