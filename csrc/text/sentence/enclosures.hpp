// Open quotes, brackets and backticks: inside one, no sentence ends. Each is forgotten after a while, so
// that one that is never closed cannot glue the rest of the text together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace streamtts::text {

class Enclosures {
 public:
  // Every character of the sentence in order, white space included.
  void see(char32_t c);
  // `c` would close the innermost one.
  bool closes(char32_t c) const;
  bool any_open();
  bool in_code();
  void clear();

 private:
  struct Open {
    char32_t closer;
    std::uint64_t since;  // position of the opening sign
    std::uint32_t width;  // of a run of backticks
  };

  static constexpr std::size_t kDeepest = 16;

  void see_backticks_end();
  void see_straight_quote(char32_t quote);
  void see_bracket(char32_t c);
  void settle_apostrophe(char32_t c);
  void push(char32_t closer, std::uint32_t width = 1);
  void forget_stale();
  bool open(char32_t closer) const;
  bool close(char32_t closer);

  std::array<Open, kDeepest> open_{};
  std::size_t depth_ = 0;
  std::uint64_t position_ = 0;
  std::uint32_t backticks_ = 0;  // in the run that is being read
  char32_t previous_ = U' ';
  char32_t before_previous_ = U' ';
};

}  // namespace streamtts::text
