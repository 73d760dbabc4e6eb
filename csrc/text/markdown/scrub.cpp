#include "text/markdown/scrub.hpp"
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr char32_t kEscapeSign = 0x1B;
constexpr char32_t kBell = 0x07;
constexpr char32_t kStringTerminator = 0x9C;
constexpr char32_t kVariationSelector = 0xFE0F;
constexpr char32_t kKeycapSign = 0x20E3;
constexpr std::size_t kLongestSequence = 64;
constexpr std::size_t kLongestString = 2048;

constexpr bool is_key(char32_t c) {
  return is_ascii_digit(c) || c == '#' || c == '*';
}

char picture_of(char32_t c) {
  switch (c) {
    case 0x2705:
    case 0x2713:
    case 0x2714:
    case 0x2611:
      return kYesPicture;
    case 0x274C:
    case 0x2717:
    case 0x2718:
    case 0x2612:
      return kNoPicture;
    default:
      return kPicture;
  }
}

}  // namespace

void Scrub::feed(std::string_view utf8, std::string& clean) {
  std::size_t pos = 0;
  while (pos < utf8.size()) {
    const std::size_t begin = pos;
    const char32_t c = decode_utf8(utf8, pos);
    put(c, utf8.substr(begin, pos - begin), clean);
  }
}

void Scrub::finish(std::string& clean) {
  if (escape_ == Escape::string || escape_ == Escape::string_end) give_back(clean);
  escape_ = Escape::none;
  release_key(clean);
}

void Scrub::put(char32_t c, std::string_view bytes, std::string& clean) {
  if (escape_ != Escape::none && in_escape(c, bytes, clean)) return;
  if (begins_escape(c)) {
    release_key(clean);
    return;
  }
  if (key_ != 0) {
    if (c == kVariationSelector && !key_is_emoji_) {
      key_is_emoji_ = true;
      return;
    }
    if (c == kKeycapSign) {
      clean.push_back(kPicture);
      key_ = 0;
      key_is_emoji_ = false;
      return;
    }
    release_key(clean);
  }
  if (is_key(c)) {
    key_ = static_cast<char>(c);
    return;
  }
  put_visible(c, bytes, clean);
}

void Scrub::put_visible(char32_t c, std::string_view bytes, std::string& clean) {
  if ((c > 0x20 && c < 0x7F) || c == '\n' || c == '\t') {
    clean.push_back(static_cast<char>(c));
  } else if (is_space(c)) {
    clean.push_back(' ');
  } else if (is_invisible(c)) {
    return;
  } else if (is_emoji(c)) {
    clean.push_back(picture_of(c));
  } else {
    clean.append(bytes);
  }
}

bool Scrub::begins_escape(char32_t c) {
  switch (c) {
    case kEscapeSign:
      escape_ = Escape::begun;
      break;
    case 0x9B:
      escape_ = Escape::sequence;
      break;
    case 0x90:
    case 0x98:
    case 0x9D:
    case 0x9E:
    case 0x9F:
      escape_ = Escape::string;
      break;
    default:
      return false;
  }
  sequence_length_ = 0;
  swallowed_.clear();
  return true;
}

// True when the escape code took `c`.
bool Scrub::in_escape(char32_t c, std::string_view bytes, std::string& clean) {
  switch (escape_) {
    case Escape::begun:
      escape_ = Escape::none;
      if (c == '[') {
        escape_ = Escape::sequence;
      } else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') {
        escape_ = Escape::string;
      } else if (c == '(' || c == ')' || c == '#' || c == '%') {
        escape_ = Escape::charset;
      } else {
        return c == '7' || c == '8' || c == '=' || c == '>' || c == '\\';
      }
      return true;
    case Escape::charset:
      escape_ = Escape::none;
      return is_ascii_alnum(c);
    case Escape::sequence:
      if (c >= 0x20 && c <= 0x3F && ++sequence_length_ <= kLongestSequence) return true;
      escape_ = Escape::none;
      return c >= 0x40 && c <= 0x7E;
    default:
      return in_string(c, bytes, clean);
  }
}

bool Scrub::in_string(char32_t c, std::string_view bytes, std::string& clean) {
  if (escape_ == Escape::string_end) {
    if (c == '\\') {
      escape_ = Escape::none;
      return true;
    }
    give_back(clean);
    begins_escape(kEscapeSign);
    return in_escape(c, bytes, clean);
  }
  if (c == kBell || c == kStringTerminator) {
    escape_ = Escape::none;
    return true;
  }
  if (c == kEscapeSign) {
    escape_ = Escape::string_end;
    return true;
  }
  if (c == '\n' || swallowed_.size() >= kLongestString) {
    give_back(clean);
    return false;
  }
  swallowed_.append(bytes);
  return true;
}

void Scrub::give_back(std::string& clean) {
  escape_ = Escape::none;
  const std::string words = std::move(swallowed_);
  swallowed_.clear();
  feed(words, clean);
}

void Scrub::release_key(std::string& clean) {
  if (key_ == 0) return;
  clean.push_back(key_);
  key_ = 0;
  key_is_emoji_ = false;
}

}  // namespace streamtts::text
