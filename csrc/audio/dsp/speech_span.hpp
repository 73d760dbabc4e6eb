// Where a clip's speech begins and ends: voices put silence around it that a listener would only wait for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace streamtts::audio {

struct SpeechSpan {
  std::size_t begin = 0;
  std::size_t end = 0;  // the frame after the last; equal to begin if all is silence
};

// Silence is what lies 40 dB below the clip's loudest moment, or below -50 dBFS. A little of it is kept: soft
// consonants begin and die away below any such line.
SpeechSpan speech_span(std::span<const float> pcm, std::uint32_t rate_hz);

}  // namespace streamtts::audio
