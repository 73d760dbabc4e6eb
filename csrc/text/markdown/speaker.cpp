#include "text/markdown/speaker.hpp"
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "text/markdown/spoken_word.hpp"
#include "text/marks.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLongestHeldWord = 4096;

// Written right behind the word before, whatever silent thing stood between.
bool attaches(char32_t c) {
  static constexpr std::u32string_view kSigns = U".,!?;:)]}\u2026";
  return kSigns.find(c) != std::u32string_view::npos || (is_cjk(c) && (is_terminal(c) || is_closing(c)));
}

bool is_stop(char32_t c) {
  static constexpr std::u32string_view kPauses = U",\u2014\u2013\u3001\uFF0C\u060C";
  return is_terminal(c) || kPauses.find(c) != std::u32string_view::npos;
}

bool flows(char32_t c) {
  return is_cjk(c) || is_unspaced(c);
}

}  // namespace

void Speaker::visible(char32_t c, std::string_view bytes) {
  if (flows(c)) {
    flush_word();
    flush_closing_run();
    open_gap(c);
    mark_strong(strong_);
    announced_ = false;
    out_->append(bytes);
    note(bytes);
    return;
  }
  if (word_.empty() && !overlong_) {
    closing_word_ = closing_sign_ != 0 && c == static_cast<unsigned char>(closing_sign_) && !announced_;
    if (!closing_word_) begin_word(c);
  } else if (closing_word_ && c != static_cast<unsigned char>(closing_sign_)) {
    closing_word_ = false;
    begin_word(static_cast<unsigned char>(closing_sign_));
  }
  append(bytes);
}

void Speaker::plain(std::string_view visible_ascii) {
  if (closing_sign_ != 0) {
    for (std::size_t i = 0; i < visible_ascii.size(); ++i) {
      visible(static_cast<unsigned char>(visible_ascii[i]), visible_ascii.substr(i, 1));
    }
    return;
  }
  if (word_.empty() && !overlong_) begin_word(static_cast<unsigned char>(visible_ascii[0]));
  append(visible_ascii);
}

void Speaker::append(std::string_view bytes) {
  if (overlong_) {
    out_->append(bytes);
    note(bytes);
    return;
  }
  word_.append(bytes);
  if (word_.size() > kLongestHeldWord) {
    if (closing_word_) begin_word(static_cast<unsigned char>(closing_sign_));
    closing_word_ = false;
    scratch_ = word_;
    say_word();
    overlong_ = true;
  }
}

bool Speaker::begins_fresh() const {
  return gap_ != Gap::none || !spoken_ || flows(last_);
}

void Speaker::begin_word(char32_t c) {
  flush_closing_run();
  const bool fresh = begins_fresh();
  open_gap(c);
  if (fresh && !announced_) mark(is_lower(c) ? marks::kLowerAhead : marks::kOtherAhead);
  announced_ = false;
  mark_strong(strong_);
}

void Speaker::announce(char32_t first) {
  if (!word_.empty() || overlong_ || announced_ || !begins_fresh()) return;
  flush_closing_run();
  open_gap(first);
  mark(is_lower(first) ? marks::kLowerAhead : marks::kOtherAhead);
  announced_ = true;
}

void Speaker::open_gap(char32_t c) {
  if (spoken_ && !announced_) {
    const bool silent = silent_gap_ || picture_gap_;
    bool space = gap_ != Gap::none;
    if (gap_ == Gap::soft && flows(last_) && flows(c)) space = false;
    if (space && silent && attaches(c)) space = false;
    if (!space && picture_gap_ && is_word(last_) && is_word(c) && !flows(last_)) space = true;
    if (space) out_->push_back(' ');
  }
  gap_ = Gap::none;
  picture_gap_ = false;
  silent_gap_ = false;
}

void Speaker::blank(bool soft) {
  if (closing_word_) {
    closing_run_ = word_;
    word_.clear();
    closing_word_ = false;
  } else {
    flush_word();
  }
  overlong_ = false;
  if (gap_ != Gap::hard) gap_ = soft ? Gap::soft : Gap::hard;
}

void Speaker::picture() {
  flush_word();
  picture_gap_ = true;
}

void Speaker::flush_word() {
  overlong_ = false;
  if (word_.empty()) return;
  closing_word_ = false;
  scratch_.clear();
  append_spoken(word_, scratch_);
  say_word();
}

// Says `scratch_` for the held word.
void Speaker::say_word() {
  if (turns_.empty()) {
    out_->append(scratch_);
  } else {
    say_partly_strong();
  }
  note(scratch_);
  word_.clear();
}

// A word that is said in another way than it is written is as strong as its first letter.
void Speaker::say_partly_strong() {
  std::size_t said = 0;
  if (scratch_ == word_) {
    for (const std::size_t turn : turns_) {
      out_->append(scratch_, said, turn - said);
      said = turn;
      mark_strong(!marked_strong_);
    }
  } else {
    const auto first =
        std::ranges::find_if(word_, [](unsigned char c) { return c >= 0x80 || is_ascii_alnum(c); }) -
        word_.begin();
    const auto before =
        std::ranges::count_if(turns_, [&](std::size_t turn) { return std::cmp_less_equal(turn, first); });
    mark_strong(marked_strong_ != (before % 2 == 1));
  }
  out_->append(scratch_, said);
  mark_strong(strong_);
  turns_.clear();
}

void Speaker::strong(bool begins) {
  if (!stresses_ || closing_sign_ != 0 || begins == strong_) return;
  strong_ = begins;
  if (!word_.empty()) turns_.push_back(word_.size());
  if (overlong_) mark_strong(strong_);
}

void Speaker::mark_strong(bool begins) {
  if (begins == marked_strong_) return;
  marked_strong_ = begins;
  out_->push_back(begins ? marks::kStrongBegin : marks::kStrongEnd);
}

// The run was no decoration after all: something follows it.
void Speaker::flush_closing_run() {
  if (closing_run_.empty()) return;
  const std::string run = std::move(closing_run_);
  closing_run_.clear();
  open_gap(static_cast<unsigned char>(run[0]));
  mark(marks::kOtherAhead);
  out_->append(run);
  note(run);
  gap_ = Gap::hard;
}

void Speaker::code(std::string_view content) {
  flush_word();
  const std::size_t first = content.find_first_not_of(" \t\n\x01\x02\x03");
  if (first == std::string_view::npos) {
    vanished();
    return;
  }
  flush_closing_run();
  const bool fresh = begins_fresh();
  open_gap('`');
  if (fresh && !announced_) mark(marks::kOtherAhead);
  announced_ = false;
  mark_strong(strong_);
  mark(marks::kCodeBegin);
  scratch_.clear();
  std::size_t begin = first;
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(content.find_first_of(" \t\n\x01\x02\x03", begin), content.size());
    if (!scratch_.empty()) scratch_.push_back(' ');
    append_spoken(content.substr(begin, end - begin), scratch_);
    begin = content.find_first_not_of(" \t\n\x01\x02\x03", end);
  }
  out_->append(scratch_);
  note(scratch_);
  mark(marks::kCodeEnd);
}

// Remembers how the block's speech ends so far.
void Speaker::note(std::string_view spoken) {
  spoken_ = true;
  std::size_t end = spoken.size();
  last_ = decode_utf8_before(spoken, end);
  while (end > 0) {
    const char32_t c = decode_utf8_before(spoken, end);
    if (!is_closing(c) || c == '>') {
      stopped_ = is_stop(c);
      return;
    }
    --end;
    while (end > 0 && is_continuation(spoken[end])) --end;
  }
}

void Speaker::end_block() {
  if (closing_word_) word_.clear();
  flush_word();
  if (spoken_) {
    if (!stopped_) out_->append(is_cjk(last_) ? "\u3002" : ".");
    out_->push_back('\n');
  }
  reset();
}

void Speaker::reset() {
  word_.clear();
  closing_run_.clear();
  overlong_ = announced_ = spoken_ = stopped_ = closing_word_ = false;
  picture_gap_ = silent_gap_ = false;
  strong_ = marked_strong_ = false;
  turns_.clear();
  gap_ = Gap::none;
  last_ = 0;
  closing_sign_ = 0;
}

void Speaker::line(std::string_view whole) {
  out_->append(whole);
  out_->push_back('\n');
}

void Speaker::code_line(std::string_view content) {
  std::size_t begin = content.find_first_not_of(" \t\x01\x02\x03");
  if (begin == std::string_view::npos) return;
  mark(marks::kCodeBegin);
  bool first = true;
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(content.find_first_of(" \t\x01\x02\x03", begin), content.size());
    if (!first) out_->push_back(' ');
    first = false;
    out_->append(content.substr(begin, end - begin));
    begin = content.find_first_not_of(" \t\x01\x02\x03", end);
  }
  mark(marks::kCodeEnd);
  out_->push_back('\n');
}

}  // namespace streamtts::text
