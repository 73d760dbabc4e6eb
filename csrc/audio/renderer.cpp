#include "audio/renderer.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "audio/realtime.hpp"
#include "audio/spsc_ring.hpp"
#include "audio/stretch.hpp"

namespace streamtts::audio {

namespace {

std::size_t frames_in(double seconds, std::uint32_t rate_hz) {
  return static_cast<std::size_t>(std::lround(seconds * rate_hz));
}

// One writer: a plain load and store, no locked instruction in the callback.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) noexcept STREAMTTS_NONBLOCKING {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace

Renderer::Renderer(std::uint32_t rate_hz, std::size_t ring_frames)
    : ring_(ring_frames),
      stretch_(rate_hz),
      fade_frames_(frames_in(0.005, rate_hz)),
      settle_frames_(frames_in(0.003, rate_hz)),
      rebuffer_frames_(frames_in(0.040, rate_hz)),
      replay_(fade_frames_ + 1) {}

void Renderer::render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING {
  stretch_.set_speed(speed_.load(std::memory_order_relaxed));
  const std::uint64_t before = ring_.consumed() + marks_.done();
  // For no frames there are still marks to pass, which is what an output without a clock may ask for.
  if (frames == 0 && !flush_wanted()) pass_marks(position(), {}, 0);
  for (Frames rest(out, frames); !rest.empty();) {
    const std::size_t given = step(rest);
    given_ += given;
    rest = rest.subspan(given);
  }

  in_hand_.store(in_hand(), std::memory_order_release);
  note_given();
  if (ring_.consumed() + marks_.done() == before) return;
  space_.notify();
  if (spoken()) quiet_.notify();
}

void Renderer::note_given() noexcept STREAMTTS_NONBLOCKING {
  counters_.rendered_frames.store(given_, std::memory_order_relaxed);
  heard_.note(given_, position());
  // The next call may come on another thread: a new device has its own.
  ring_.release_consumer();
  marks_.release_renderer();
}

bool Renderer::at_rest() const noexcept STREAMTTS_NONBLOCKING {
  if (flush_wanted() || !silent_) return false;
  return paused_.load(std::memory_order_relaxed) ? pausing_ : !starving_ && spoken();
}

void Renderer::skip_silence(std::uint64_t frames) noexcept STREAMTTS_NONBLOCKING {
  given_ += frames;
  note_given();
}

// An estimate on the safe side while the stretch is at work; exact otherwise.
std::uint32_t Renderer::ready_frames() const noexcept STREAMTTS_NONBLOCKING {
  const std::uint64_t queued = ring_.written() - ring_.consumed();
  const std::uint64_t all = queued + in_hand_.load(std::memory_order_acquire);
  if (flush_wanted()) return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(all, 1, fade_frames_));
  if (paused_.load(std::memory_order_relaxed)) return 0;
  const double speed = speed_.load(std::memory_order_relaxed);
  const bool whole = may_rest(ring_.written());
  const std::uint64_t kept = whole || speed == 1.0 ? 0 : fade_frames_ * 12;
  const double ready = static_cast<double>(all > kept ? all - kept : 0) / std::max(speed, 1.0);
  return static_cast<std::uint32_t>(
      std::min<double>(std::ceil(ready), std::numeric_limits<std::int32_t>::max()));
}

bool Renderer::spoken() const {
  return ring_.consumed() == ring_.written() && in_hand_.load(std::memory_order_acquire) == 0 &&
         marks_.all_done();
}

// Renders some frames, or changes what is to be rendered next.
std::size_t Renderer::step(Frames out) noexcept STREAMTTS_NONBLOCKING {
  if (flush_wanted()) return fade_to_flush(out);
  const bool paused = paused_.load(std::memory_order_relaxed);
  if (pausing_ && !paused) end_pause();
  const std::uint64_t from = position();
  const std::size_t given = paused ? fade_to_pause(out) : speak(out);
  pass_marks(from, out, given);
  return given;
}

// `given` frames of `out` are what was in the ring from `from` on.
void Renderer::pass_marks(std::uint64_t from, Frames out, std::size_t given) noexcept STREAMTTS_NONBLOCKING {
  marks_.pass({.from = from, .to = position(), .rendered = given_, .frames = given}, given_ + out.size());
}

// Ends with a sample that is exactly zero: by it an output knows where the old speech is over.
std::size_t Renderer::fade_to_flush(Frames out) noexcept STREAMTTS_NONBLOCKING {
  if (!flushing_) begin_flush();
  const std::size_t wanted = std::min(out.size(), flush_left_);
  const std::size_t got = pull(out.first(wanted));
  const float step = fade_ / static_cast<float>(std::max<std::size_t>(flush_left_, 1));
  for (float& frame : out.first(got)) frame *= fade_ -= step;
  flush_left_ -= got;
  if (flush_left_ == 0 && got > 0) out[got - 1] = 0.0F;
  voice(out, got);
  if (flush_left_ == 0 || got < wanted) finish_flush();
  return got;
}

std::size_t Renderer::fade_to_pause(Frames out) noexcept STREAMTTS_NONBLOCKING {
  if (!pausing_) begin_pause();
  const std::size_t left = std::min(replay_size_ - replay_at_, frames_to_silence());
  const std::size_t got = std::min(out.size(), left);
  std::copy_n(replay_.begin() + static_cast<std::ptrdiff_t>(replay_at_), got, out.begin());
  replay_at_ += got;
  if (got > 0) {
    ramp(out.first(got), 0.0F);
    return voice(out, got);
  }
  settle(out);
  return out.size();
}

std::size_t Renderer::speak(Frames out) noexcept STREAMTTS_NONBLOCKING {
  const std::uint64_t seen = ring_.written();
  if (starving_) {
    if (!may_recover()) return run_dry(out, seen);
    starving_ = false;
    fade_ = 0.0F;
  }
  const std::size_t got = pull(out);
  if (got == 0) return run_dry(out, seen);
  ramp(out.first(got), 1.0F);
  return voice(out, got);
}

// Nothing to say, though `seen` frames had been written when we looked.
std::size_t Renderer::run_dry(Frames out, std::uint64_t seen) noexcept STREAMTTS_NONBLOCKING {
  // Before the look whether something came after all: by then the next sentence's end may be told.
  const bool resting = may_rest(ring_.consumed());
  if (!starving_ && ring_.written() != seen) return 0;
  settle(out);
  if (resting) {
    starving_ = false;
    fade_ = 1.0F;
    return out.size();
  }
  if (!starving_) add(counters_.underruns, 1);
  starving_ = true;
  add(counters_.padded_frames, out.size());
  return out.size();
}

// `got` frames of speech stand in `out`, faded as they should be.
std::size_t Renderer::voice(Frames out, std::size_t got) noexcept STREAMTTS_NONBLOCKING {
  if (got == 0) return 0;
  apply_volume(out.first(got));
  last_ = out[got - 1];
  settling_ = settle_frames_;
  silent_ = false;
  return got;
}

std::size_t Renderer::pull(Frames out) noexcept STREAMTTS_NONBLOCKING {
  std::size_t got = pull_replay(out);
  while (got < out.size()) {
    const std::size_t more = pull_ring(out.subspan(got));
    if (more == 0) break;
    got += more;
  }
  return got;
}

std::size_t Renderer::pull_replay(Frames out) noexcept STREAMTTS_NONBLOCKING {
  const std::size_t got = std::min(out.size(), replay_size_ - replay_at_);
  std::copy_n(replay_.begin() + static_cast<std::ptrdiff_t>(replay_at_), got, out.begin());
  replay_at_ += got;
  if (replay_at_ == replay_size_) replay_at_ = replay_size_ = 0;
  return got;
}

// Through the stretch until it gives something or takes nothing more.
std::size_t Renderer::pull_ring(Frames out) noexcept STREAMTTS_NONBLOCKING {
  for (;;) {
    // What follows a flush is not for its fade.
    const std::uint64_t flush_to = flush_to_.load(std::memory_order_relaxed);
    const std::uint64_t old = flush_to - std::min(flush_to, ring_.consumed());
    const std::size_t wanted = out.size() * 4 + 1;
    const SpscRing<float>::ConstSpans spans =
        ring_.acquire_read(flushing_ ? std::min<std::uint64_t>(wanted, old) : wanted);
    const std::uint64_t end = ring_.consumed() + spans.first.size();
    const bool last = flushing_ ? end == flush_to : may_rest(end);
    const Stretch::Progress progress = stretch_.process(spans.first, out, last);
    ring_.commit_read(progress.taken);
    if (progress.given > 0 || progress.taken == 0) return progress.given;
  }
}

// What will fade out is set aside first, so that resuming loses no sample of it.
void Renderer::begin_pause() noexcept STREAMTTS_NONBLOCKING {
  pausing_ = true;
  if (silent_) fade_ = 0.0F;
  std::copy(replay_.begin() + static_cast<std::ptrdiff_t>(replay_at_),
            replay_.begin() + static_cast<std::ptrdiff_t>(replay_size_), replay_.begin());
  replay_size_ -= replay_at_;
  replay_at_ = 0;
  const Frames room = Frames(replay_).subspan(replay_size_);
  for (std::size_t got = 0; fade_ > 0.0F && got < room.size();) {
    const std::size_t more = pull_ring(room.subspan(got));
    if (more == 0) break;
    got += more;
    replay_size_ += more;
  }
}

void Renderer::end_pause() noexcept STREAMTTS_NONBLOCKING {
  pausing_ = false;
  // A pause that was taken back before its fade was over goes on where it is.
  if (silent_) replay_at_ = 0;
}

void Renderer::begin_flush() noexcept STREAMTTS_NONBLOCKING {
  if (pausing_) end_pause();
  flushing_ = true;
  const std::uint64_t target = flush_to_.load(std::memory_order_relaxed);
  const std::uint64_t old = in_hand() + (target > ring_.consumed() ? target - ring_.consumed() : 0);
  flush_left_ = silent_ ? 0 : std::min<std::size_t>(frames_to_silence(), old);
}

void Renderer::finish_flush() noexcept STREAMTTS_NONBLOCKING {
  flushing_ = false;
  flushes_done_ = flushes_.load(std::memory_order_acquire);
  add(counters_.flushed_frames, ring_.discard_until(flush_to_.load(std::memory_order_relaxed)) + in_hand());
  marks_.forget(flushes_done_);
  stretch_.reset();
  replay_at_ = replay_size_ = 0;
  starving_ = false;
  fade_ = 1.0F;
}

void Renderer::ramp(Frames frames, float target) noexcept STREAMTTS_NONBLOCKING {
  const float step = (target > fade_ ? 1.0F : -1.0F) / static_cast<float>(fade_frames_);
  for (float& frame : frames) {
    if (fade_ == 1.0F && target == 1.0F) return;
    fade_ = std::clamp(fade_ + step, 0.0F, 1.0F);
    frame *= fade_;
  }
}

void Renderer::apply_volume(Frames frames) noexcept STREAMTTS_NONBLOCKING {
  const float target = volume_.load(std::memory_order_relaxed);
  if (gain_ == 1.0F && target == 1.0F) return;
  const float step = 1.0F / static_cast<float>(2 * fade_frames_);
  for (float& frame : frames) {
    gain_ += std::clamp(target - gain_, -step, step);
    frame *= gain_;
  }
}

// From the last sample of speech down to silence: a hard edge would click.
void Renderer::settle(Frames silence) noexcept STREAMTTS_NONBLOCKING {
  silent_ = true;
  for (float& frame : silence) {
    if (settling_ > 0) --settling_;
    frame = last_ * static_cast<float>(settling_) / static_cast<float>(settle_frames_);
  }
  if (settling_ == 0) last_ = 0.0F;
}

bool Renderer::flush_wanted() const noexcept STREAMTTS_NONBLOCKING {
  return flushes_.load(std::memory_order_acquire) != flushes_done_;
}

bool Renderer::may_rest(std::uint64_t position) const noexcept STREAMTTS_NONBLOCKING {
  return rest_at_.load(std::memory_order_acquire) == position ||
         rest_before_.load(std::memory_order_acquire) == position;
}

bool Renderer::may_recover() const noexcept STREAMTTS_NONBLOCKING {
  const std::uint64_t queued = ring_.written() - ring_.consumed();
  const bool whole = may_rest(ring_.consumed() + queued);
  return queued >= rebuffer_frames_ || whole;
}

std::size_t Renderer::frames_to_silence() const noexcept STREAMTTS_NONBLOCKING {
  return static_cast<std::size_t>(std::lround(fade_ * static_cast<float>(fade_frames_)));
}

// In the ring, of what is rendered next.
std::uint64_t Renderer::position() const noexcept STREAMTTS_NONBLOCKING {
  return ring_.consumed() - in_hand();
}

std::size_t Renderer::in_hand() const noexcept STREAMTTS_NONBLOCKING {
  return stretch_.held() + replay_size_ - (pausing_ ? 0 : replay_at_);
}

}  // namespace streamtts::audio
