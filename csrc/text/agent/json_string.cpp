#include "text/agent/json_string.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace streamtts::text {
namespace {

constexpr std::size_t kSurrogateBytes = 3;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

constexpr bool is_high(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

void append_code(std::uint32_t code, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

constexpr std::uint32_t pair(std::uint32_t high, std::uint32_t low) {
  return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
}

constexpr std::uint32_t kNoUnit = 0x10000;

// The UTF-16 unit of four hexadecimal digits at the front of `raw`, or kNoUnit.
std::uint32_t hex4(std::string_view raw) {
  std::uint32_t unit = 0;
  const std::string_view digits = raw.substr(0, 4);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  return error == std::errc() && end == digits.data() + 4 ? unit : kNoUnit;
}

// `raw` begins behind "\u". Returns how many bytes were used; sets `lone` for half a pair.
std::size_t append_unicode_escape(std::string_view raw, std::string& out, bool& lone) {
  const std::uint32_t unit = hex4(raw);
  if (unit == kNoUnit) {
    out.push_back('u');
    return 0;
  }
  if (is_high(unit) && raw.size() >= 10 && raw[4] == '\\' && raw[5] == 'u') {
    const std::uint32_t low = hex4(raw.substr(6));
    if (is_low(low)) {
      append_code(pair(unit, low), out);
      return 10;
    }
  }
  lone = lone || is_high(unit) || is_low(unit);
  append_code(unit, out);
  return 4;
}

constexpr char simple_escape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

// A surrogate half in WTF-8 is ED A0..BF xx, which UTF-8 never holds.
bool is_surrogate_at(std::string_view text, std::size_t at) {
  return at + kSurrogateBytes <= text.size() && text[at] == '\xED' &&
         static_cast<unsigned char>(text[at + 1]) >= 0xA0;
}

std::uint32_t surrogate_at(std::string_view text, std::size_t at) {
  const auto byte = [text](std::size_t place) { return static_cast<unsigned char>(text[place]); };
  return 0xD000U | ((byte(at + 1) & 0x3FU) << 6U) | (byte(at + 2) & 0x3FU);
}

}  // namespace

JsonText unescape(std::string_view raw, std::string& scratch) {
  std::size_t slash = raw.find('\\');
  if (slash == std::string_view::npos) return {.bytes = raw, .lone_surrogate = false};
  scratch.clear();
  scratch.reserve(raw.size());
  bool lone = false;
  while (slash != std::string_view::npos && slash + 1 < raw.size()) {
    scratch.append(raw.substr(0, slash));
    const char letter = raw[slash + 1];
    raw.remove_prefix(slash + 2);
    if (letter == 'u') {
      raw.remove_prefix(append_unicode_escape(raw, scratch, lone));
    } else {
      scratch.push_back(simple_escape(letter));
    }
    slash = raw.find('\\');
  }
  scratch.append(raw.substr(0, slash));
  return {.bytes = scratch, .lone_surrogate = lone};
}

std::string_view SurrogateJoiner::join(std::string_view wtf8) {
  if (wtf8.empty()) return {};
  joined_.clear();
  joined_.reserve(wtf8.size() + kReplacement.size());
  std::size_t at = 0;
  if (!held_.empty()) {
    if (is_surrogate_at(wtf8, 0) && is_low(surrogate_at(wtf8, 0))) {
      append_code(pair(surrogate_at(held_, 0), surrogate_at(wtf8, 0)), joined_);
      at = kSurrogateBytes;
    } else {
      joined_.append(kReplacement);
    }
    held_.clear();
  }
  while (at < wtf8.size()) {
    std::size_t half = wtf8.find('\xED', at);
    while (half != std::string_view::npos && !is_surrogate_at(wtf8, half)) half = wtf8.find('\xED', half + 1);
    joined_.append(wtf8.substr(at, half == std::string_view::npos ? half : half - at));
    if (half == std::string_view::npos) break;
    at = half + kSurrogateBytes;
    if (at == wtf8.size() && is_high(surrogate_at(wtf8, half))) {
      held_.assign(wtf8.substr(half));
    } else {
      joined_.append(kReplacement);
    }
  }
  return joined_;
}

}  // namespace streamtts::text
