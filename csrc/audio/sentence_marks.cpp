#include "audio/sentence_marks.hpp"

#include <chrono>
#include <cstdint>

#include "audio/realtime.hpp"

namespace streamtts::audio {

namespace {

std::chrono::steady_clock::time_point time_now() noexcept STREAMTTS_NONBLOCKING {
  STREAMTTS_TRUST_NONBLOCKING(return std::chrono::steady_clock::now();)
}

bool is_passed(const Mark& mark, std::uint64_t position) noexcept STREAMTTS_NONBLOCKING {
  return mark.kind == Mark::Kind::kBegin ? mark.position < position : mark.position <= position;
}

// A stretch spreads the ring's frames evenly over the sound's.
std::uint64_t rendered_before(std::uint64_t position,
                              const SentenceMarks::Step& step) noexcept STREAMTTS_NONBLOCKING {
  if (position <= step.from) return step.rendered;
  return step.rendered + (position - step.from) * step.frames / (step.to - step.from);
}

}  // namespace

void SentenceMarks::pass(const Step& step, std::uint64_t end) noexcept STREAMTTS_NONBLOCKING {
  bool any = false;
  std::chrono::steady_clock::time_point time;
  for (const Mark* mark = next(); mark != nullptr && is_passed(*mark, step.to); mark = next()) {
    if (!any) time = time_now();
    any = true;
    // Told only now that the speech before was the sentence's last.
    const bool late = mark->kind == Mark::Kind::kEnd && mark->position <= step.from;
    const std::uint64_t rendered = late ? spoken_ : rendered_before(mark->position, step);
    passed_.push({.mark = *mark, .rendered = rendered, .followed = end - rendered, .time = time});
    posted_.commit_read(1);
  }
  if (step.to > step.from) spoken_ = step.rendered + step.frames;
  if (any) wake_.notify();
}

void SentenceMarks::forget(std::uint32_t flushes) noexcept STREAMTTS_NONBLOCKING {
  for (const Mark* mark = next(); mark != nullptr && mark->flushes < flushes; mark = next()) {
    posted_.commit_read(1);
  }
}

const Mark* SentenceMarks::next() noexcept STREAMTTS_NONBLOCKING {
  const auto waiting = posted_.acquire_read(1);
  return waiting.size() == 0 ? nullptr : waiting.first.data();
}

}  // namespace streamtts::audio
