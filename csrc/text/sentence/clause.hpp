// Where a long sentence may be cut while its end is still unknown, so that a listener who waits hears
// something. Looks only at the text so far, at a white space or right after an ideographic comma.
#pragma once

#include <cstddef>
#include <string_view>

namespace streamtts::text {

// How much must be held before a cut is worth its price in prosody. In columns: an ideograph counts two.
struct ClauseLimits {
  std::size_t sign;          // before a cut after , ; : or a dash
  std::size_t conjunction;   // before because, so, which, ...
  std::size_t coordination;  // before and, or
  std::size_t any_word;      // at whatever white space comes next
};

inline constexpr ClauseLimits kOpeningClause{
    .sign = 22, .conjunction = 26, .coordination = 40, .any_word = 90};
// Once the listener hears something, cutting again pays only in a sentence of unusual length.
inline constexpr ClauseLimits kLaterClause{
    .sign = 120, .conjunction = 140, .coordination = 160, .any_word = 280};

// Bytes of `text` that may be released; 0 for none. A white space follows `text`, or it ends in a wide comma.
std::size_t clause_end(std::string_view text, std::size_t columns, const ClauseLimits& limits);

bool is_wide_comma(char32_t c);

}  // namespace streamtts::text
