// Words that carry a full stop of their own, in the languages an agent is likely to write.
#pragma once

#include <cstdint>
#include <string_view>

namespace streamtts::text {

enum class Abbreviation : std::uint8_t {
  none,
  never_ends,   // something always follows: e.g., vs, Dr, z.B
  numbered,     // belongs to the number or the small word after it: no, max, pp
  unit,         // the same, but after a number it is a unit that may end the sentence: sec, min
  may_end,      // ends a sentence only where a new one plainly starts: etc, Inc, p.m
  beside_name,  // never ends before a name, may end after one: St, Jr
  calendar,     // as may_end, and a number after it belongs to it: Jan, Mon
};

// `word` is without its final full stop; inner ones stay ("e.g").
Abbreviation find_abbreviation(std::string_view word);

}  // namespace streamtts::text
