// What the device callback does: ring -> stretch -> volume -> fades. The real-time side owns every member
// that is not atomic; control threads only post wishes, which the next callback honours.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audio/heard_clock.hpp"
#include "audio/output.hpp"
#include "audio/realtime.hpp"
#include "audio/sentence_marks.hpp"
#include "audio/spsc_ring.hpp"
#include "audio/stretch.hpp"
#include "audio/wake.hpp"

namespace streamtts::audio {

struct RenderCounters {
  std::atomic<std::uint64_t> flushed_frames{0};
  std::atomic<std::uint64_t> rendered_frames{0};
  std::atomic<std::uint64_t> padded_frames{0};
  std::atomic<std::uint64_t> underruns{0};
};

class Renderer final : public RenderSource {
 public:
  Renderer(std::uint32_t rate_hz, std::size_t ring_frames);

  void render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING override;
  std::uint32_t ready_frames() const noexcept STREAMTTS_NONBLOCKING override;
  bool at_rest() const noexcept STREAMTTS_NONBLOCKING override;
  void skip_silence(std::uint64_t frames) noexcept STREAMTTS_NONBLOCKING override;

  // The producer's end of the ring; one thread at a time.
  SpscRing<float>& ring() { return ring_; }
  const SpscRing<float>& ring() const { return ring_; }
  // The same thread's end of the marks, posted before the frames that they are about.
  SentenceMarks& marks() { return marks_; }
  // Running dry at this ring position is the end of a sentence, not an underrun. The producer's, told before
  // the frames up to there are written: until they are, the end told before counts too.
  void may_rest_at(std::uint64_t position) {
    rest_before_.store(rest_at_.load(std::memory_order_relaxed), std::memory_order_release);
    rest_at_.store(position, std::memory_order_release);
  }

  // Fade out and throw away everything before this ring position.
  void flush_to(std::uint64_t position) {
    flush_to_.store(position, std::memory_order_relaxed);
    flushes_.fetch_add(1, std::memory_order_release);
  }
  std::uint32_t flushes() const { return flushes_.load(std::memory_order_relaxed); }
  void set_paused(bool paused) { paused_.store(paused, std::memory_order_relaxed); }
  void set_volume(float gain) { volume_.store(gain, std::memory_order_relaxed); }
  void set_speed(double speed) { speed_.store(speed, std::memory_order_relaxed); }

  Wake& space() { return space_; }  // notified when frames or marks were taken
  Wake& quiet() { return quiet_; }  // notified when everything written has been rendered
  bool spoken() const;              // everything written was rendered or flushed, and every mark passed
  std::uint64_t heard_position(std::uint64_t delay_frames) const { return heard_.position(delay_frames); }
  const RenderCounters& counters() const { return counters_; }

 private:
  using Frames = std::span<float>;

  void note_given() noexcept STREAMTTS_NONBLOCKING;
  std::size_t step(Frames out) noexcept STREAMTTS_NONBLOCKING;
  void pass_marks(std::uint64_t from, Frames out, std::size_t given) noexcept STREAMTTS_NONBLOCKING;
  std::size_t fade_to_flush(Frames out) noexcept STREAMTTS_NONBLOCKING;
  std::size_t fade_to_pause(Frames out) noexcept STREAMTTS_NONBLOCKING;
  std::size_t speak(Frames out) noexcept STREAMTTS_NONBLOCKING;
  std::size_t run_dry(Frames out, std::uint64_t seen) noexcept STREAMTTS_NONBLOCKING;
  std::size_t voice(Frames out, std::size_t got) noexcept STREAMTTS_NONBLOCKING;

  std::size_t pull(Frames out) noexcept STREAMTTS_NONBLOCKING;
  std::size_t pull_replay(Frames out) noexcept STREAMTTS_NONBLOCKING;
  std::size_t pull_ring(Frames out) noexcept STREAMTTS_NONBLOCKING;
  void begin_pause() noexcept STREAMTTS_NONBLOCKING;
  void end_pause() noexcept STREAMTTS_NONBLOCKING;
  void begin_flush() noexcept STREAMTTS_NONBLOCKING;
  void finish_flush() noexcept STREAMTTS_NONBLOCKING;

  void ramp(Frames frames, float target) noexcept STREAMTTS_NONBLOCKING;
  void apply_volume(Frames frames) noexcept STREAMTTS_NONBLOCKING;
  void settle(Frames silence) noexcept STREAMTTS_NONBLOCKING;
  bool flush_wanted() const noexcept STREAMTTS_NONBLOCKING;
  bool may_rest(std::uint64_t position) const noexcept STREAMTTS_NONBLOCKING;
  bool may_recover() const noexcept STREAMTTS_NONBLOCKING;
  std::size_t frames_to_silence() const noexcept STREAMTTS_NONBLOCKING;
  std::size_t in_hand() const noexcept STREAMTTS_NONBLOCKING;
  std::uint64_t position() const noexcept STREAMTTS_NONBLOCKING;

  SpscRing<float> ring_;
  SentenceMarks marks_;
  Stretch stretch_;
  Wake space_;
  Wake quiet_;
  HeardClock heard_;
  RenderCounters counters_;

  std::atomic<std::uint64_t> rest_at_{0};
  std::atomic<std::uint64_t> rest_before_{0};
  std::atomic<std::uint64_t> flush_to_{0};
  std::atomic<std::uint32_t> flushes_{0};
  std::atomic<bool> paused_{false};
  std::atomic<float> volume_{1.0F};
  std::atomic<double> speed_{1.0};
  std::atomic<std::uint64_t> in_hand_{0};  // taken from the ring, not yet rendered

  std::uint64_t given_ = 0;  // frames rendered so far, those of this callback included
  std::uint32_t flushes_done_ = 0;
  std::size_t fade_frames_;      // 5 ms: flush, pause, and back up
  std::size_t settle_frames_;    // 3 ms: from the last sample before silence down to zero
  std::size_t rebuffer_frames_;  // 40 ms must have come in before speech goes on after an underrun
  float fade_ = 1.0F;            // gain of the fades, 1 while nothing happens
  float gain_ = 1.0F;            // the volume as heard, on its way to volume_
  float last_ = 0.0F;            // the last sample of speech rendered
  std::size_t settling_ = 0;     // frames of the way down still to render
  bool silent_ = true;           // the last frame rendered was no speech
  bool starving_ = false;
  bool pausing_ = false;
  bool flushing_ = false;
  std::size_t flush_left_ = 0;  // frames of the flush's fade still to render

  std::vector<float> replay_;  // what a pause fades out, to be heard again in full
  std::size_t replay_at_ = 0;
  std::size_t replay_size_ = 0;
};

}  // namespace streamtts::audio
