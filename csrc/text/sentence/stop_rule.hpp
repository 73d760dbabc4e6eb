// Whether a full stop (or ! ? ...) ends its sentence, judged by the word before it and by the class of the
// one character after the white space that follows. Nothing further ahead is ever needed.
#pragma once

#include <cstdint>
#include <string_view>

namespace streamtts::text {

enum class StopKind : std::uint8_t {
  dot,
  ellipsis,  // two dots or more, or U+2026
  shout,     // any run with ! or ?
  wide,      // 。！？ and the like: no white space need follow
};

struct Stop {
  StopKind kind = StopKind::dot;
  std::string_view word;         // what stands before the stop, from the last white space on
  std::string_view previous;     // the word before that one
  std::uint32_t word_index = 0;  // of `word` in its sentence, from 0
  bool closed = false;           // a quote or bracket was closed after the stop
  bool code = false;             // the word is an inline code span
};

enum class Ahead : std::uint8_t {
  lower,
  upper,
  caseless,  // a letter of a script without case
  digit,
  bracket,
  code,
  dash,
  joint,  // , ; : and the like, which never begin a sentence
  dot,
  other,
  blank,    // a second white space: nothing more will be looked at
  unknown,  // announced as not lower-case, not yet seen
};

Ahead ahead_of(char32_t c);

enum class Verdict : std::uint8_t { end, go_on, wait };

// `next` is the character of that class, 0 when it is not known.
Verdict judge(const Stop& stop, Ahead ahead, char32_t next);

}  // namespace streamtts::text
