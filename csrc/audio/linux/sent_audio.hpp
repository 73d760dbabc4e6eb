// What an output needs to fade out sound that the device has been given but has not played.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace streamtts::audio {

// The last frames given to a device, by their number in the stream.
class SentAudio {
 public:
  // Keeps at least `frames` of them.
  explicit SentAudio(std::size_t frames) : frames_(std::bit_ceil(frames)) {}

  void append(std::span<const float> sent) {
    for (const float frame : sent) at(end_++) = frame;
  }
  std::uint64_t end() const { return end_; }
  std::uint64_t oldest() const { return end_ - std::min<std::uint64_t>(end_, frames_.size()); }

  // Fades what lies from `begin` to `mark` and silences the rest up to there; returns all from `begin` to the
  // end.
  std::vector<float> fade_out(std::uint64_t begin, std::uint64_t mark, std::uint64_t fade_frames) {
    const std::uint64_t fading = std::min(fade_frames, mark - begin);
    std::vector<float> rewritten;
    rewritten.reserve(end_ - begin);
    for (std::uint64_t i = begin; i < end_; ++i) {
      const float left = i < begin + fading ? static_cast<float>(begin + fading - i) : 0.0F;
      if (i < mark) at(i) *= left / static_cast<float>(fading + 1);
      rewritten.push_back(at(i));
    }
    return rewritten;
  }

 private:
  float& at(std::uint64_t frame) { return frames_[frame & (frames_.size() - 1)]; }

  std::vector<float> frames_;
  std::uint64_t end_ = 0;
};

// Mutes the fade that the source renders after a drop, up to its first zero sample.
class FadeGate {
 public:
  // Never for more than `limit_frames`, in case the source has nothing to fade.
  void close(std::size_t limit_frames) { muted_ = limit_frames; }
  void open() { muted_ = 0; }

  void apply(std::span<float> rendered) {
    for (float& frame : rendered) {
      if (muted_ == 0) return;
      muted_ = frame == 0.0F ? 0 : muted_ - 1;
      frame = 0.0F;
    }
  }

 private:
  std::size_t muted_ = 0;
};

}  // namespace streamtts::audio
