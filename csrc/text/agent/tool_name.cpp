#include "text/agent/tool_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kMostRead = 256;
constexpr std::size_t kMostWords = 6;
constexpr std::size_t kLongestWord = 32;  // characters
constexpr std::size_t kShortestId = 4;
constexpr std::string_view kNameless = "Tool";

constexpr bool is_hex(char c) {
  return is_ascii_digit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f');
}

// Part of a UUID or a hash.
bool is_id(std::string_view word) {
  return word.size() >= kShortestId && std::ranges::all_of(word, is_hex) &&
         std::ranges::any_of(word, [](char c) { return is_ascii_digit(static_cast<unsigned char>(c)); });
}

// Words between separators and between the humps of camelCase.
class Words {
 public:
  void add(char32_t c) {
    if (!is_word(c)) return end_word(false);
    if (is_upper(c) && !word_.empty() && !is_upper(last_)) end_word(true);
    if (is_lower(c) && is_upper(last_) && length_ > 1) end_acronym();
    if (length_ < kLongestWord) append_utf8(word_, c);
    last_ = c;
    ++length_;
  }

  std::string take() {
    end_word(false);
    return std::exchange(spoken_, {});
  }

 private:
  // The capital at its end begins the next word: "HTTPGet" is "HTTP get".
  void end_acronym() {
    const char32_t first = last_;
    if (length_ <= kLongestWord) {
      word_.pop_back();
      while (!word_.empty() && is_continuation(word_.back())) word_.pop_back();
    }
    end_word(true);
    append_utf8(word_, first);
    length_ = 1;
  }

  void end_word(bool hump) {
    const bool acronym = length_ > 1 && is_upper(last_);
    if (after_hump_ && !acronym && !word_.empty() && is_ascii_upper(static_cast<unsigned char>(word_[0])))
      word_[0] = static_cast<char>(word_[0] + ('a' - 'A'));
    if (!word_.empty() && word_ != previous_ && !is_id(word_) && count_ < kMostWords) {
      if (count_++ > 0) spoken_.push_back(' ');
      spoken_.append(word_);
      previous_ = word_;
    }
    word_.clear();
    last_ = 0;
    length_ = 0;
    after_hump_ = hump;
  }

  std::string spoken_;
  std::string previous_;
  std::string word_;
  char32_t last_ = 0;
  std::size_t length_ = 0;  // of the word, in characters
  std::size_t count_ = 0;
  bool after_hump_ = false;
};

}  // namespace

std::string spoken_tool_name(std::string_view utf8) {
  constexpr std::array<std::string_view, 2> kPrefixes = {"mcp__", "functions."};
  for (const std::string_view prefix : kPrefixes) {
    if (utf8.starts_with(prefix)) utf8.remove_prefix(prefix.size());
  }
  utf8 = utf8.substr(0, kMostRead);
  Words words;
  for (std::size_t at = 0; at < utf8.size();) words.add(decode_utf8(utf8, at));
  std::string spoken = words.take();
  if (spoken.empty()) spoken = kNameless;
  spoken.push_back('.');
  return spoken;
}

}  // namespace streamtts::text
