// Stretches of the sentence that is being read, between marks; one at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "text/span.hpp"

namespace streamtts::text {

class Stretches {
 public:
  void begin(std::uint32_t at);
  // True if one ends here that is not empty.
  bool end(std::uint32_t at);

  // Those before `chars`; what reaches beyond stays, counted from there on.
  std::vector<Stretch> take(std::uint32_t chars);
  // Forgets what has ended; what has not goes on from the first character of the next sentence.
  void restart();

 private:
  bool open_ = false;
  std::uint32_t open_begin_ = 0;
  std::vector<Stretch> closed_;
};

}  // namespace streamtts::text
