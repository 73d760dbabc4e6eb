#include "text/sentence/held_sentence.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/sentence.hpp"
#include "text/span.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

// A sentence without an end is cut here, so that memory stays bounded.
constexpr std::uint32_t kLongestSentence = 2000;  // code points

}  // namespace

void HeldSentence::append(char32_t c, std::string_view bytes) {
  if (text_.empty()) starts_with_picture_ = is_emoji(c);
  if (is_space(c)) {
    if (in_word_) gap_ = text_.size();
    in_word_ = false;
    text_.append(bytes);
  } else {
    if (!in_word_) {
      if (word_counts_) ++word_index_;
      previous_word_ = last_word_;
      last_word_.begin = text_.size();
      word_counts_ = false;
      in_word_ = true;
    }
    if (!word_counts_ && is_word(c)) word_counts_ = has_words_ = true;
    text_.append(bytes);
    last_word_.end = text_.size();
    trimmed_end_ = {.bytes = text_.size(), .chars = chars_ + 1};
  }
  ++chars_;
  columns_ += is_cjk(c) ? 2 : 1;
  last_ = c;
}

bool HeldSentence::full() const {
  return chars_ >= kLongestSentence;
}

void HeldSentence::begin_code() {
  end_code();
  in_code_ = true;
  code_begin_ = chars_;
}

void HeldSentence::end_code() {
  if (in_code_ && chars_ > code_begin_) {
    code_.push_back({.begin = code_begin_, .end = chars_, .kind = SpanKind::code});
    code_end_ = text_.size();
  }
  in_code_ = false;
}

HeldSentence::Words HeldSentence::words() const {
  Words words{.last = last_word_, .previous = previous_word_, .index = word_index_};
  if (!in_word_) {
    words.previous = last_word_;
    words.last = {.begin = text_.size(), .end = text_.size()};
    if (word_counts_) ++words.index;
  }
  words.code = in_word_ && !code_.empty() && code_end_ == text_.size();
  return words;
}

std::size_t HeldSentence::last_gap() const {
  return gap_ > 0 ? gap_ : text_.size();
}

// The code spans before `chars`; what reaches beyond stays, counted from there on.
std::vector<Span> HeldSentence::take_code(std::uint32_t chars) {
  std::vector<Span> taken;
  std::vector<Span> kept;
  for (const Span& span : code_) {
    if (span.begin < chars)
      taken.push_back({.begin = span.begin, .end = std::min(span.end, chars), .kind = span.kind});
    if (span.end > chars)
      kept.push_back(
          {.begin = std::max(span.begin, chars) - chars, .end = span.end - chars, .kind = span.kind});
  }
  if (in_code_ && code_begin_ < chars) {
    taken.push_back({.begin = code_begin_, .end = chars, .kind = SpanKind::code});
    code_begin_ = chars;
  }
  code_begin_ -= std::min(code_begin_, chars);
  code_ = std::move(kept);
  return taken;
}

void HeldSentence::release(Place end, SentenceEnd why, std::vector<Sentence>& out) {
  std::vector<Span> code;
  if (in_code_ || !code_.empty()) code = take_code(end.chars);
  out.push_back({.text = text_.substr(0, end.bytes), .end = why, .code = std::move(code)});
  code_.clear();
  code_begin_ = 0;
  clear();
}

void HeldSentence::cut(std::size_t bytes, SentenceEnd why, std::vector<Sentence>& out) {
  std::uint32_t chars = 0;
  std::size_t at = 0;
  for (; at < bytes; ++chars) decode_utf8(text_, at);
  std::string sentence = text_.substr(0, at);
  std::uint32_t blanks = 0;
  while (at < text_.size()) {
    std::size_t next = at;
    if (!is_space(decode_utf8(text_, next))) break;
    at = next;
    ++blanks;
  }
  std::vector<Span> code = take_code(chars);
  take_code(blanks);
  out.push_back({.text = std::move(sentence), .end = why, .code = std::move(code)});
  reread(std::string(text_.substr(at)));
}

void HeldSentence::reread(std::string_view rest) {
  const std::uint32_t words_before = word_index_ + 1;
  clear();
  for (std::size_t at = 0; at < rest.size();) {
    const std::size_t begin = at;
    const char32_t c = decode_utf8(rest, at);
    append(c, rest.substr(begin, at - begin));
  }
  code_end_ = 0;
  word_index_ += words_before;
}

void HeldSentence::clear() {
  text_.clear();
  chars_ = 0;
  columns_ = 0;
  last_ = 0;
  trimmed_end_ = {};
  gap_ = 0;
  last_word_ = previous_word_ = {};
  word_index_ = 0;
  in_word_ = word_counts_ = has_words_ = starts_with_picture_ = false;
  code_end_ = 0;
}

}  // namespace streamtts::text
