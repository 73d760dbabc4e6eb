#include "text/markdown/inline_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "text/markdown/entities.hpp"
#include "text/markdown/html_tag.hpp"
#include "text/markdown/scrub.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLongestCode = 1000;
constexpr std::size_t kLongestComment = 4096;
constexpr std::size_t kFarthestAhead = 16;
constexpr std::size_t kAlwaysLook = 8;  // the first few characters after a sign decide most cases
constexpr std::size_t kCompactAt = 4096;
constexpr std::size_t kNone = std::string_view::npos;

// What a character may begin.
enum class Sign : unsigned char {
  plain,
  blank,
  escape,
  code,
  delimiter,
  bracket,
  image,
  angle,
  entity,
  picture,
  wide
};

constexpr std::array<Sign, 256> sign_table() {
  std::array<Sign, 256> table{};
  for (std::size_t c = 0x80; c < 256; ++c) table[c] = Sign::wide;
  for (const unsigned char c : {' ', '\t', '\n'}) table[c] = Sign::blank;
  for (const unsigned char c : {'*', '_', '~', '='}) table[c] = Sign::delimiter;
  for (const unsigned char c : {kPicture, kYesPicture, kNoPicture}) table[c] = Sign::picture;
  table['\\'] = Sign::escape;
  table['`'] = Sign::code;
  table['['] = Sign::bracket;
  table['!'] = Sign::image;
  table['<'] = Sign::angle;
  table['&'] = Sign::entity;
  return table;
}

constexpr std::array<Sign, 256> kSigns = sign_table();

Sign sign_of(char c) {
  return kSigns[static_cast<unsigned char>(c)];
}

bool is_ascii_punctuation(char32_t c) {
  return c > 0x20 && c < 0x7F && !is_ascii_alnum(c);
}

}  // namespace

void InlineReader::put(std::string_view text) {
  const std::size_t before = left();
  pending_.append(text);
  if (before > kAlwaysLook && !wake_.empty() && text.find_first_of(wake_) == kNone &&
      left() <= kLongestComment) {
    const bool limit_passed = before / 256 != left() / 256;
    if (!limit_passed) return;
  }
  while (at_ < pending_.size() && step()) {
  }
  if (at_ >= pending_.size()) {
    label_end_ = label_end_ == at_ ? 0 : kNone;
    pending_.clear();
    at_ = 0;
  } else if (at_ > kCompactAt) {
    label_end_ = label_end_ >= at_ ? label_end_ - at_ : kNone;
    pending_.erase(0, at_);
    at_ = 0;
  }
}

void InlineReader::end_block() {
  final_ = true;
  while (at_ < pending_.size() && step()) {
  }
  final_ = false;
  pending_.clear();
  at_ = 0;
  label_end_ = kNone;
  endless_comment_ = false;
  searched_ = 0;
  before_ = ' ';
  wake_ = {};
  open_.clear();
  speaker_.end_block();
}

bool InlineReader::step() {
  switch (sign_of(pending_[at_])) {
    case Sign::plain: {
      std::size_t end = at_ + 1;
      while (has(end) && sign_of(pending_[end]) == Sign::plain) ++end;
      say_plain(end - at_);
      return true;
    }
    case Sign::blank:
      speaker_.blank(pending_[at_] == '\n');
      skip(1, ' ');
      return true;
    case Sign::picture:
      speaker_.picture();
      skip(1, kPicture);
      return true;
    case Sign::escape:
      return read_escape();
    case Sign::code:
      return read_code();
    case Sign::delimiter:
      return read_delimiters();
    case Sign::bracket:
      return read_bracket(false);
    case Sign::image:
      if (!has(at_ + 1) && !final_) return false;
      if (has(at_ + 1) && pending_[at_ + 1] == '[') return read_bracket(true);
      say_plain(1);
      return true;
    case Sign::angle:
      return read_angle();
    case Sign::entity:
      return read_entity();
    case Sign::wide:
      return read_beyond_ascii();
  }
  return true;
}

void InlineReader::skip(std::size_t length, char32_t before_next) {
  at_ += length;
  before_ = before_next;
  searched_ = 0;
  wake_ = {};
}

void InlineReader::say_plain(std::size_t length) {
  speaker_.plain(std::string_view(pending_).substr(at_, length));
  skip(length, static_cast<unsigned char>(pending_[at_ + length - 1]));
}

char32_t InlineReader::at(std::size_t i) const {
  return has(i) ? decode_utf8(pending_, i) : U'\0';
}

std::size_t InlineReader::run_end(std::size_t i) const {
  const char sign = pending_[i];
  const std::size_t limit = std::min(pending_.size(), i + kLongestRun + 1);
  while (i < limit && pending_[i] == sign) ++i;
  return i;
}

bool InlineReader::read_beyond_ascii() {
  std::size_t end = at_;
  const char32_t c = decode_utf8(pending_, end);
  const bool divider = c == 0xB7 && is_space(before_);  // "A · B"
  if (divider) {
    speaker_.picture();
  } else if (c != kReplacement) {
    speaker_.visible(c, std::string_view(pending_).substr(at_, end - at_));
  }
  skip(end - at_, c);
  return true;
}

bool InlineReader::read_escape() {
  if (!has(at_ + 1)) {
    if (!final_) return false;
    say_plain(1);
    return true;
  }
  const char next = pending_[at_ + 1];
  if (next == '\n') {
    skip(1, ' ');
  } else if (is_ascii_punctuation(static_cast<unsigned char>(next))) {
    ++at_;
    say_plain(1);
  } else {
    say_plain(1);
  }
  return true;
}

// Early word of what is coming, before the sign itself can be decided. False while that takes more text.
bool InlineReader::announce_ahead() {
  const std::size_t limit = at_ + kFarthestAhead;
  std::size_t i = at_;
  while (i < limit && has(i) && sign_of(pending_[i]) == Sign::delimiter) ++i;
  const char sign = has(i) ? pending_[i] : ' ';
  while (i < limit && has(i) && sign == '`' && pending_[i] == '`') ++i;
  if (sign == '[' || sign == '!') i += sign == '!' ? 2 : 1;
  if (i >= limit) return true;
  if (!has(i)) return final_;
  const char32_t c = at(i);
  if (sign == '`') {
    if (c > 0x20) speaker_.announce('`');
  } else if (sign == '[' || sign == '!') {
    if (c < 0x80 && is_ascii_alnum(c)) speaker_.announce('[');
  } else if (is_word(c) || c == '"' || c == '(' || c == '\'') {
    speaker_.announce(c);
  }
  return true;
}

bool InlineReader::read_code() {
  if (!announce_ahead()) return false;
  const std::size_t content = run_end(at_);
  const std::size_t ticks = content - at_;
  if (ticks > kLongestRun) {
    say_plain(kLongestRun);
    return true;
  }
  if (!has(content) && !final_) return false;
  const std::size_t limit = content + kLongestCode;
  std::size_t i = std::max(content, at_ + searched_);
  while (i < limit && has(i)) {
    i = std::min(pending_.find('`', i), pending_.size());
    const std::size_t end = has(i) ? run_end(i) : i;
    if (end >= limit) break;
    if (!has(end) && !final_) {
      searched_ = i - at_;
      wake_ = end > i ? std::string_view{} : "`";
      return false;
    }
    if (end - i == ticks) {
      speaker_.code(std::string_view(pending_).substr(content, i - content));
      skip(end - at_, '`');
      return true;
    }
    i = end;
  }
  if (!final_ && pending_.size() < limit) return false;
  say_plain(ticks);
  return true;
}

bool InlineReader::read_entity() {
  const std::size_t limit = std::min(pending_.size(), at_ + kLongestEntity);
  std::size_t end = at_ + 1;
  while (end < limit && (is_ascii_alnum(static_cast<unsigned char>(pending_[end])) ||
                         (pending_[end] == '#' && end == at_ + 1))) {
    ++end;
  }
  if (!has(end) && !final_ && end < at_ + kLongestEntity) return false;
  char32_t c = 0;
  if (has(end) && pending_[end] == ';') c = entity(std::string_view(pending_).substr(at_ + 1, end - at_ - 1));
  if (c == 0) {
    say_plain(1);
    return true;
  }
  if (is_space(c)) {
    speaker_.blank(false);
    c = ' ';
  } else if (is_emoji(c)) {
    speaker_.picture();
    c = kPicture;
  } else if (is_invisible(c)) {
    speaker_.vanished();
  } else {
    std::string bytes;
    append_utf8(bytes, c);
    speaker_.visible(c, bytes);
  }
  skip(end + 1 - at_, c);
  return true;
}

bool InlineReader::read_comment() {
  const std::string_view near = std::string_view(pending_).substr(at_, kLongestComment);
  const std::size_t end = endless_comment_ ? kNone : near.find("-->", std::max<std::size_t>(searched_, 4));
  if (end != kNone) {
    speaker_.vanished();
    skip(end + 3, before_);
    return true;
  }
  if (!final_ && !endless_comment_ && left() < kLongestComment) {
    searched_ = std::max<std::size_t>(left(), 6) - 2;
    wake_ = ">";
    return false;
  }
  endless_comment_ = true;
  skip(4, before_);
  return true;
}

bool InlineReader::read_angle() {
  const std::string_view text = std::string_view(pending_).substr(at_);
  if (text.starts_with("<!--")) return read_comment();
  if (!final_ && text.size() < 4 && std::string_view("<!--").starts_with(text)) return false;
  std::size_t length = 0;
  const Verdict link = read_autolink(text, final_, length);
  if (link == Verdict::yes) {
    speaker_.plain(text.substr(1, 1));
    const std::string inner(text.substr(2, length - 3));
    for (std::size_t i = 0; i < inner.size();) {
      const std::size_t begin = i;
      const char32_t c = decode_utf8(inner, i);
      speaker_.visible(c, std::string_view(inner).substr(begin, i - begin));
    }
    skip(length, '>');
    return true;
  }
  HtmlTag tag;
  const Verdict verdict = read_html_tag(text, is_word(before_), final_, tag);
  if (verdict == Verdict::yes) {
    if (tag.kind == HtmlTag::Kind::raw && !tag.closing) return read_raw(tag.length);
    apply_tag(tag);
    return true;
  }
  if (verdict == Verdict::more || link == Verdict::more) {
    if (left() > 24) wake_ = "\"'<> \n";
    return false;
  }
  say_plain(1);
  return true;
}

void InlineReader::apply_tag(const HtmlTag& tag) {
  const std::string alt(tag.alt);
  char32_t before = before_;
  switch (tag.kind) {
    case HtmlTag::Kind::block:
      speaker_.end_block();
      before = ' ';
      break;
    case HtmlTag::Kind::line_break:
      speaker_.blank(false);
      before = ' ';
      break;
    default:
      speaker_.vanished();
  }
  skip(tag.length, before);
  if (tag.kind == HtmlTag::Kind::image && !alt.empty()) pending_.insert(at_, alt);
}

// A script or style sheet vanishes up to its closing tag; without one, only the opening tag does.
bool InlineReader::read_raw(std::size_t tag_length) {
  const std::string_view near = std::string_view(pending_).substr(at_, kLongestComment);
  const std::size_t end = endless_comment_ ? kNone : near.find("</", std::max(searched_, tag_length));
  if (end == kNone && !final_ && !endless_comment_ && left() < kLongestComment) {
    searched_ = std::max(left() - 1, tag_length);
    wake_ = "/";
    return false;
  }
  endless_comment_ = endless_comment_ || end == kNone;
  speaker_.vanished();
  skip(end == kNone ? tag_length : end, before_);
  return true;
}

}  // namespace streamtts::text
