#include "text/json_string.hpp"

#include <cstddef>
#include <cstdint>

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
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

constexpr std::uint32_t pair(std::uint32_t high, std::uint32_t low) {
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

// The four hexadecimal digits at the front of `raw`; -1 if they are none.
std::int32_t hex4(std::string_view raw) {
  if (raw.size() < 4) return -1;
  std::int32_t unit = 0;
  for (const char digit : raw.substr(0, 4)) {
    unit <<= 4;
    if (digit >= '0' && digit <= '9') {
      unit |= digit - '0';
    } else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f') {
      unit |= (digit | 0x20) - 'a' + 10;
    } else {
      return -1;
    }
  }
  return unit;
}

// `raw` begins behind "\u". Returns how many bytes were used; sets `lone` for half a pair.
std::size_t append_unicode_escape(std::string_view raw, std::string& out, bool& lone) {
  const std::int32_t unit = hex4(raw);
  if (unit < 0) {
    out.push_back('u');
    return 0;
  }
  const auto high = static_cast<std::uint32_t>(unit);
  if (is_high(high) && raw.size() >= 10 && raw[4] == '\\' && raw[5] == 'u') {
    const std::int32_t low = hex4(raw.substr(6));
    if (low >= 0 && is_low(static_cast<std::uint32_t>(low))) {
      append_code(pair(high, static_cast<std::uint32_t>(low)), out);
      return 10;
    }
  }
  lone = lone || is_high(high) || is_low(high);
  append_code(high, out);
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
  return 0xD000U | ((byte(at + 1) & 0x3FU) << 6) | (byte(at + 2) & 0x3FU);
}

}  // namespace

JsonText unescape(std::string_view raw, std::string& scratch) {
  std::size_t slash = raw.find('\\');
  if (slash == std::string_view::npos) return {raw, false};
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
  return {scratch, lone};
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
