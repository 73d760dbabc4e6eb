#include "text/stress.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/span.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

// Characters of one sentence, with nothing beyond its ends.
class Characters {
 public:
  explicit Characters(std::string_view utf8) {
    for (std::size_t at = 0; at < utf8.size();) all_.push_back(decode_utf8(utf8, at));
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
  char32_t at(std::int64_t i) const {
    return i >= 0 && i < std::int64_t{size()} ? all_[static_cast<std::size_t>(i)] : U' ';
  }
  bool has_words(std::uint32_t begin, std::uint32_t end) const {
    return std::ranges::any_of(std::u32string_view(all_).substr(begin, end - begin), is_word);
  }

 private:
  std::u32string all_;
};

bool is_pause(char32_t c) {
  return is_space(c) || is_terminal(c) || c == ',' || c == U'、' || c == U'，' || c == U'،';
}

// A letter of a script that writes words apart.
bool is_tight(char32_t c) {
  return is_word(c) && !is_cjk(c) && !is_unspaced(c);
}

// Letters, or letters behind one of the signs that words hold: "re-run", "don't", "a.b".
bool goes_on(const Characters& text, std::int64_t at, std::int64_t step) {
  const char32_t next = text.at(at);
  const bool sign = (next < 0x80 && !is_space(next)) || next == U'\u2019';
  return is_tight(next) || (sign && is_tight(text.at(at + step)));
}

bool is_part_of_word(const Characters& text, Stretch bold) {
  const bool before = is_tight(text.at(bold.begin)) && goes_on(text, std::int64_t{bold.begin} - 1, -1);
  return before || (is_tight(text.at(std::int64_t{bold.end} - 1)) && goes_on(text, bold.end, 1));
}

bool is_label(const Characters& text, Stretch bold) {
  if (text.has_words(0, bold.begin)) return false;
  std::int64_t next = bold.end;
  while (is_closing(text.at(next))) ++next;
  const bool apart = text.at(next) == ' ';
  if (apart) ++next;
  const char32_t sign = text.at(next);
  const bool dash = sign == '-' || sign == U'\u2013' || sign == U'\u2014';
  return sign == U'：' || ((sign == ':' || (dash && apart)) && is_space(text.at(next + 1)));
}

Stretch trimmed(const Characters& text, Stretch bold) {
  while (bold.begin < bold.end && is_space(text.at(bold.begin))) ++bold.begin;
  while (bold.begin < bold.end && is_pause(text.at(std::int64_t{bold.end} - 1))) --bold.end;
  return bold;
}

bool has_words_besides(const Characters& text, const std::vector<Stretch>& strong) {
  std::uint32_t from = 0;
  for (const Stretch& bold : strong) {
    if (text.has_words(from, bold.begin)) return true;
    from = bold.end;
  }
  return text.has_words(from, text.size());
}

}  // namespace

std::vector<Stretch> stressed(std::string_view sentence, const std::vector<Stretch>& strong) {
  std::vector<Stretch> found;
  if (strong.empty()) return found;
  const Characters text(sentence);
  if (!has_words_besides(text, strong)) return found;
  for (const Stretch& each : strong) {
    const Stretch bold = trimmed(text, each);
    if (text.has_words(bold.begin, bold.end) && !is_part_of_word(text, bold) && !is_label(text, bold))
      found.push_back(bold);
  }
  return found;
}

}  // namespace streamtts::text
