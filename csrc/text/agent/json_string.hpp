// The inside of a JSON string to text. JSON may hold half a surrogate pair; it travels as WTF-8 until the
// other half has had its chance to follow.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace streamtts::text {

struct JsonText {
  std::string_view bytes;  // UTF-8, or WTF-8 when
  bool lone_surrogate = false;
};

// Names are short and seldom escaped: eight bytes at a time beats a call.
inline bool has_escape(std::string_view raw) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  while (raw.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, raw.data(), sizeof word);
    word ^= kOnes * '\\';
    if (((word - kOnes) & ~word & (kOnes << 7U)) != 0) return true;
    raw.remove_prefix(sizeof word);
  }
  for (const char c : raw) {
    if (c == '\\') return true;
  }
  return false;
}

// `raw` is what stands between the quotes; `scratch` keeps the result alive when escapes had to be resolved.
JsonText unescape(std::string_view raw, std::string& scratch);

// Joins a pair split over two pieces of one text; a half that stays alone becomes U+FFFD, or nothing at the
// end of the text. What it returns is valid UTF-8 and lives until the next call.
class SurrogateJoiner {
 public:
  std::string_view piece(const JsonText& text) {
    if (held_.empty() && !text.lone_surrogate) return text.bytes;
    return join(text.bytes);
  }
  std::string_view whole(const JsonText& text) {
    const std::string_view joined = piece(text);
    reset();
    return joined;
  }
  void reset() { held_.clear(); }
  void slim() { joined_ = {}; }

 private:
  std::string_view join(std::string_view wtf8);

  std::string held_;  // a high half, or empty
  std::string joined_;
};

}  // namespace streamtts::text
