// Where sentences begin and end: told by the producer, who knows the place in the ring, to the callback,
// which tells the reader when it has rendered that place.
//
// * One thread at a time produces, one renders, one reads, as with SpscRing. Nothing blocks or allocates.
// * The producer may be refused while many marks lie before the renderer; the renderer drops what the reader
//   does not take.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "audio/realtime.hpp"
#include "audio/spsc_ring.hpp"
#include "audio/wake.hpp"

namespace streamtts::audio {

struct Mark {
  enum class Kind : std::uint8_t {
    kBegin,  // heard with the frame at `position`
    kEnd,    // heard with the frame before it
    kEmpty,  // a sentence without a sound, heard where the one before it ends
  };
  std::uint64_t position = 0;  // in the ring
  std::uint32_t turn = 0;
  std::uint32_t seq = 0;
  std::uint32_t flushes = 0;  // that came before it
  Kind kind = Kind::kBegin;
};

struct PassedMark {
  Mark mark;
  std::uint64_t rendered = 0;                  // frames given to the output before it
  std::uint64_t followed = 0;                  // and after it, in the same callback
  std::chrono::steady_clock::time_point time;  // of that callback
};

class SentenceMarks {
 public:
  // ---- producer ----

  bool room_for(std::size_t marks) noexcept { return posted_.writable() >= marks; }
  void post(const Mark& mark) noexcept { posted_.push(mark); }
  void release_producer() noexcept { posted_.release_producer(); }

  // ---- callback ----

  // Frames [from, to) of the ring became `frames` frames of sound, the first of them the output's
  // `rendered`th.
  struct Step {
    std::uint64_t from;
    std::uint64_t to;
    std::uint64_t rendered;
    std::size_t frames;
  };
  // `end`: what the output will have been given when this callback is over.
  void pass(const Step& step, std::uint64_t end) noexcept STREAMTTS_NONBLOCKING;
  // What was posted before this many flushes and has not been passed will not be heard.
  void forget(std::uint32_t flushes) noexcept STREAMTTS_NONBLOCKING;
  void release_renderer() noexcept STREAMTTS_NONBLOCKING {
    posted_.release_consumer();
    passed_.release_producer();
  }
  std::uint64_t done() const noexcept STREAMTTS_NONBLOCKING { return posted_.consumed(); }

  // ---- reader ----

  bool take(PassedMark& mark) noexcept {
    const bool taken = passed_.pop(mark);
    passed_.release_consumer();
    return taken;
  }
  Wake& passed() noexcept { return wake_; }

  // Any thread: every mark was passed or forgotten.
  bool all_done() const noexcept STREAMTTS_NONBLOCKING { return posted_.consumed() == posted_.written(); }

 private:
  static constexpr std::size_t kPosted = 1024;
  static constexpr std::size_t kPassed = 2 * kPosted;

  const Mark* next() noexcept STREAMTTS_NONBLOCKING;

  SpscRing<Mark> posted_{kPosted};
  SpscRing<PassedMark> passed_{kPassed};
  Wake wake_;
  std::uint64_t spoken_ = 0;  // what the output had been given after the last frame of speech; the callback's
};

}  // namespace streamtts::audio
