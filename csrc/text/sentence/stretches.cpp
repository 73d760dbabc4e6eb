#include "text/sentence/stretches.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "text/span.hpp"

namespace streamtts::text {

void Stretches::begin(std::uint32_t at) {
  end(at);
  open_ = true;
  open_begin_ = at;
}

bool Stretches::end(std::uint32_t at) {
  const bool some = std::exchange(open_, false) && at > open_begin_;
  if (some) closed_.push_back({.begin = open_begin_, .end = at});
  return some;
}

std::vector<Stretch> Stretches::take(std::uint32_t chars) {
  std::vector<Stretch> taken;
  if (!open_ && closed_.empty()) return taken;
  std::vector<Stretch> kept;
  for (const Stretch& each : closed_) {
    if (each.begin < chars) taken.push_back({.begin = each.begin, .end = std::min(each.end, chars)});
    if (each.end > chars)
      kept.push_back({.begin = std::max(each.begin, chars) - chars, .end = each.end - chars});
  }
  if (open_ && open_begin_ < chars) {
    taken.push_back({.begin = open_begin_, .end = chars});
    open_begin_ = chars;
  }
  open_begin_ -= std::min(open_begin_, chars);
  closed_ = std::move(kept);
  return taken;
}

void Stretches::restart() {
  closed_.clear();
  open_begin_ = 0;
}

}  // namespace streamtts::text
