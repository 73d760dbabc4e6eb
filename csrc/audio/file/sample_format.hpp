// How float samples look in a file or a pipe: little-endian 16-bit integers, or the floats themselves.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace streamtts::audio {

static_assert(std::endian::native == std::endian::little);

enum class SampleFormat { kS16, kF32 };

constexpr std::size_t bytes_of(SampleFormat format) {
  return format == SampleFormat::kS16 ? 2 : 4;
}

// Full scale is 32768, so that what came from 16 bits goes back unchanged; too loud is clipped, NaN is
// silence.
inline std::int16_t to_s16(float sample) {
  const float scaled = sample * 32768.0F;
  if (!(scaled >= -32768.0F)) return scaled < 0 ? INT16_MIN : std::int16_t{0};
  return static_cast<std::int16_t>(std::lrintf(std::min(scaled, 32767.0F)));
}

// `out` holds frames.size() * bytes_of(format) bytes.
inline void encode(std::span<const float> frames, SampleFormat format, std::byte* out) {
  if (format == SampleFormat::kF32) {
    std::memcpy(out, frames.data(), frames.size_bytes());
    return;
  }
  for (const float frame : frames) {
    const std::int16_t sample = to_s16(frame);
    std::memcpy(out, &sample, sizeof sample);
    out += sizeof sample;
  }
}

// The way back from 16 bits; `out` has room for half as many frames as there are bytes.
inline void decode_s16(std::span<const std::byte> bytes, float* out) {
  for (std::size_t i = 0; i < bytes.size() / sizeof(std::int16_t); ++i) {
    std::int16_t sample = 0;
    std::memcpy(&sample, bytes.data() + i * sizeof sample, sizeof sample);
    out[i] = static_cast<float>(sample) * (1.0F / 32768.0F);
  }
}

}  // namespace streamtts::audio
