// Test sounds and how they are measured.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace signals {

using Frames = std::vector<float>;

// The same numbers on every machine.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(seed) {}

  std::uint32_t roll(std::uint32_t sides) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state_ >> 33U) % sides;
  }

  float between(float low, float high) {
    return low + (high - low) * static_cast<float>(roll(1U << 24U)) / static_cast<float>(1U << 24U);
  }

 private:
  std::uint64_t state_;
};

inline double decibels(double ratio) {
  return 20.0 * std::log10(ratio);
}

inline Frames tone(double hz, double rate_hz, std::size_t frames, double level = 0.5) {
  Frames out(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    out[i] =
        static_cast<float>(level * std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
  }
  return out;
}

// Like a held vowel: harmonics that fall off, their phases spread.
inline Frames voice(double pitch_hz, double rate_hz, std::size_t frames) {
  std::vector<double> sum(frames);
  for (int k = 1; k * pitch_hz < std::min(0.4 * rate_hz, 5000.0); ++k) {
    const double phase = 0.7 * k * k;
    for (std::size_t i = 0; i < frames; ++i) {
      const double turns = k * pitch_hz * static_cast<double>(i) / rate_hz;
      sum[i] += std::cos(2.0 * std::numbers::pi * turns + phase) / k;
    }
  }
  return {sum.begin(), sum.end()};
}

inline Frames noise(std::size_t frames, float level = 0.3F) {
  Dice dice(7);
  Frames out(frames);
  for (float& sample : out) sample = dice.between(-level, level);
  return out;
}

inline double rms(std::span<const float> frames) {
  double sum = 0.0;
  for (const float sample : frames) sum += static_cast<double>(sample) * sample;
  return std::sqrt(sum / static_cast<double>(frames.size()));
}

inline float largest(std::span<const float> frames) {
  float most = 0.0F;
  for (const float sample : frames) most = std::max(most, std::fabs(sample));
  return most;
}

// A click is a jump between neighbours that the sound itself never makes.
inline float largest_jump(std::span<const float> frames) {
  float most = 0.0F;
  for (std::size_t i = 1; i < frames.size(); ++i) most = std::max(most, std::fabs(frames[i] - frames[i - 1]));
  return most;
}

inline bool all_finite(std::span<const float> frames) {
  return std::all_of(frames.begin(), frames.end(), [](float sample) { return std::isfinite(sample); });
}

struct FittedTone {
  double amplitude;
  double snr_db;  // the tone's power over that of all else
};

// Least squares of a sine and a cosine at `hz`, in double.
inline FittedTone fit_tone(std::span<const float> frames, double hz, double rate_hz) {
  double ss = 0.0;
  double sc = 0.0;
  double cc = 0.0;
  double sy = 0.0;
  double cy = 0.0;
  const auto wave = [&](std::size_t i) {
    const double angle = 2.0 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz;
    return std::pair(std::sin(angle), std::cos(angle));
  };
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto [s, c] = wave(i);
    ss += s * s;
    sc += s * c;
    cc += c * c;
    sy += s * frames[i];
    cy += c * frames[i];
  }
  const double determinant = ss * cc - sc * sc;
  const double a = (sy * cc - cy * sc) / determinant;
  const double b = (cy * ss - sy * sc) / determinant;
  double rest = 0.0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto [s, c] = wave(i);
    const double error = frames[i] - a * s - b * c;
    rest += error * error;
  }
  const double amplitude = std::hypot(a, b);
  const double power = amplitude * amplitude / 2.0 * static_cast<double>(frames.size());
  return {amplitude, 10.0 * std::log10(power / std::max(rest, 1e-30))};
}

}  // namespace signals
