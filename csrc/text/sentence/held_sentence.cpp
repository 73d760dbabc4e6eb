#include "text/sentence/held_sentence.hpp"

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

std::vector<Span> code_spans(const std::vector<Stretch>& stretches) {
  std::vector<Span> spans;
  spans.reserve(stretches.size());
  for (const Stretch& code : stretches)
    spans.push_back({.begin = code.begin, .end = code.end, .kind = SpanKind::code});
  return spans;
}

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
  code_.begin(chars_);
}

void HeldSentence::end_code() {
  if (code_.end(chars_)) code_end_ = text_.size();
}

HeldSentence::Words HeldSentence::words() const {
  Words words{.last = last_word_, .previous = previous_word_, .index = word_index_};
  if (!in_word_) {
    words.previous = last_word_;
    words.last = {.begin = text_.size(), .end = text_.size()};
    if (word_counts_) ++words.index;
  }
  words.code = in_word_ && code_end_ == text_.size();
  return words;
}

std::size_t HeldSentence::last_gap() const {
  return gap_ > 0 ? gap_ : text_.size();
}

void HeldSentence::release(Place end, SentenceEnd why, std::vector<Sentence>& out) {
  out.push_back({.text = text_.substr(0, end.bytes),
                 .end = why,
                 .code = code_spans(code_.take(end.chars)),
                 .strong = strong_.take(end.chars)});
  code_.restart();
  strong_.restart();
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
  out.push_back({.text = std::move(sentence),
                 .end = why,
                 .code = code_spans(code_.take(chars)),
                 .strong = strong_.take(chars)});
  code_.take(blanks);
  strong_.take(blanks);
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
