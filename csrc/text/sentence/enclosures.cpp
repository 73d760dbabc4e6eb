#include "text/sentence/enclosures.hpp"

#include <cstddef>
#include <cstdint>

#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

// Code points after which an open sign no longer counts.
constexpr std::uint64_t kLongestQuote = 300;
constexpr std::uint64_t kLongestCode = 100;

constexpr char32_t kApostrophe = U'\'';
constexpr char32_t kBacktick = U'`';

char32_t closer_of(char32_t opener) {
  switch (opener) {
    case U'(':
      return U')';
    case U'[':
      return U']';
    case U'{':
      return U'}';
    case U'“':
      return U'”';
    case U'‘':
      return U'’';
    case U'„':
      return U'“';
    case U'‚':
      return U'‘';
    case U'«':
      return U'»';
    case U'‹':
      return U'›';
    case U'「':
      return U'」';
    case U'『':
      return U'』';
    case U'（':
      return U'）';
    case U'【':
      return U'】';
    case U'〈':
      return U'〉';
    case U'《':
      return U'》';
    case U'〔':
      return U'〕';
    case U'［':
      return U'］';
    case U'｢':
      return U'｣';
    default:
      return 0;
  }
}

// What may stand right before an opening straight quote.
bool opens_after(char32_t c) {
  switch (c) {
    case U'(':
    case U'[':
    case U'{':
    case U'=':
    case U':':
    case U',':
    case U'-':
    case U'–':
    case U'—':
    case U'/':
    case U'*':
    case U'_':
    case U'<':
    case U'"':
    case U'\'':
      return true;
    default:
      return is_space(c) || is_cjk(c);
  }
}

}  // namespace

void Enclosures::see(char32_t c) {
  ++position_;
  if (c == kBacktick) {
    ++backticks_;
  } else {
    if (backticks_ > 0) see_backticks_end();
    if (previous_ == kApostrophe) settle_apostrophe(c);
    const bool gap_after_opener = depth_ > 0 && open_[depth_ - 1].since + 1 == position_ && is_space(c);
    if (gap_after_opener && open_[depth_ - 1].closer != U'»') --depth_;
    if (c == U'"') {
      see_straight_quote(c);
    } else if (c != kApostrophe && !is_letter(c)) {
      see_bracket(c);
    }
  }
  before_previous_ = previous_;
  previous_ = c;
}

void Enclosures::see_backticks_end() {
  const std::uint32_t width = backticks_;
  backticks_ = 0;
  if (in_code()) {
    if (open_[depth_ - 1].width == width) --depth_;
    return;
  }
  push(kBacktick, width);
  open_[depth_ - 1].since = position_ - 1;
}

void Enclosures::see_straight_quote(char32_t quote) {
  if (in_code()) return;
  if (!close(quote) && opens_after(previous_)) push(quote);
}

// An apostrophe is judged by the character after it: a quote opens before a letter or sign, and closes
// before anything that does not go on with the word.
void Enclosures::settle_apostrophe(char32_t c) {
  if (in_code()) return;
  if (open(kApostrophe)) {
    if (!is_word(c)) close(kApostrophe);
  } else if (opens_after(before_previous_) && !is_space(c) && !is_ascii_digit(c)) {
    push(kApostrophe);
    open_[depth_ - 1].since = position_ - 1;
  }
}

void Enclosures::see_bracket(char32_t c) {
  if (is_space(c) || is_ascii_digit(c) || in_code()) return;
  if (c == U'“' && open(U'“')) {
    close(U'“');
  } else if (c == U'”' && !open(U'”') && opens_after(previous_)) {
    push(U'”');
  } else if (c == U'»' && !open(U'»') && opens_after(previous_)) {
    push(U'«');
  } else if (close(c)) {
    return;
  } else if (const char32_t closer = closer_of(c); closer != 0) {
    push(closer);
  }
}

void Enclosures::push(char32_t closer, std::uint32_t width) {
  if (depth_ == kDeepest) forget_stale();
  if (depth_ == kDeepest) --depth_;
  open_[depth_++] = {.closer = closer, .since = position_, .width = width};
}

bool Enclosures::open(char32_t closer) const {
  for (std::size_t i = depth_; i > 0; --i) {
    if (open_[i - 1].closer == closer) return true;
  }
  return false;
}

bool Enclosures::close(char32_t closer) {
  for (std::size_t i = depth_; i > 0; --i) {
    if (open_[i - 1].closer != closer) continue;
    depth_ = i - 1;
    return true;
  }
  return false;
}

void Enclosures::forget_stale() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < depth_; ++i) {
    const bool brief = open_[i].closer == kBacktick || open_[i].closer == kApostrophe;
    if (position_ - open_[i].since <= (brief ? kLongestCode : kLongestQuote)) open_[kept++] = open_[i];
  }
  depth_ = kept;
}

bool Enclosures::closes(char32_t c) const {
  if (depth_ == 0) return false;
  const char32_t closer = open_[depth_ - 1].closer;
  return closer == c;
}

bool Enclosures::any_open() {
  forget_stale();
  return depth_ > 0 || backticks_ > 0;
}

bool Enclosures::in_code() {
  if (depth_ == 0 || open_[depth_ - 1].closer != kBacktick) return false;
  if (position_ - open_[depth_ - 1].since <= kLongestCode) return true;
  --depth_;
  return false;
}

void Enclosures::clear() {
  depth_ = 0;
  backticks_ = 0;
  previous_ = U' ';
  before_previous_ = U' ';
}

}  // namespace streamtts::text
