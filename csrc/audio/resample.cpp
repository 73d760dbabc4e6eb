#include "audio/resample.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "audio/dsp/clean_sample.hpp"
#include "audio/dsp/dot.hpp"
#include "audio/dsp/sinc_table.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr std::uint32_t kLowestHz = 8'000;
constexpr std::uint32_t kHighestHz = 192'000;
constexpr std::size_t kBlockFrames = 1024;

void check_rate(std::uint32_t rate_hz) {
  if (rate_hz >= kLowestHz && rate_hz <= kHighestHz) return;
  throw Error("A sample rate of " + std::to_string(rate_hz) +
              " Hz cannot be converted; use 8000 to 192000 Hz.");
}

}  // namespace

// Output frame m lies at input time m * down / up. `window_` holds the input that outputs to come still need:
// the next one's taps start at `first_`, and it falls `phase_` / up after an input frame.
class Resampler::Impl {
 public:
  Impl(std::uint32_t from_hz, std::uint32_t to_hz) : from_hz_(from_hz), same_(from_hz == to_hz) {
    check_rate(from_hz);
    check_rate(to_hz);
    if (same_) return;
    const std::uint32_t divisor = std::gcd(from_hz, to_hz);
    const std::uint32_t down = from_hz / divisor;
    const std::uint32_t up = to_hz / divisor;
    up_ = up;
    whole_step_ = down / up;
    phase_step_ = down % up;
    table_ = make_sinc_table(down, up, std::min(from_hz, to_hz));
    window_.resize(table_.taps + kBlockFrames);
    start_afresh();
  }

  void feed(std::span<const float> in, std::vector<float>& out) {
    if (same_) {
      out.insert(out.end(), in.begin(), in.end());
      return;
    }
    while (!in.empty()) {
      const std::size_t count = std::min(in.size(), kBlockFrames);
      float* room = make_room(count);
      std::transform(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(count), room, clean_sample);
      emit(count, out);
      in = in.subspan(count);
    }
  }

  void finish(std::vector<float>& out) {
    if (same_) return;
    std::size_t left = table_.reach;
    while (left > 0) {
      const std::size_t count = std::min(left, kBlockFrames);
      std::fill_n(make_room(count), count, 0.0F);
      emit(count, out);
      left -= count;
    }
    start_afresh();
  }

  double latency_s() const { return static_cast<double>(table_.reach) / from_hz_; }

 private:
  void start_afresh() {
    filled_ = table_.taps - 1 - table_.reach;
    std::fill_n(window_.begin(), filled_, 0.0F);
    first_ = 0;
    phase_ = 0;
  }

  float* make_room(std::size_t count) {
    if (filled_ + count > window_.size()) {
      std::copy(window_.begin() + static_cast<std::ptrdiff_t>(first_),
                window_.begin() + static_cast<std::ptrdiff_t>(filled_), window_.begin());
      filled_ -= first_;
      first_ = 0;
    }
    filled_ += count;
    return window_.data() + filled_ - count;
  }

  void emit(std::size_t new_frames, std::vector<float>& out) {
    const std::size_t before = out.size();
    out.resize(before + new_frames * up_ / (whole_step_ * up_ + phase_step_) + 2);
    const std::span<float> room = std::span(out).subspan(before);
    std::size_t made = 0;
    while (first_ + table_.taps <= filled_) {
      room[made++] = table_.blended ? blended_frame() : dot(frames(), table_.row(phase_), table_.taps);
      first_ += whole_step_;
      phase_ += phase_step_;
      if (phase_ >= up_) {
        phase_ -= up_;
        ++first_;
      }
    }
    out.resize(before + made);
  }

  const float* frames() const { return window_.data() + first_; }

  float blended_frame() const {
    const std::size_t scaled = phase_ * table_.phases;
    const std::size_t row = scaled / up_;
    const float part = static_cast<float>(scaled % up_) / static_cast<float>(up_);
    const float near = dot(frames(), table_.row(row), table_.taps);
    const float far = dot(frames(), table_.row(row + 1), table_.taps);
    return near + (far - near) * part;
  }

  std::uint32_t from_hz_;
  bool same_;
  std::size_t up_ = 1;
  std::size_t whole_step_ = 1;
  std::size_t phase_step_ = 0;
  SincTable table_;
  std::vector<float> window_;
  std::size_t filled_ = 0;
  std::size_t first_ = 0;
  std::size_t phase_ = 0;
};

Resampler::Resampler(std::uint32_t from_hz, std::uint32_t to_hz)
    : impl_(std::make_unique<Impl>(from_hz, to_hz)) {}
Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

void Resampler::feed(std::span<const float> in, std::vector<float>& out) {
  impl_->feed(in, out);
}

void Resampler::finish(std::vector<float>& out) {
  impl_->finish(out);
}

double Resampler::latency_s() const {
  return impl_->latency_s();
}

}  // namespace streamtts::audio
