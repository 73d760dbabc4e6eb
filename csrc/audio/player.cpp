#include "audio/player.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/boundary_reader.hpp"
#include "audio/device_keeper.hpp"
#include "audio/renderer.hpp"
#include "audio/resample.hpp"
#include "audio/sentence_marks.hpp"
#include "audio/spsc_ring.hpp"
#include "audio/timeline.hpp"

namespace streamtts::audio {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostAtOnce = 4096;

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

struct Sentence {
  std::uint32_t turn;
  std::uint32_t seq;
  bool operator==(const Sentence&) const = default;
};

// A piece of a sentence on its way into the ring.
struct Piece {
  Sentence sentence;
  bool last;
  std::uint64_t epoch;
  std::uint32_t flushes = 0;  // that came before it
  bool ends = false;          // with `frames`, which may be none
  bool done = false;
  std::span<const float> frames;
};

}  // namespace

class Player::Impl {
 public:
  explicit Impl(const PlayerOptions& options)
      : keeper_(options.output, options.rate_hz),
        renderer_(keeper_.rate_hz(), static_cast<std::size_t>(options.ring_s * keeper_.rate_hz())),
        boundaries_(renderer_.marks(), keeper_),
        converter_(keeper_.rate_hz()) {
    keeper_.on_failure([this] { boundaries_.wake(); });
    keeper_.start(renderer_);
  }

  ~Impl() { keeper_.stop(); }

  bool write(std::span<const float> pcm, std::uint32_t rate_hz, Piece piece);
  bool drain(double timeout_s);
  void flush(std::uint64_t epoch);
  Heard heard();
  PlayerCounters counters() const;
  std::uint64_t heard_position() const {
    return renderer_.heard_position(static_cast<std::uint64_t>(keeper_.latency_s() * keeper_.rate_hz()));
  }

  DeviceKeeper keeper_;
  Renderer renderer_;
  BoundaryReader boundaries_;

 private:
  bool convert(std::span<const float> pcm, std::uint32_t rate_hz, Piece& piece);
  bool put(Piece& piece);
  bool put_what_fits(Piece& piece);
  bool post_marks(const Piece& piece, std::size_t count, bool ends);

  std::mutex producer_mutex_;  // one piece after the other
  std::mutex write_mutex_;     // held for some frames at most, so that a flush knows what came before it
  RateConverter converter_;
  Timeline timeline_;
  std::uint64_t epoch_ = 0;
  std::optional<Sentence> open_;  // its beginning is marked, its end is not
};

bool Player::Impl::write(std::span<const float> pcm, std::uint32_t rate_hz, Piece piece) {
  {
    const std::scoped_lock lock(write_mutex_);
    if (piece.epoch < epoch_) return false;
    piece.flushes = renderer_.flushes();
  }
  const std::scoped_lock alone(producer_mutex_);
  do {
    const std::span<const float> part = pcm.first(std::min(pcm.size(), kMostAtOnce));
    pcm = pcm.subspan(part.size());
    piece.ends = piece.last && pcm.empty();
    if (!convert(part, rate_hz, piece) || !put(piece)) return false;
  } while (!pcm.empty());
  return true;
}

bool Player::Impl::convert(std::span<const float> pcm, std::uint32_t rate_hz, Piece& piece) {
  const std::scoped_lock lock(write_mutex_);
  if (piece.flushes != renderer_.flushes()) return false;
  piece.frames = converter_.convert(pcm, rate_hz, piece.ends);
  piece.done = false;
  timeline_.mark(renderer_.ring().written(), piece.sentence.turn, piece.sentence.seq);
  return true;
}

// Waits until all of it is in the ring; false if a flush came since.
bool Player::Impl::put(Piece& piece) {
  for (;;) {
    keeper_.check();
    bool news = false;
    {
      const std::scoped_lock lock(write_mutex_);
      if (piece.flushes != renderer_.flushes()) return false;
      news = put_what_fits(piece);
    }
    if (news) keeper_.data_ready();
    if (piece.done) return true;
    renderer_.space().wait_for(1.0);
  }
}

// What is told of the frames is told before they are there: when they are rendered it must be known.
// False if nothing fits.
bool Player::Impl::put_what_fits(Piece& piece) {
  SpscRing<float>& ring = renderer_.ring();
  const std::size_t count = std::min(piece.frames.size(), ring.writable());
  const bool all = count == piece.frames.size();
  const bool ends = piece.ends && all;
  if (post_marks(piece, count, ends)) {
    if (ends) renderer_.may_rest_at(ring.written() + count);
    ring.write(piece.frames.first(count));
    piece.frames = piece.frames.subspan(count);
    piece.done = all;
  }
  renderer_.marks().release_producer();
  ring.release_producer();  // the next piece may come from another thread, ordered by the mutex
  return count > 0 || piece.done;
}

// Marks what begins or ends with the next `count` frames; false if there is no room for marks.
bool Player::Impl::post_marks(const Piece& piece, std::size_t count, bool ends) {
  const bool begins = piece.sentence != open_;
  if (!ends && (!begins || count == 0)) return true;
  boundaries_.collect();
  SentenceMarks& marks = renderer_.marks();
  if (!marks.room_for(2)) return false;
  const auto post = [&](Mark::Kind kind, std::uint64_t position) {
    marks.post({.position = position,
                .turn = piece.sentence.turn,
                .seq = piece.sentence.seq,
                .flushes = piece.flushes,
                .kind = kind});
  };
  const std::uint64_t position = renderer_.ring().written();
  if (begins) post(count > 0 ? Mark::Kind::kBegin : Mark::Kind::kEmpty, position);
  if (ends && (count > 0 || !begins)) post(Mark::Kind::kEnd, position + count);
  open_ = ends ? std::nullopt : std::optional(piece.sentence);
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

void Player::Impl::flush(std::uint64_t epoch) {
  {
    const std::scoped_lock lock(write_mutex_);
    epoch_ = std::max(epoch_, epoch);
  }
  const Clock::time_point start = Clock::now();
  // First the device, which mutes what comes until the renderer's own fade has reached zero.
  const bool dropped = keeper_.drop();
  {
    const std::scoped_lock lock(write_mutex_);
    const std::uint64_t position = renderer_.ring().written();
    converter_.reset();
    timeline_.forget_from(position);
    renderer_.may_rest_at(position);
    renderer_.flush_to(position);
    open_.reset();
    if (dropped) boundaries_.cut(renderer_.flushes(), start);
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
                   bool last, std::uint64_t epoch) {
  return impl_->write(pcm, rate_hz,
                      {.sentence = {.turn = turn, .seq = seq}, .last = last, .epoch = epoch, .frames = {}});
}

bool Player::drain(double timeout_s) {
  return impl_->drain(timeout_s);
}
void Player::flush(std::uint64_t epoch) {
  impl_->flush(epoch);
}

void Player::close() {
  impl_->flush(std::numeric_limits<std::uint64_t>::max());
  impl_->keeper_.stop();
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
std::vector<Boundary> Player::boundaries(double timeout_s) {
  return impl_->boundaries_.wait(timeout_s);
}
void Player::wake() {
  impl_->boundaries_.wake();
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
