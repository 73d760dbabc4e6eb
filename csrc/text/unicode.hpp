// Code points and what they are to a listener. No locale, no tables from the system; shared by the
// cleaner and the splitter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streamtts::text {

inline constexpr char32_t kReplacement = 0xFFFD;

namespace detail {
char32_t decode_multibyte(std::string_view text, std::size_t& pos);
bool is_letter_beyond_ascii(char32_t c);
bool is_lower_beyond_ascii(char32_t c);
bool is_upper_beyond_ascii(char32_t c);
bool is_space_beyond_ascii(char32_t c);
}  // namespace detail

// Reads the code point at `pos` (which must be < text.size()) and moves `pos` behind it. A byte that is
// not part of valid UTF-8 is U+FFFD of length one.
inline char32_t decode_utf8(std::string_view text, std::size_t& pos) {
  const auto lead = static_cast<unsigned char>(text[pos]);
  if (lead < 0x80) {
    ++pos;
    return lead;
  }
  return detail::decode_multibyte(text, pos);
}

// The code point that ends right before `pos` (which must be > 0).
char32_t decode_utf8_before(std::string_view text, std::size_t pos);

void append_utf8(std::string& out, char32_t c);

// The length of a sequence by its first byte; 1 for a byte that cannot begin one.
constexpr std::size_t utf8_length(char first) {
  const auto lead = static_cast<unsigned char>(first);
  if (lead < 0xC2) return 1;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 1;
}

// A byte inside a sequence, not the first.
constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

constexpr bool is_ascii_lower(char32_t c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_ascii_upper(char32_t c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_ascii_letter(char32_t c) {
  return is_ascii_lower(c) || is_ascii_upper(c);
}
constexpr bool is_ascii_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_ascii_alnum(char32_t c) {
  return is_ascii_letter(c) || is_ascii_digit(c);
}
constexpr char32_t ascii_lower(char32_t c) {
  return is_ascii_upper(c) ? c + 32 : c;
}

// Letters of any script, with the marks that combine with them; CJK and Hangul included.
inline bool is_letter(char32_t c) {
  return c < 0x80 ? is_ascii_letter(c) : detail::is_letter_beyond_ascii(c);
}
// Cased letters: Latin, Greek, Cyrillic, Armenian, full-width Latin.
inline bool is_lower(char32_t c) {
  return c < 0x80 ? is_ascii_lower(c) : detail::is_lower_beyond_ascii(c);
}
inline bool is_upper(char32_t c) {
  return c < 0x80 ? is_ascii_upper(c) : detail::is_upper_beyond_ascii(c);
}
inline bool is_word(char32_t c) {
  return is_letter(c) || is_ascii_digit(c) || (c >= 0xFF10 && c <= 0xFF19);
}

// White space for the ear: blanks, line and paragraph separators, no-break and ideographic spaces.
inline bool is_space(char32_t c) {
  return c <= 0x20 ? c == ' ' || (c >= 0x09 && c <= 0x0D) : c >= 0x80 && detail::is_space_beyond_ascii(c);
}

// Han, kana and full-width forms with their punctuation: scripts written without spaces, whose full stop
// is U+3002. Hangul is not among them.
bool is_cjk(char32_t c);
bool is_hangul(char32_t c);
// Other scripts without spaces between words: Thai, Lao, Burmese, Khmer.
bool is_unspaced(char32_t c);

// Ends a sentence or pauses so that no full stop is needed behind it.
bool is_terminal(char32_t c);
bool is_closing(char32_t c);  // quotes and brackets that close
bool is_opening(char32_t c);  // quotes and brackets that open

// Pictures and decoration that nobody reads out: emoji, dingbats, box drawing, geometric shapes.
bool is_emoji(char32_t c);
// Nothing at all to see: controls, zero-width characters, bidi controls, variation selectors, tags.
bool is_invisible(char32_t c);
inline bool is_silent(char32_t c) {
  return is_emoji(c) || is_invisible(c);
}

}  // namespace streamtts::text
