#include "audio/boundary_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <vector>

#include "audio/player.hpp"
#include "audio/sentence_marks.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr std::size_t kMostUnread = 32'768;

double seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// How long ago it was at the ear; negative until it is.
double age_s(const PassedMark& mark, std::chrono::steady_clock::time_point now, double latency_s,
             double rate_hz) {
  const double later_s = static_cast<double>(mark.followed) / rate_hz;
  return seconds(now - mark.time) - std::max(latency_s - later_s, 0.0);
}

}  // namespace

std::vector<Boundary> BoundaryReader::wait(double timeout_s) {
  const std::unique_lock alone(reading_, std::try_to_lock);
  if (!alone) throw Error("only one thread at a time can wait for boundaries");
  const Clock::time_point start = Clock::now();
  std::vector<Boundary> heard;
  for (;;) {
    keeper_.check();
    const bool woken = woken_.exchange(false);
    const double until_next_s = take_heard(heard);
    const double left_s = timeout_s - seconds(Clock::now() - start);
    if (woken || !heard.empty() || !(left_s > 0)) return heard;
    marks_.passed().wait_for(std::min(left_s, until_next_s));
  }
}

void BoundaryReader::wake() {
  woken_ = true;
  marks_.passed().notify();
}

void BoundaryReader::collect() {
  const std::scoped_lock lock(pending_mutex_);
  collect_locked();
}

void BoundaryReader::collect_locked() {
  for (PassedMark mark; marks_.take(mark);) {
    if (mark.mark.flushes >= cut_flushes_) pending_.push_back(mark);
  }
  while (pending_.size() > kMostUnread) pending_.pop_front();
}

void BoundaryReader::cut(std::uint32_t flushes, Clock::time_point time) {
  const double latency_s = keeper_.latency_s();
  const std::scoped_lock lock(pending_mutex_);
  collect_locked();
  cut_flushes_ = flushes;
  std::erase_if(pending_, [&](const PassedMark& mark) {
    return mark.mark.flushes < flushes && age_s(mark, time, latency_s, keeper_.rate_hz()) < 0;
  });
}

// Returns how long it is until the next one is heard.
double BoundaryReader::take_heard(std::vector<Boundary>& heard) {
  const double latency_s = keeper_.latency_s();
  const double rate_hz = keeper_.rate_hz();
  const std::scoped_lock lock(pending_mutex_);
  collect_locked();
  const Clock::time_point now = Clock::now();
  for (; !pending_.empty(); pending_.pop_front()) {
    const PassedMark& passed = pending_.front();
    const double ago_s = age_s(passed, now, latency_s, rate_hz);
    if (ago_s < 0) return -ago_s;
    Boundary boundary{.turn = passed.mark.turn,
                      .seq = passed.mark.seq,
                      .begins = passed.mark.kind != Mark::Kind::kEnd,
                      .media_s = static_cast<double>(passed.rendered) / rate_hz,
                      .ago_s = ago_s};
    heard.push_back(boundary);
    if (passed.mark.kind != Mark::Kind::kEmpty) continue;
    boundary.begins = false;
    heard.push_back(boundary);
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace streamtts::audio
