#include "audio/dsp/speech_span.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audio/dsp/clean_sample.hpp"

namespace streamtts::audio {

namespace {

constexpr double kWindowSeconds = 0.005;
constexpr double kSecondsBefore = 0.010;
constexpr double kSecondsAfter = 0.025;
constexpr float kQuietestPower = 1e-5F;  // -50 dBFS
constexpr float kQuietestShare = 1e-4F;  // -40 dB of the loudest window

std::size_t frames_in(double seconds, std::uint32_t rate_hz) {
  return static_cast<std::size_t>(std::lround(seconds * rate_hz));
}

std::vector<float> window_powers(std::span<const float> pcm, std::size_t window) {
  std::vector<float> powers;
  powers.reserve(pcm.size() / window + 1);
  for (std::size_t at = 0; at < pcm.size(); at += window) {
    const std::span<const float> frames = pcm.subspan(at, std::min(window, pcm.size() - at));
    float sum = 0.0F;
    for (const float sample : frames) {
      const float clean = clean_sample(sample);
      sum += clean * clean;
    }
    powers.push_back(sum / static_cast<float>(frames.size()));
  }
  return powers;
}

}  // namespace

SpeechSpan speech_span(std::span<const float> pcm, std::uint32_t rate_hz) {
  const std::size_t window = std::max<std::size_t>(frames_in(kWindowSeconds, rate_hz), 1);
  const std::vector<float> powers = window_powers(pcm, window);
  if (powers.empty()) return {};
  const float gate = std::max(kQuietestPower, kQuietestShare * *std::ranges::max_element(powers));
  const auto loud = [gate](float power) { return power >= gate; };
  std::size_t first = 0;
  std::size_t after_last = powers.size();
  while (first < after_last && !loud(powers[first])) ++first;
  if (first == after_last) return {};
  while (!loud(powers[after_last - 1])) --after_last;

  const std::size_t begin = first * window;
  const std::size_t end = after_last * window;
  return {.begin = begin - std::min(begin, frames_in(kSecondsBefore, rate_hz)),
          .end = std::min(pcm.size(), end + frames_in(kSecondsAfter, rate_hz))};
}

}  // namespace streamtts::audio
