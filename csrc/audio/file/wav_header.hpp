// The 80 bytes before a WAV file's samples: RIFF with room kept for 64-bit sizes, which RF64 fills beyond 4
// GiB.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace streamtts::audio {

inline constexpr std::size_t kWavHeaderBytes = 80;
inline constexpr std::uint64_t kUnknownLength = UINT64_MAX;  // to a pipe, where nobody can come back to it

// 16-bit mono.
std::array<std::byte, kWavHeaderBytes> wav_header(std::uint32_t rate_hz, std::uint64_t data_bytes);

}  // namespace streamtts::audio
