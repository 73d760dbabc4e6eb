// After a cut connection the agent asks again and the answer starts anew: what was spoken is not said again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

class Replay {
 public:
  // `spoken` is the broken-off text; the new one may repeat it whole, or only from `confirmed` on.
  void arm(std::string_view spoken, std::size_t confirmed);
  bool armed() const { return !spoken_.empty(); }
  // The new attempt broke off as well.
  void rewind() { at_ = 0; }
  void disarm() { spoken_.clear(); }
  // Says what is new in `utf8`; a text that differs is said from its beginning.
  void say(std::string_view utf8, ProseWriter& out);

 private:
  bool fits(std::size_t begin, std::string_view utf8) const;

  std::string spoken_;
  std::size_t confirmed_ = 0;
  std::size_t begin_ = 0;
  std::size_t at_ = 0;  // how much of spoken_, from begin_, came again
};

}  // namespace streamtts::text
