#include "audio/stretch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "audio/dsp/clean_sample.hpp"
#include "audio/dsp/splice_search.hpp"
#include "audio/realtime.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr std::uint32_t kLowestHz = 4'000;
constexpr std::uint32_t kHighestHz = 768'000;
constexpr double kSlowest = 0.5;
constexpr double kFastest = 3.0;
constexpr double kUnheard = 1e-3;
// Positions are counted in 2^-32 frames: exact, so that the size of the pieces cannot change a decision.
constexpr std::int64_t kFrame = 0x1'0000'0000;

std::uint32_t checked_rate(std::uint32_t rate_hz) {
  if (rate_hz >= kLowestHz && rate_hz <= kHighestHz) return rate_hz;
  throw Error("Speech at " + std::to_string(rate_hz) + " Hz cannot be stretched; use 4000 to 768000 Hz.");
}

// The gain that keeps the power of `fading + coming` (weights that add up to one) what it was. Like waves
// need none, unrelated ones would be 3 dB too soft in the middle. It is 1 / sqrt(1 - x) as a series.
float even_power(float fading, float coming, float likeness) noexcept STREAMTTS_NONBLOCKING {
  const float x = 2.0F * fading * coming * (1.0F - likeness);
  constexpr float k5 = 63.0F / 256.0F;
  constexpr float k4 = 35.0F / 128.0F;
  constexpr float k3 = 5.0F / 16.0F;
  constexpr float k2 = 3.0F / 8.0F;
  return 1.0F + x * (0.5F + x * (k2 + x * (k3 + x * (k4 + x * k5))));
}

}  // namespace

// Copies the input, and at times jumps one period ahead (faster) or back (slower), fading from here to there.
// `late_` is how far what is heard lies behind what the speed asks for; it decides when to jump, so that the
// speed holds exactly over any length.
class Stretch::Impl {
 public:
  explicit Impl(std::uint32_t rate_hz)
      : search_(checked_rate(rate_hz)), longest_lag_(search_.longest_lag()), frames_(8 * longest_lag_) {}

  void set_speed(double speed) noexcept STREAMTTS_NONBLOCKING {
    if (std::isnan(speed)) return;
    const double change = std::clamp(speed, kSlowest, kFastest) - 1.0;
    const double steps = std::fabs(change) < kUnheard ? 0.0 : change * static_cast<double>(kFrame);
    const auto step = static_cast<std::int64_t>(steps);
    if ((step > 0) != (step_ > 0) || (step < 0) != (step_ < 0)) late_ = 0;
    step_ = step;
  }

  Progress process(std::span<const float> in, std::span<float> out,
                   bool last) noexcept STREAMTTS_NONBLOCKING {
    Progress done{.taken = 0, .given = 0};
    while (step_ != 0 || held() > 0) {
      const std::size_t taken = step_ == 0 ? 0 : take(in.subspan(done.taken));
      done.taken += taken;
      const bool ended = last && done.taken == in.size();
      const std::size_t given = give(out.subspan(done.given), ended);
      done.given += given;
      if (ended && held() == 0) reset();
      if (taken == 0 && given == 0) return done;
    }
    reset();
    const std::size_t through = std::min(in.size() - done.taken, out.size() - done.given);
    std::copy_n(in.data() + done.taken, through, out.data() + done.given);
    return {.taken = done.taken + through, .given = done.given + through};
  }

  std::size_t held() const noexcept STREAMTTS_NONBLOCKING {
    if (!fading()) return filled_ - read_;
    // While fading, what is heard moves evenly from the one place to the other.
    const std::size_t jumped = lag_ * faded_ / fade_length_;
    const std::size_t heard = read_ + faded_;
    return filled_ - (direction_ == Direction::kForward ? heard + jumped : heard - jumped);
  }

  void reset() noexcept STREAMTTS_NONBLOCKING {
    filled_ = read_ = 0;
    faded_ = fade_length_ = 0;
    late_ = 0;
  }

 private:
  bool fading() const noexcept STREAMTTS_NONBLOCKING { return faded_ < fade_length_; }

  std::size_t take(std::span<const float> in) noexcept STREAMTTS_NONBLOCKING {
    const std::size_t wanted = read_ + 2 * longest_lag_;
    if (filled_ >= wanted) return 0;
    const std::size_t count = std::min(in.size(), wanted - filled_);
    if (filled_ + count > frames_.size()) forget_the_past();
    float* room = frames_.data() + filled_;
    for (std::size_t i = 0; i < count; ++i) room[i] = clean_sample(in[i]);
    filled_ += count;
    return count;
  }

  // Keeps what a jump back may need.
  void forget_the_past() noexcept STREAMTTS_NONBLOCKING {
    const std::size_t past = read_ - std::min(read_, longest_lag_);
    std::copy(frames_.data() + past, frames_.data() + filled_, frames_.data());
    filled_ -= past;
    read_ -= past;
  }

  std::size_t give(std::span<float> out, bool ended) noexcept STREAMTTS_NONBLOCKING {
    std::size_t given = 0;
    while (given < out.size()) {
      if (!fading() && frames_until_jump() == 0 && can_jump(ended)) start_jump();
      const std::span<float> rest = out.subspan(given);
      const std::size_t count = fading() ? fade(rest) : copy(rest, ended);
      if (count == 0) break;
      given += count;
    }
    return given;
  }

  std::size_t copy(std::span<float> out, bool ended) noexcept STREAMTTS_NONBLOCKING {
    std::size_t count = std::min(out.size(), filled_ - read_);
    // After the end there is nothing to jump to any more.
    if (const std::size_t plain = frames_until_jump(); plain > 0 || !ended) count = std::min(count, plain);
    std::copy_n(frames_.data() + read_, count, out.data());
    read_ += count;
    late_ += static_cast<std::int64_t>(count) * step_;
    return count;
  }

  std::size_t frames_until_jump() const noexcept STREAMTTS_NONBLOCKING {
    if (step_ == 0) return frames_.size();
    const std::int64_t pace = step_ > 0 ? step_ : -step_;
    const std::int64_t early = step_ > 0 ? -late_ : late_;
    const std::size_t due = early <= 0 ? 0 : static_cast<std::size_t>((early + pace - 1) / pace);
    const std::size_t past_missing = step_ > 0 ? 0 : longest_lag_ - std::min(longest_lag_, read_);
    return std::max(due, past_missing);
  }

  // Near the end only shorter jumps are left.
  bool can_jump(bool ended) const noexcept STREAMTTS_NONBLOCKING {
    const std::size_t lag = ended ? search_.shortest_lag() : longest_lag_;
    return filled_ - read_ >= (step_ > 0 ? 2 : 1) * lag;
  }

  void start_jump() noexcept STREAMTTS_NONBLOCKING {
    direction_ = step_ > 0 ? Direction::kForward : Direction::kBackward;
    const Splice splice = search_.find(frames_.data() + read_, filled_ - read_, direction_);
    lag_ = splice.lag;
    likeness_ = splice.likeness;
    faded_ = 0;
    // Above double speed the next jump is due before a whole period has been heard.
    const auto lag = static_cast<std::int64_t>(lag_);
    fade_length_ = step_ > kFrame ? static_cast<std::size_t>(lag * kFrame / step_) : lag_;
    late_ += static_cast<std::int64_t>(fade_length_) * step_;
    late_ += (direction_ == Direction::kForward ? -lag : lag) * kFrame;
  }

  std::size_t fade(std::span<float> out) noexcept STREAMTTS_NONBLOCKING {
    const std::size_t count = std::min(out.size(), fade_length_ - faded_);
    const float* here = frames_.data() + read_ + faded_;
    const float* there = direction_ == Direction::kForward ? here + lag_ : here - lag_;
    const float share = 1.0F / static_cast<float>(fade_length_ + 1);
    for (std::size_t i = 0; i < count; ++i) {
      const float coming = static_cast<float>(faded_ + i + 1) * share;
      const float fading = 1.0F - coming;
      out[i] = (fading * here[i] + coming * there[i]) * even_power(fading, coming, likeness_);
    }
    faded_ += count;
    if (!fading()) {
      read_ += fade_length_;
      read_ = direction_ == Direction::kForward ? read_ + lag_ : read_ - lag_;
    }
    return count;
  }

  SpliceSearch search_;
  std::size_t longest_lag_;
  std::vector<float> frames_;
  std::size_t filled_ = 0;
  std::size_t read_ = 0;
  std::int64_t step_ = 0;  // what is late after each frame heard
  std::int64_t late_ = 0;
  Direction direction_ = Direction::kForward;
  std::size_t lag_ = 0;
  float likeness_ = 0.0F;
  std::size_t faded_ = 0;
  std::size_t fade_length_ = 0;
};

Stretch::Stretch(std::uint32_t rate_hz) : impl_(std::make_unique<Impl>(rate_hz)) {}
Stretch::~Stretch() = default;
Stretch::Stretch(Stretch&&) noexcept = default;
Stretch& Stretch::operator=(Stretch&&) noexcept = default;

void Stretch::set_speed(double speed) noexcept STREAMTTS_NONBLOCKING {
  impl_->set_speed(speed);
}

Stretch::Progress Stretch::process(std::span<const float> in, std::span<float> out,
                                   bool last) noexcept STREAMTTS_NONBLOCKING {
  return impl_->process(in, out, last);
}

std::size_t Stretch::held() const noexcept STREAMTTS_NONBLOCKING {
  return impl_->held();
}

void Stretch::reset() noexcept STREAMTTS_NONBLOCKING {
  impl_->reset();
}

}  // namespace streamtts::audio
