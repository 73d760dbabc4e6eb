#include "audio/dsp/splice_search.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "audio/dsp/dot.hpp"
#include "audio/realtime.hpp"

namespace streamtts::audio {

namespace {

// Voices speak between these; a higher one is met at a multiple of its period.
constexpr std::uint32_t kHighestPitchHz = 400;
constexpr std::uint32_t kLowestPitchHz = 65;
// Enough to find a period roughly; at the full rate only its neighbourhood is searched.
constexpr std::uint32_t kCoarseHz = 6000;

struct Match {
  std::size_t start = 0;  // from the first place
  double score = 0.0;     // the part of the energy of what is compared that the place explains
};

// Of `starts` places in a row, the one that is most like `here` over `count` frames.
Match best_match(const float* here, const float* places, std::size_t starts,
                 std::size_t count) noexcept STREAMTTS_NONBLOCKING {
  double energy = dot(places, places, count);
  Match best;
  for (std::size_t start = 0; start < starts; ++start) {
    if (start > 0) {
      const double leaving = places[start - 1];
      const double coming = places[start + count - 1];
      energy += coming * coming - leaving * leaving;
    }
    const double product = dot(here, places + start, count);
    const double score = product * product / energy;
    if (product > 0.0 && score > best.score) best = {.start = start, .score = score};
  }
  return best;
}

float likeness(const Match& match, double energy) noexcept STREAMTTS_NONBLOCKING {
  if (!(match.score > 0.0)) return 0.0F;
  return static_cast<float>(std::sqrt(std::min(match.score / energy, 1.0)));
}

}  // namespace

SpliceSearch::SpliceSearch(std::uint32_t rate_hz)
    : decimation_(std::max(1U, rate_hz / kCoarseHz)),
      shortest_lag_(rate_hz / kHighestPitchHz),
      longest_lag_(rate_hz / kLowestPitchHz),
      decimated_(2 * longest_lag_ / decimation_) {}

std::size_t SpliceSearch::coarse_lag(const float* here, Range range,
                                     Direction direction) noexcept STREAMTTS_NONBLOCKING {
  const std::size_t shortest = shortest_lag_ / decimation_;
  const std::size_t longest = range.longest_lag / decimation_;
  const std::size_t window = range.window / decimation_ / kDotLanes * kDotLanes;
  const bool forward = direction == Direction::kForward;
  const float* frames = forward ? here : here - longest * decimation_;
  for (std::size_t i = 0; i < longest + window; ++i) {
    float sum = 0.0F;
    for (std::size_t k = 0; k < decimation_; ++k) sum += *frames++;
    decimated_[i] = sum;
  }
  const float* reference = decimated_.data() + (forward ? 0 : longest);
  const float* places = decimated_.data() + (forward ? shortest : 0);
  const Match match = best_match(reference, places, longest - shortest + 1, window);
  if (!(match.score > 0.0)) return longest * decimation_;
  return (forward ? shortest + match.start : longest - match.start) * decimation_;
}

Splice SpliceSearch::find(const float* here, std::size_t ahead,
                          Direction direction) noexcept STREAMTTS_NONBLOCKING {
  const bool forward = direction == Direction::kForward;
  const std::size_t room = std::min(longest_lag_, forward ? ahead / 2 : ahead);
  // Most of what a fade covers: a longer look trades the place itself for its surroundings.
  const std::size_t window = std::max(room * 3 / 5 / kDotLanes, std::size_t{1}) * kDotLanes;
  const Range range{.longest_lag = room, .window = window};
  const std::size_t rough = coarse_lag(here, range, direction);
  const std::size_t from = std::max(shortest_lag_, rough - std::min(rough, decimation_));
  const std::size_t to = std::max(from, std::min(room, rough + decimation_));
  const float* places = forward ? here + from : here - to;
  const Match match = best_match(here, places, to - from + 1, range.window);
  const std::size_t lag = forward ? from + match.start : to - match.start;
  return {.lag = lag, .likeness = likeness(match, dot(here, here, range.window))};
}

}  // namespace streamtts::audio
