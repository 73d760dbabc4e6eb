#include "text/markdown/block_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kWrappedLine = 60;  // a line this long was wrapped; a shorter one ended on purpose
constexpr std::size_t kLongestFirstWords = 40;
constexpr std::size_t kLongestWideFirstWords = 24;

bool ends_like_cjk_sentence(std::string_view text) {
  return text.size() >= 3 && is_cjk(decode_utf8_before(text, text.size())) &&
         is_terminal(decode_utf8_before(text, text.size()));
}

bool may_be_in_header_cell(unsigned char c) {
  return c >= 0x80 || is_ascii_alnum(c) ||
         std::string_view(" -_()/%&'\"+#").find(static_cast<char>(c)) != std::string_view::npos;
}

}  // namespace

void BlockReader::feed(std::string_view scrubbed, std::string& out) {
  speaker_.attach(out);
  put(scrubbed);
}

void BlockReader::finish(std::string& out) {
  speaker_.attach(out);
  while (mode_ == Mode::raw_html || mode_ == Mode::fence) {
    if (mode_ == Mode::raw_html) {
      give_up_raw_html();
    } else {
      if (!line_.empty()) end_fence_line();
      if (mode_ == Mode::fence) give_up_fence();
    }
  }
  put("\n");
  if (mode_ == Mode::fence) close_fence();
  if (mode_ == Mode::diff) close_diff();
  if (mode_ == Mode::indented_code) close_indented();
  if (table_ == Table::header_seen) release_header();
  if (table_ == Table::open) close_table();
  end_block();
  in_list_ = ordered_ = false;
  last_number_ = last_line_length_ = 0;
  new_line();
}

void BlockReader::put(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (mode_ == Mode::text || mode_ == Mode::heading) {
      i += put_words(text.substr(i));
    } else {
      const std::size_t length = std::min(utf8_length(text[i]), text.size() - i);
      put_char(text.substr(i, length));
      i += length;
    }
  }
}

// Everything up to the line's end at once.
std::size_t BlockReader::put_words(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view words = text.substr(0, end);
  if (!words.empty()) {
    track_line(words);
    inline_.put(words);
  }
  if (end == text.size()) return end;
  if (mode_ == Mode::heading || is_title_line()) {
    end_block();
  } else {
    inline_.put("\n");
  }
  new_line();
  return end + 1;
}

void BlockReader::put_char(std::string_view c) {
  switch (mode_) {
    case Mode::start:
      c == "\n" ? end_start_line() : on_start(c);
      break;
    case Mode::first_words:
      on_first_words(c);
      break;
    case Mode::header_row:
    case Mode::delimiter_row:
    case Mode::table_row:
    case Mode::maybe_row:
      on_table(c);
      break;
    case Mode::reference:
      on_reference(c);
      break;
    case Mode::info_string:
      on_info_string(c);
      break;
    case Mode::fence:
      on_fence(c);
      break;
    case Mode::indented:
      on_indented(c);
      break;
    case Mode::indented_code:
      on_indented_code(c);
      break;
    case Mode::diff:
      on_diff(c);
      break;
    case Mode::raw_html:
      on_raw_html(c);
      break;
    case Mode::text:
    case Mode::heading:
      break;
  }
}

void BlockReader::new_line() {
  mode_ = Mode::start;
  line_.clear();
  indent_ = quotes_ = 0;
  quote_blank_ = item_line_ = false;
  last_line_length_ = line_length_;
  after_colon_ = line_end_ == ':';
  line_length_ = stars_ = 0;
  line_end_ = 0;
  line_head_ = 0;
  line_tail_ = 0;
}

void BlockReader::end_start_line() {
  if (!line_.empty()) {
    decide(true);
    mode_ == Mode::start ? new_line() : put("\n");
    return;
  }
  if (table_ == Table::header_seen) release_header();
  if (table_ == Table::open) close_table();
  end_block();
  new_line();
}

void BlockReader::end_block() {
  inline_.end_block();
  block_open_ = false;
}

void BlockReader::replay(const std::string& text) {
  line_.clear();
  put(text);
}

// The line's first characters are words: of the open block, or of a new one.
void BlockReader::begin_words() {
  if (block_open_ && (quotes_ > open_quotes_ || starts_anew())) end_block();
  if (block_open_ || item_line_) {
    if (!block_open_) open_quotes_ = quotes_;
    say_words();
    return;
  }
  open_quotes_ = quotes_;
  if (indent_ < 2) in_list_ = ordered_ = false;
  if (!in_list_ && indent_ >= 4) {
    mode_ = Mode::indented;
    replay(std::string(std::move(line_)));
    return;
  }
  const auto first = static_cast<unsigned char>(line_[0]);
  if (!is_ascii_alnum(first) && first < 0x80) {
    say_words();
    return;
  }
  mode_ = Mode::first_words;
  replay(std::string(std::move(line_)));
}

void BlockReader::say_words() {
  mode_ = Mode::text;
  block_open_ = true;
  replay(std::string(std::move(line_)));
}

// A line without a marker that goes on a list item or quote (CommonMark's lazy continuation) only when it
// was wrapped: a capital behind a short line begins something new.
bool BlockReader::starts_anew() const {
  const bool lazy = (in_list_ && !item_line_ && indent_ == 0) || open_quotes_ > quotes_;
  return lazy && is_ascii_upper(static_cast<unsigned char>(line_[0])) && last_line_length_ < kWrappedLine;
}

// Holds the first words of a paragraph while they can be a table's first header cell. No sentence is
// complete yet, so nobody waits.
void BlockReader::on_first_words(std::string_view c) {
  if (c == "\n") {
    say_words();
    put("\n");
    return;
  }
  line_.append(c);
  if (c == "|") {
    mode_ = Mode::header_row;
    return;
  }
  const auto byte = static_cast<unsigned char>(c[0]);
  const bool wide = static_cast<unsigned char>(line_[0]) >= 0x80;
  const bool full = line_.size() >= (wide ? kLongestWideFirstWords : kLongestFirstWords);
  if (full || !may_be_in_header_cell(byte) || ends_like_cjk_sentence(line_)) say_words();
}

// Only what tells "**Title**" on a line of its own.
void BlockReader::track_line(std::string_view words) {
  line_length_ += words.size();
  if (line_head_ == 0) line_head_ = words[0];
  const std::size_t last = words.find_last_not_of(' ');
  if (last != std::string_view::npos) line_end_ = words[last];
  if (line_head_ != '*') return;
  for (const char c : words) {
    stars_ += c == '*' ? 1 : 0;
    if (c != ' ') line_tail_ = line_tail_ << 8U | static_cast<unsigned char>(c);
  }
}

// Writers use a bold line as a heading; "**Title**\nText" is two sentences.
bool BlockReader::is_title_line() const {
  static constexpr std::uint32_t kBold = 0x2A2AU;
  if (line_head_ != '*' || stars_ != 4 || line_length_ < 5) return false;
  const bool colon = (line_tail_ & 0xFFU) == ':';
  return (line_tail_ >> (colon ? 8U : 0U) & 0xFFFFU) == kBold;
}

}  // namespace streamtts::text
