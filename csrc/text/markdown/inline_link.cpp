// Links, images, references and footnote marks: the label is heard, the target only when nothing else is.
#include <algorithm>
#include <cstddef>
#include <string_view>

#include "text/markdown/html_tag.hpp"
#include "text/markdown/inline_reader.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLongestLabel = 1000;
constexpr std::size_t kLongestTarget = 2000;
constexpr std::size_t kLongestReference = 100;
constexpr std::size_t kLongestFootnote = 40;
constexpr int kDeepestLabel = 6;

bool has_words(std::string_view label) {
  return label.find_first_not_of(" \t\n\x01\x02\x03*_~`") != std::string_view::npos;
}

bool is_word_byte(unsigned char c) {
  return c >= 0x80 || is_ascii_alnum(c);
}

bool has_letter(std::string_view label) {
  return std::ranges::any_of(label, [](unsigned char c) { return c >= 0x80 || is_ascii_letter(c); });
}

// "f[0](x)" is a call, "as shown[1](https://...)" a link.
bool looks_like_target(std::string_view target) {
  return target.find_first_of("/#") != std::string_view::npos || target.starts_with("mailto:");
}

}  // namespace

bool InlineReader::read_bracket(bool image) {
  if (!announce_ahead()) return false;
  const std::size_t begin = at_ + (image ? 1 : 0);
  if (!has(begin + 1) && !final_) return false;
  if (!image && has(begin + 1) && pending_[begin + 1] == '^') return read_footnote();
  Link link;
  Verdict verdict = read_link(begin, link);
  if (verdict == Verdict::more) {
    wake_ = pending_.back() == ']' ? std::string_view{} : "[]()<>`\"\n\\";
    return false;
  }
  const bool glued = !image && begin != label_end_ && (is_word(before_) || before_ == ')' || before_ == ']');
  if (verdict == Verdict::yes && glued && !looks_like_target(link.target)) verdict = Verdict::no;
  if (verdict == Verdict::no) {
    say_plain(begin + 1 - at_);
    return true;
  }
  std::string words(link.label);
  if (!has_words(words)) words = image ? "image" : link.target.empty() ? "link" : std::string(link.target);
  const std::size_t length = begin - at_ + link.length;
  pending_.replace(at_, length, words);
  label_end_ = at_ + words.size();
  searched_ = 0;
  wake_ = {};
  return true;
}

Verdict InlineReader::read_link(std::size_t begin, Link& link) const {
  std::size_t end = begin;
  const Verdict label = find_label_end(begin, end);
  if (label != Verdict::yes) return label;
  if (!has(end + 1)) return short_of_text();
  link.label = std::string_view(pending_).substr(begin + 1, end - begin - 1);
  Verdict verdict = Verdict::no;
  if (pending_[end + 1] == '(') verdict = read_target(end + 1, link);
  if (pending_[end + 1] == '[') verdict = read_reference(end + 1, link);
  if (verdict == Verdict::yes) link.length -= begin;
  return verdict;
}

Verdict InlineReader::find_label_end(std::size_t begin, std::size_t& end) const {
  const std::size_t limit = begin + kLongestLabel;
  int depth = 0;
  std::size_t i = begin;
  while (i < limit) {
    if (!has(i)) return short_of_text();
    const char c = pending_[i];
    if (c == '\\') {
      ++i;
    } else if (c == '`') {
      const Verdict code = skip_code(i, limit);
      if (code == Verdict::more) return code;
      continue;
    } else if (c == '[') {
      if (++depth > kDeepestLabel) return Verdict::no;
    } else if (c == ']' && --depth == 0) {
      end = i;
      return Verdict::yes;
    }
    ++i;
  }
  return Verdict::no;
}

// "(target)", "(<target>)", '(target "title")'; `link.length` becomes the place behind it.
Verdict InlineReader::read_target(std::size_t begin, Link& link) const {
  const std::size_t limit = begin + kLongestTarget;
  int depth = 0;
  for (std::size_t i = begin; i < limit; ++i) {
    if (!has(i)) return short_of_text();
    const char c = pending_[i];
    if (c == '\n') return Verdict::no;
    if (c == '\\') {
      ++i;
    } else if ((c == '"' || c == '\'') && pending_[i - 1] == ' ') {
      const std::string_view near = std::string_view(pending_).substr(0, limit);
      const std::size_t close = near.find_first_of(c == '"' ? "\"\n" : "'\n", i + 1);
      if (close == std::string_view::npos && near.size() < limit && !final_) return Verdict::more;
      if (close != std::string_view::npos && near[close] == c) i = close;
    } else if (c == '(') {
      if (++depth > kDeepestLabel) return Verdict::no;
    } else if (c == ')' && --depth == 0) {
      std::string_view target = std::string_view(pending_).substr(begin + 1, i - begin - 1);
      target = target.substr(std::min(target.find_first_not_of(" \t<"), target.size()));
      link.target = target.substr(0, target.find_first_of(" \t>"));
      link.length = i + 1;
      return Verdict::yes;
    }
  }
  return Verdict::no;
}

// "[label][reference]", but not "[i][j]" or "[0][1]".
Verdict InlineReader::read_reference(std::size_t begin, Link& link) const {
  for (std::size_t i = begin + 1; i < begin + kLongestReference; ++i) {
    if (!has(i)) return short_of_text();
    const auto c = static_cast<unsigned char>(pending_[i]);
    if (c == ']') {
      const std::string_view reference = std::string_view(pending_).substr(begin + 1, i - begin - 1);
      const bool indexed = link.label.size() < 3 && !reference.empty();
      if (!has_letter(link.label) || indexed) return Verdict::no;
      link.length = i + 1;
      return Verdict::yes;
    }
    if (!is_word_byte(c) && c != '-' && c != '_' && c != '.' && c != ' ') return Verdict::no;
  }
  return Verdict::no;
}

bool InlineReader::read_footnote() {
  std::size_t end = at_ + 2;
  bool digits = true;
  while (has(end) && end < at_ + kLongestFootnote &&
         (is_ascii_alnum(static_cast<unsigned char>(pending_[end])) || pending_[end] == '-' ||
          pending_[end] == '_')) {
    digits = digits && is_ascii_digit(static_cast<unsigned char>(pending_[end]));
    ++end;
  }
  if (!has(end) && !final_ && end < at_ + kLongestFootnote) return false;
  const std::size_t length = end - at_ - 2;
  const bool attached = !is_space(before_);
  if (!has(end) || pending_[end] != ']' || length == 0 || (!digits && !attached && length <= 3)) {
    say_plain(1);
    return true;
  }
  if (!has(end + 1) && !final_) return false;
  if (has(end + 1) && (pending_[end + 1] == '+' || pending_[end + 1] == '*')) {  // a character class
    say_plain(1);
    return true;
  }
  speaker_.vanished();
  skip(end + 1 - at_, before_);
  return true;
}

// Moves `i` behind a code span that begins there, or behind its opening ticks when there is none.
Verdict InlineReader::skip_code(std::size_t& i, std::size_t limit) const {
  const std::size_t content = run_end(i);
  std::size_t k = content;
  for (;;) {
    k = std::min(pending_.find('`', k), pending_.size());
    if (k >= limit) break;
    if (!has(k)) {
      if (!final_) return Verdict::more;
      break;
    }
    const std::size_t end = run_end(k);
    if (end >= limit) break;
    if (!has(end) && !final_) return Verdict::more;
    if (end - k == content - i) {
      i = end;
      return Verdict::yes;
    }
    k = end;
  }
  i = content;
  return Verdict::yes;
}

}  // namespace streamtts::text
