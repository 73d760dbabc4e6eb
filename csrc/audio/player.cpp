#include "audio/player.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/device_keeper.hpp"
#include "audio/renderer.hpp"
#include "audio/resample.hpp"
#include "audio/timeline.hpp"

namespace streamtts::audio {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Audio at any rate to audio at the ring's, one sentence after the other.
class RateConverter {
 public:
  explicit RateConverter(std::uint32_t to_hz) : to_hz_(to_hz) {}

  std::span<const float> convert(std::span<const float> pcm, std::uint32_t from_hz, bool last) {
    converted_.clear();
    if (from_hz == to_hz_ && !resampler_) return pcm;
    if (resampler_ && from_hz != from_hz_) {
      resampler_->finish(converted_);
      resampler_.reset();
    }
    if (!resampler_) resampler_.emplace(from_hz, to_hz_);
    from_hz_ = from_hz;
    resampler_->feed(pcm, converted_);
    if (last) {
      resampler_->finish(converted_);
      resampler_.reset();
    }
    return converted_;
  }

  void reset() { resampler_.reset(); }

 private:
  std::uint32_t to_hz_;
  std::uint32_t from_hz_ = 0;
  std::optional<Resampler> resampler_;
  std::vector<float> converted_;
};

}  // namespace

class Player::Impl {
 public:
  explicit Impl(const PlayerOptions& options)
      : keeper_(options.output, options.rate_hz),
        renderer_(keeper_.rate_hz(), static_cast<std::size_t>(options.ring_s * keeper_.rate_hz())),
        converter_(keeper_.rate_hz()) {
    keeper_.start(renderer_);
  }

  ~Impl() { keeper_.stop(); }

  bool write(std::span<const float> pcm, std::uint32_t rate_hz, std::uint32_t turn, std::uint32_t seq,
             bool last);
  bool drain(double timeout_s);
  void flush();
  Heard heard();
  PlayerCounters counters() const;
  std::uint64_t heard_position() const {
    return renderer_.heard_position(static_cast<std::uint64_t>(keeper_.latency_s() * keeper_.rate_hz()));
  }

  DeviceKeeper keeper_;
  Renderer renderer_;

 private:
  bool put(std::span<const float>& frames, std::uint32_t flushes);

  std::mutex
      write_mutex_;  // held for a copy into the ring at most, so that a flush knows what came before it
  RateConverter converter_;
  Timeline timeline_;
  std::uint32_t flushes_ = 0;
};

bool Player::Impl::write(std::span<const float> pcm, std::uint32_t rate_hz, std::uint32_t turn,
                         std::uint32_t seq, bool last) {
  std::uint32_t flushes = 0;
  std::span<const float> frames;
  {
    const std::scoped_lock lock(write_mutex_);
    flushes = flushes_;
    frames = converter_.convert(pcm, rate_hz, last);
    timeline_.mark(renderer_.ring().written(), turn, seq);
  }
  while (!frames.empty()) {
    keeper_.check();
    if (!put(frames, flushes)) return false;
    keeper_.data_ready();
    if (!frames.empty()) renderer_.space().wait_for(1.0);
  }
  const std::scoped_lock lock(write_mutex_);
  if (flushes != flushes_) return false;
  if (last) renderer_.may_rest_at(renderer_.ring().written());
  keeper_.data_ready();
  return true;
}

// Moves what fits from the front of `frames` into the ring; false if a flush came since.
bool Player::Impl::put(std::span<const float>& frames, std::uint32_t flushes) {
  const std::scoped_lock lock(write_mutex_);
  if (flushes != flushes_) return false;
  frames = frames.subspan(renderer_.ring().write(frames));
  renderer_.ring().release_producer();  // the next piece may come from another thread, ordered by the mutex
  return true;
}

bool Player::Impl::drain(double timeout_s) {
  const Clock::time_point start = Clock::now();
  {
    const std::scoped_lock lock(write_mutex_);
    renderer_.may_rest_at(renderer_.ring().written());
  }
  keeper_.data_ready();
  while (!renderer_.spoken()) {
    keeper_.check();
    const double left_s = timeout_s - seconds_since(start);
    if (left_s <= 0) return false;
    renderer_.quiet().wait_for(std::min(left_s, 1.0));
  }
  keeper_.drain();
  keeper_.check();
  return true;
}

void Player::Impl::flush() {
  // First the device, which mutes what comes until the renderer's own fade has reached zero.
  keeper_.drop();
  {
    const std::scoped_lock lock(write_mutex_);
    const std::uint64_t position = renderer_.ring().written();
    ++flushes_;
    converter_.reset();
    timeline_.forget_from(position);
    renderer_.may_rest_at(position);
    renderer_.flush_to(position);
  }
  keeper_.data_ready();
  renderer_.space().notify();
}

Heard Player::Impl::heard() {
  const std::uint64_t position = heard_position();
  const Passage passage = timeline_.at(position);
  const double offset_s = static_cast<double>(position - passage.begin) / keeper_.rate_hz();
  return {.turn = passage.turn,
          .seq = passage.seq,
          .offset_s = offset_s,
          .speaking = position < renderer_.ring().written()};
}

PlayerCounters Player::Impl::counters() const {
  const auto value = [](const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  const RenderCounters& rendered = renderer_.counters();
  PlayerCounters all;
  all.flushed_frames = value(rendered.flushed_frames);
  all.played_frames = renderer_.ring().consumed() - all.flushed_frames;
  all.written_frames = renderer_.ring().written();
  all.rendered_frames = value(rendered.rendered_frames);
  all.padded_frames = value(rendered.padded_frames);
  all.underruns = value(rendered.underruns);
  all.overloads = keeper_.overloads();
  all.reopened = keeper_.reopened();
  return all;
}

Player::Player(const PlayerOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Player::~Player() = default;

bool Player::write(std::span<const float> pcm, std::uint32_t rate_hz, std::uint32_t turn, std::uint32_t seq,
                   bool last) {
  return impl_->write(pcm, rate_hz, turn, seq, last);
}

bool Player::drain(double timeout_s) {
  return impl_->drain(timeout_s);
}
void Player::flush() {
  impl_->flush();
}

void Player::pause() {
  impl_->renderer_.set_paused(true);
}

void Player::resume() {
  impl_->renderer_.set_paused(false);
  impl_->keeper_.data_ready();
}

void Player::set_volume(double gain) {
  impl_->renderer_.set_volume(static_cast<float>(std::clamp(gain, 0.0, 1.0)));
}

void Player::set_speed(double speed) {
  impl_->renderer_.set_speed(std::clamp(speed, 0.5, 3.0));
}

Heard Player::heard() const {
  return impl_->heard();
}
PlayerCounters Player::counters() const {
  return impl_->counters();
}

double Player::buffered_s() const {
  const std::uint64_t written = impl_->renderer_.ring().written();
  const std::uint64_t heard = impl_->heard_position();
  return written > heard ? static_cast<double>(written - heard) / rate_hz() : 0.0;
}

double Player::latency_s() const {
  return impl_->keeper_.latency_s();
}
std::uint32_t Player::rate_hz() const {
  return impl_->keeper_.rate_hz();
}
std::string Player::output_name() const {
  return impl_->keeper_.name();
}
std::string Player::take_warning() {
  return impl_->keeper_.take_warning();
}

}  // namespace streamtts::audio
