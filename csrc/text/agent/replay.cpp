#include "text/agent/replay.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

void Replay::arm(std::string_view spoken, std::size_t confirmed) {
  spoken_.assign(spoken);
  confirmed_ = confirmed;
  at_ = 0;
}

bool Replay::fits(std::size_t begin, std::string_view utf8) const {
  const std::string_view expected = std::string_view(spoken_).substr(begin + at_);
  const std::size_t common = std::min(expected.size(), utf8.size());
  return expected.substr(0, common) == utf8.substr(0, common);
}

void Replay::say(std::string_view utf8, ProseWriter& out) {
  if (utf8.empty()) return;
  if (at_ == 0) begin_ = !fits(0, utf8) && confirmed_ < spoken_.size() ? confirmed_ : 0;
  const std::size_t expected = spoken_.size() - begin_ - at_;
  if (!fits(begin_, utf8)) {
    out.release();
    out.say(std::string_view(spoken_).substr(begin_, at_));
  } else if (utf8.size() < expected) {
    at_ += utf8.size();
    return;
  } else {
    utf8.remove_prefix(expected);
  }
  disarm();
  out.say(utf8);
}

}  // namespace streamtts::text
