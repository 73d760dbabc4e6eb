#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace streamtts::text {
namespace {

struct Range {
  constexpr Range(char32_t from, char32_t to) : first(from), last(to) {}
  char32_t first;
  char32_t last;
};

template <std::size_t N>
constexpr bool within(const std::array<Range, N>& ranges, char32_t c) {
  const auto found = std::ranges::lower_bound(ranges, c, {}, &Range::last);
  return found != ranges.end() && found->first <= c;
}

// What lies between the letters from U+00C0 on, in scripts that code or prose may be written in.
constexpr std::array kNoLetters = std::to_array<Range>(
    {{0xD7, 0xD7},       {0xF7, 0xF7},       {0x2C2, 0x2C5},   {0x2D2, 0x2DF},     {0x2E5, 0x2EB},
     {0x375, 0x375},     {0x37E, 0x37E},     {0x384, 0x385},   {0x387, 0x387},     {0x3F6, 0x3F6},
     {0x482, 0x482},     {0x55A, 0x55F},     {0x589, 0x58F},   {0x5BE, 0x5BE},     {0x5C0, 0x5C0},
     {0x5C3, 0x5C3},     {0x5C6, 0x5C6},     {0x5F3, 0x60F},   {0x61B, 0x61F},     {0x660, 0x66D},
     {0x6D4, 0x6D4},     {0x6DD, 0x6DE},     {0x6E9, 0x6E9},   {0x6F0, 0x6F9},     {0x6FD, 0x6FE},
     {0x700, 0x70F},     {0x964, 0x970},     {0xE3F, 0xE3F},   {0xE4F, 0xE5B},     {0x104A, 0x104F},
     {0x10FB, 0x10FB},   {0x1360, 0x137C},   {0x1680, 0x1680}, {0x17D4, 0x17DB},   {0x17E0, 0x180E},
     {0x1FBD, 0x1FBD},   {0x1FBF, 0x1FC1},   {0x1FCD, 0x1FCF}, {0x1FDD, 0x1FDF},   {0x1FED, 0x1FEF},
     {0x1FFD, 0x2070},   {0x2072, 0x207E},   {0x2080, 0x208F}, {0x20A0, 0x20CF},   {0x2100, 0x2101},
     {0x2103, 0x2106},   {0x2108, 0x2109},   {0x2114, 0x2114}, {0x2116, 0x2118},   {0x211E, 0x2123},
     {0x2125, 0x2125},   {0x2127, 0x2127},   {0x2129, 0x2129}, {0x212E, 0x212E},   {0x213A, 0x213B},
     {0x2140, 0x2144},   {0x214A, 0x214D},   {0x214F, 0x2182}, {0x2185, 0x2BFF},   {0x2CE5, 0x2CEA},
     {0x2CF9, 0x2CFF},   {0x2E00, 0x3004},   {0x3007, 0x3029}, {0x3030, 0x3030},   {0x3036, 0x303A},
     {0x303D, 0x3040},   {0x309B, 0x309C},   {0x30A0, 0x30A0}, {0x30FB, 0x30FB},   {0x3190, 0x319F},
     {0x31C0, 0x31EF},   {0x3200, 0x33FF},   {0x4DC0, 0x4DFF}, {0xA490, 0xA4CF},   {0xD800, 0xF8FF},
     {0xFD3E, 0xFD4F},   {0xFDFC, 0xFDFF},   {0xFE00, 0xFE1F}, {0xFE30, 0xFE6F},   {0xFEFF, 0xFF20},
     {0xFF3B, 0xFF40},   {0xFF5B, 0xFF65},   {0xFFE0, 0xFFFF}, {0x1D000, 0x1D3FF}, {0x1D7CE, 0x1D7FF},
     {0x1F000, 0x1FBFF}, {0xE0000, 0x10FFFF}});

// Where small letters stand alone; the alternating blocks are in is_lower_beyond_ascii.
constexpr std::array kLower = std::to_array<Range>(
    {{0xAA, 0xAA},   {0xB5, 0xB5},     {0xBA, 0xBA},     {0xDF, 0xF6},     {0xF8, 0xFF},
     {0x138, 0x138}, {0x149, 0x149},   {0x17F, 0x180},   {0x250, 0x2AF},   {0x390, 0x390},
     {0x3AC, 0x3CE}, {0x3D0, 0x3D1},   {0x3F0, 0x3F3},   {0x430, 0x45F},   {0x4CF, 0x4CF},
     {0x561, 0x587}, {0x10D0, 0x10FA}, {0x1E95, 0x1E9D}, {0xFB00, 0xFB17}, {0xFF41, 0xFF5A}});
constexpr std::array kUpper = std::to_array<Range>({{0xC0, 0xD6},
                                                    {0xD8, 0xDE},
                                                    {0x178, 0x178},
                                                    {0x386, 0x386},
                                                    {0x388, 0x38F},
                                                    {0x391, 0x3AB},
                                                    {0x400, 0x42F},
                                                    {0x4C0, 0x4C0},
                                                    {0x531, 0x556},
                                                    {0x1E9E, 0x1E9E},
                                                    {0xFF21, 0xFF3A}});

// Blocks where capital and small letters take turns: the small one is odd, or even.
constexpr std::array kOddIsLower = std::to_array<Range>({{0x100, 0x137},
                                                         {0x14A, 0x177},
                                                         {0x1DE, 0x1EF},
                                                         {0x1F8, 0x21F},
                                                         {0x222, 0x233},
                                                         {0x246, 0x24F},
                                                         {0x3D8, 0x3EF},
                                                         {0x460, 0x481},
                                                         {0x48A, 0x4BF},
                                                         {0x4D0, 0x52F},
                                                         {0x1E00, 0x1E94},
                                                         {0x1EA0, 0x1EFF}});
constexpr std::array kEvenIsLower =
    std::to_array<Range>({{0x139, 0x148}, {0x179, 0x17E}, {0x1CD, 0x1DC}, {0x4C1, 0x4CE}});

constexpr std::array kCjk = std::to_array<Range>({{0x2E80, 0x2FDF},
                                                  {0x2FF0, 0x303F},
                                                  {0x3040, 0x312F},
                                                  {0x3190, 0x4DBF},
                                                  {0x4E00, 0x9FFF},
                                                  {0xF900, 0xFAFF},
                                                  {0xFE30, 0xFE4F},
                                                  {0xFF01, 0xFF9F},
                                                  {0xFFE0, 0xFFE6},
                                                  {0x1B000, 0x1B16F},
                                                  {0x20000, 0x3FFFF}});
constexpr std::array kHangul = std::to_array<Range>(
    {{0x1100, 0x11FF}, {0x3130, 0x318F}, {0xA960, 0xA97F}, {0xAC00, 0xD7FF}, {0xFFA0, 0xFFDC}});
constexpr std::array kUnspaced =
    std::to_array<Range>({{0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x19E0, 0x19FF}});

constexpr std::array kEmoji = std::to_array<Range>({{0x2022, 0x2023},
                                                    {0x2043, 0x2043},
                                                    {0x231A, 0x231B},
                                                    {0x2328, 0x2328},
                                                    {0x23CF, 0x23CF},
                                                    {0x23E9, 0x23F3},
                                                    {0x23F8, 0x23FA},
                                                    {0x2500, 0x266C},
                                                    {0x2670, 0x2775},
                                                    {0x2794, 0x27BF},
                                                    {0x2934, 0x2935},
                                                    {0x2B00, 0x2BFF},
                                                    {0x3030, 0x3030},
                                                    {0x303D, 0x303D},
                                                    {0x3297, 0x3297},
                                                    {0x3299, 0x3299},
                                                    {0xE000, 0xF8FF},
                                                    {0x1F000, 0x1FBEF},
                                                    {0xF0000, 0x10FFFF}});

constexpr std::array kInvisible = std::to_array<Range>(
    {{0x00, 0x08},     {0x0E, 0x1F},     {0x7F, 0x84},     {0x86, 0x9F},     {0xAD, 0xAD},
     {0x34F, 0x34F},   {0x61C, 0x61C},   {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
     {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F}, {0x20E3, 0x20E3}, {0x3164, 0x3164},
     {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFF}, {0xE0000, 0xE0FFF}});

}  // namespace

namespace detail {

char32_t decode_multibyte(std::string_view text, std::size_t& pos) {
  const std::size_t length = utf8_length(text[pos]);
  const auto byte = [&](std::size_t i) -> char32_t { return static_cast<unsigned char>(text[pos + i]); };
  if (length == 1 || length > text.size() - pos) {
    ++pos;
    return kReplacement;
  }
  char32_t c = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      ++pos;
      return kReplacement;
    }
    c = c << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    ++pos;
    return kReplacement;
  }
  pos += length;
  return c;
}

bool is_letter_beyond_ascii(char32_t c) {
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  return c <= 0x10FFFF && !within(kNoLetters, c);
}

bool is_lower_beyond_ascii(char32_t c) {
  if (within(kLower, c)) return true;
  if (c >= 0x1F00 && c <= 0x1FFF) return (c & 8U) == 0;  // Greek extended comes in eights
  return c % 2 == 1 ? within(kOddIsLower, c) : within(kEvenIsLower, c);
}

bool is_upper_beyond_ascii(char32_t c) {
  if (within(kUpper, c)) return true;
  if (c >= 0x1F00 && c <= 0x1FFF) return (c & 8U) != 0;
  return c % 2 == 0 ? within(kOddIsLower, c) : within(kEvenIsLower, c);
}

bool is_space_beyond_ascii(char32_t c) {
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

}  // namespace detail

char32_t decode_utf8_before(std::string_view text, std::size_t pos) {
  std::size_t begin = pos - 1;
  while (begin > 0 && pos - begin < 4 && is_continuation(text[begin])) --begin;
  std::size_t end = begin;
  const char32_t c = decode_utf8(text.substr(0, pos), end);
  return end == pos ? c : kReplacement;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | c >> 6U);
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3FU));
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

bool is_cjk(char32_t c) {
  return c >= 0x2E80 && within(kCjk, c);
}
bool is_hangul(char32_t c) {
  return c >= 0x1100 && within(kHangul, c);
}
bool is_unspaced(char32_t c) {
  return c >= 0x0E00 && within(kUnspaced, c);
}

bool is_terminal(char32_t c) {
  static constexpr std::u32string_view kTerminals =
      U".!?:;\u2026\u203C\u203D\u2047\u2048\u2049\u3002\uFF01\uFF1F\uFF1A\uFF1B\uFF0E\uFF61\uFE12"
      U"\u037E\u0589\u061B\u061F\u06D4\u0964\u0965\u1362\u1367\u1368\u104A\u104B\u17D4\u17D5";
  return kTerminals.find(c) != std::u32string_view::npos;
}

bool is_closing(char32_t c) {
  static constexpr std::u32string_view kClosing =
      U")]}>\"'\u2019\u201D\u00BB\u203A\u3009\u300B\u300D\u300F\u3011\u3015\u3017\u3019\u301B\u301F"
      U"\uFF09\uFF3D\uFF5D\uFF60\uFF63";
  return kClosing.find(c) != std::u32string_view::npos;
}

bool is_opening(char32_t c) {
  static constexpr std::u32string_view kOpening =
      U"([{<\"'\u2018\u201A\u201C\u201E\u00AB\u2039\u00A1\u00BF\u3008\u300A\u300C\u300E\u3010\u3014\u3016"
      U"\u3018\u301A\u301D\uFF08\uFF3B\uFF5B\uFF5F\uFF62";
  return kOpening.find(c) != std::u32string_view::npos;
}

bool is_emoji(char32_t c) {
  return c >= 0x2022 && within(kEmoji, c);
}
bool is_invisible(char32_t c) {
  return (c < 0x20 || c >= 0x7F) && within(kInvisible, c);
}

}  // namespace streamtts::text
