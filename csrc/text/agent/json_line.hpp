// One line of JSON. simdjson's first stage finds the structure and checks the UTF-8 with SIMD; a grammar
// check over its tokens comes before anything is read, so a broken line is refused whole. A value is a token
// number: reading it again is free, so shape can be decided after the walk, and the last of duplicate keys
// can win.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/agent/json_string.hpp"

namespace streamtts::text {

class JsonLine {
 public:
  // No agent writes such a line often: what it needs is given back behind it.
  static constexpr std::size_t kGiantLine = std::size_t{1} << 20U;

  enum class Verdict : std::uint8_t {
    json,
    noise,      // no JSON, cut off, or nested or packed beyond what any agent writes
    bad_bytes,  // invalid UTF-8 or a raw control character: worth a repair
  };

  JsonLine();
  ~JsonLine();
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;

  // PaddedBuffer::kPadding readable bytes must follow `line`, and live as long as values are read.
  Verdict parse(std::string_view line);
  // Gives back what a giant line needed; no value may be read any more.
  void slim();

  std::uint32_t size() const { return count_; }
  char at(std::uint32_t token) const { return data_[index_[token]]; }
  // The first token behind the value that begins at `token`.
  std::uint32_t after(std::uint32_t token) const {
    const char first = at(token);
    if (first != '{' && first != '[') return token + 1;
    return ends_.empty() ? after_container(token) : ends_[token];
  }
  // What stands between the quotes.
  std::string_view raw_string(std::uint32_t token) const {
    const std::size_t begin = index_[token] + 1U;
    // Only white space stands between the closing quote and the next token.
    std::size_t end = token + 1 < count_ ? index_[token + 1] : length_;
    while (data_[end - 1] != '"') --end;
    return {data_ + begin, end - 1 - begin};
  }
  // From the first character of an object or array to its last.
  std::string_view raw_container(std::uint32_t token) const;
  // A number or literal.
  std::string_view scalar(std::uint32_t token) const;

  template <typename Visit>
  void for_each_field(std::uint32_t object, Visit visit) const {
    for (std::uint32_t token = object + 1; at(token) == '"';) {
      const std::uint32_t value = token + 2;
      visit(raw_string(token), value);
      token = after(value);
      if (at(token) != ',') return;
      ++token;
    }
  }

  template <typename Visit>
  void for_each_element(std::uint32_t array, Visit visit) const {
    if (at(array + 1) == ']') return;
    for (std::uint32_t token = array + 1;; ++token) {
      visit(token);
      token = after(token);
      if (at(token) != ',') return;
    }
  }

 private:
  struct Scanner;

  bool is_well_formed();
  bool is_key(std::uint32_t token) const;
  std::uint32_t after_container(std::uint32_t token) const;
  bool reserve(std::size_t bytes);

  std::unique_ptr<Scanner> scanner_;
  std::vector<std::uint32_t>
      ends_;  // by opening token, the token behind its container; empty for a giant line
  const std::uint32_t* index_ = nullptr;
  const char* data_ = nullptr;
  std::uint32_t count_ = 0;
  std::size_t length_ = 0;
};

// A value of a line, or nothing.
class JsonValue {
 public:
  JsonValue() = default;
  JsonValue(const JsonLine& line, std::uint32_t token) : line_(&line), token_(token) {}

  explicit operator bool() const { return line_ != nullptr; }
  bool is_object() const { return begins_with('{'); }
  bool is_array() const { return begins_with('['); }
  bool is_string() const { return begins_with('"'); }
  bool is_true() const { return begins_with('t'); }
  bool is_bool() const { return begins_with('t') || begins_with('f'); }
  // Present and not null.
  bool is_set() const { return line_ != nullptr && !is_null(); }
  bool is_null() const { return begins_with('n'); }
  // The digits of a number, or a literal's letters.
  std::string_view scalar() const;

  JsonText text(std::string& scratch) const;
  // The raw inside of a string: an identity, not a text.
  std::string_view raw() const { return is_string() ? line_->raw_string(token_) : std::string_view(); }
  bool equals(std::string_view text) const {
    if (!is_string()) return false;
    const std::string_view inside = raw();
    return inside == text || (inside.size() > text.size() && has_escape(inside) && equals_unescaped(text));
  }
  bool begins(std::string_view text) const;

  const JsonLine& line() const { return *line_; }
  std::uint32_t token() const { return token_; }

  template <typename Visit>
  void for_each(Visit visit) const {
    if (line_ == nullptr || !is_array()) return;
    line_->for_each_element(token_, [&](std::uint32_t token) { visit(JsonValue(*line_, token)); });
  }

 private:
  bool equals_unescaped(std::string_view text) const;
  bool begins_with(char first) const { return line_ != nullptr && line_->at(token_) == first; }

  const JsonLine* line_ = nullptr;
  std::uint32_t token_ = 0;
};

}  // namespace streamtts::text
