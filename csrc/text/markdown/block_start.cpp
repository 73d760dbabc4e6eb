// The beginning of a line: which markers stand there, and what kind of block they begin.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "text/markdown/block_reader.hpp"
#include "text/markdown/scrub.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLongestRule = 512;
constexpr std::size_t kLongestNumber = 3;
constexpr std::size_t kLongestFootnote = 40;
constexpr std::size_t kLongestReferenceLabel = 200;
constexpr std::string_view kDiffHeader = "diff --git ";
constexpr std::string_view kHunkHeader = "@@ -";

struct RawHtml {
  constexpr RawHtml(std::string_view b, std::string_view e) : begin(b), end(e) {}
  std::string_view begin;
  std::string_view end;
};
constexpr std::array kRawHtml = std::to_array<RawHtml>({{"<!--", "-->"},
                                                        {"<script", "</script>"},
                                                        {"<style", "</style>"},
                                                        {"<think", "</think>"},
                                                        {"<thinking", "</thinking>"}});

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_prefix(std::string_view head, std::string_view whole) {
  return whole.starts_with(head);
}

}  // namespace

void BlockReader::on_start(std::string_view c) {
  if (line_.empty()) {
    if (c == " ") {
      indent_ += quote_blank_ ? 0 : 1;
      quote_blank_ = false;
      return;
    }
    if (c == "\t") {
      indent_ = indent_ / 4 * 4 + 4;
      return;
    }
    if (table_ != Table::none && c != ">" && goes_on_with_table(c)) return;
    if (is_picture(static_cast<unsigned char>(c[0]))) {  // an emoji leads the line like a bullet
      end_block();
      item_line_ = true;
      return;
    }
  }
  line_.append(c);
  decide(false);
}

// Leaves everything as it is while the line's beginning can still be several things.
void BlockReader::decide(bool line_ended) {
  const char first = line_[0];
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0x80) {
    decide_dash(line_ended);
    return;
  }
  if (is_ascii_digit(byte)) return decide_number(line_ended);
  if (is_ascii_letter(byte)) return decide_letter(line_ended);
  switch (first) {
    case '>':
      return decide_quote(line_ended);
    case '[':
      return decide_bracket(line_ended);
    case '<':
      return decide_angle(line_ended);
    case '@':
      return decide_hunk(line_ended);
    case '|':
      end_block();
      open_quotes_ = quotes_;
      mode_ = Mode::header_row;
      return;
    case '#':
    case '-':
    case '*':
    case '_':
    case '=':
    case '+':
    case '~':
    case '`':
      return decide_run(line_ended);
    default:
      begin_words();
  }
}

void BlockReader::decide_run(bool line_ended) {
  const char sign = line_[0];
  const std::size_t length = std::min(line_.find_first_not_of(sign), line_.size());
  const bool fence = (sign == '`' || sign == '~') && length >= 3;
  if (length == line_.size()) {
    if (!line_ended) {
      if (length > kLongestRule) begin_words();
      return;
    }
    if (!fence) return decide_lone_run(sign, length);
  }
  if (fence) {
    fence_sign_ = sign;
    fence_length_ = length;
    mode_ = Mode::info_string;
    replay(line_.substr(length));
    return;
  }
  const char next = line_[length];
  if (sign == '#') {
    const bool letter = length >= 2 && is_word(static_cast<unsigned char>(next));
    length <= 6 && (is_blank(next) || letter) ? begin_heading(length) : begin_words();
    return;
  }
  const bool bullet = length == 1 && is_blank(next) && (sign == '-' || sign == '*' || sign == '+');
  if (bullet) return begin_item();
  const bool rule =
      length >= 3 && is_blank(next) && (sign == '-' || sign == '*' || sign == '_' || sign == '=');
  rule ? decide_decorated(line_ended) : begin_words();
}

// The line is nothing but one sign: a rule, the underline of a heading, an empty list item, or words.
void BlockReader::decide_lone_run(char sign, std::size_t length) {
  const bool underline = block_open_ && (sign == '-' || sign == '=');
  const bool empty_item = length == 1 && (sign == '-' || sign == '*' || sign == '+');
  const bool rule = length >= 3 && sign != '`' && sign != '~';
  if (!underline && !empty_item && !rule && sign != '#') return begin_words();
  end_block();
  line_.clear();
}

// "--- ---" is a rule, "=== Results ===" a title in decoration.
void BlockReader::decide_decorated(bool line_ended) {
  const char sign = line_[0];
  const std::size_t words = line_.find_first_not_of(std::string{sign, ' ', '\t'});
  if (words == std::string::npos) {
    if (!line_ended && line_.size() <= kLongestRule) return;
    end_block();
    line_.clear();
    return;
  }
  if (line_[words] == '|') {  // "--- | ---": the header row was taken for words
    mode_ = Mode::delimiter_row;
    return;
  }
  end_block();
  speaker_.set_closing_sign(sign);
  block_open_ = true;
  mode_ = Mode::heading;
  replay(line_.substr(words));
}

void BlockReader::begin_heading(std::size_t length) {
  end_block();
  if (indent_ == 0) in_list_ = ordered_ = false;
  speaker_.set_closing_sign('#');
  block_open_ = true;
  mode_ = Mode::heading;
  replay(line_.substr(length));
}

void BlockReader::begin_item() {
  end_block();
  in_list_ = item_line_ = true;
  line_.clear();
  indent_ = 0;
}

void BlockReader::decide_number(bool line_ended) {
  const std::size_t digits = std::min(line_.find_first_not_of("0123456789"), line_.size());
  if (digits > kLongestNumber) return begin_words();
  const std::string_view behind = std::string_view(line_).substr(digits);
  static constexpr std::string_view kCjkComma = "\u3001";
  const bool marker = !behind.empty() && (behind[0] == '.' || behind[0] == ')');
  const bool undecided = behind.empty() || (marker && behind.size() == 1) ||
                         (is_prefix(behind, kCjkComma) && behind.size() < kCjkComma.size());
  if (undecided && !line_ended) return;
  if (undecided || !((marker && is_blank(behind[1])) || behind == kCjkComma)) return begin_words();
  // A wrapped line or "12. Dezember" may begin with a number, too: a list begins with one, goes on, or was
  // announced by a colon.
  std::size_t number = 0;
  for (const char digit : line_.substr(0, digits))
    number = number * 10 + static_cast<std::size_t>(digit - '0');
  const bool expected = number <= 1 || number == last_number_ + 1 || (in_list_ && ordered_) || after_colon_;
  if (expected || !block_open_) last_number_ = number;
  if (!expected) return begin_words();
  ordered_ = true;
  begin_item();
}

void BlockReader::decide_letter(bool line_ended) {
  const std::string_view line = line_;
  if (!line_ended && line.size() > 1 && line.size() < kDiffHeader.size() && is_prefix(line, kDiffHeader))
    return;
  if (line == kDiffHeader) return begin_diff();
  const auto letter = static_cast<unsigned char>(line[0]);
  const bool allowed = !block_open_ || (is_ascii_lower(letter) && (in_list_ || letter == 'a'));
  if (!allowed && letter != 'd') return begin_words();
  const bool undecided = line.size() == 1 || (line.size() == 2 && line[1] == ')');
  if (undecided && !line_ended) return;
  if (allowed && line.size() == 3 && line[1] == ')' && is_blank(line[2])) {
    ordered_ = true;
    return begin_item();
  }
  begin_words();
}

void BlockReader::decide_dash(bool line_ended) {
  static constexpr std::string_view kEnDash = "\u2013";
  if (line_ == kEnDash && !line_ended) return;
  if (line_.size() == 4 && is_prefix(kEnDash, line_) && is_blank(line_[3]) && (!block_open_ || in_list_)) {
    return begin_item();
  }
  begin_words();
}

void BlockReader::decide_quote(bool line_ended) {
  if (line_.size() == 1 && !line_ended) return;
  if (line_.size() > 1 && line_[1] == '=') return begin_words();
  const std::string behind = line_.substr(1);
  line_.clear();
  ++quotes_;
  indent_ = 0;
  quote_blank_ = true;
  if (!behind.empty()) on_start(behind);
  if (line_ended && behind.empty()) {
    if (table_ == Table::header_seen) release_header();
    if (table_ == Table::open) close_table();
    end_block();
  }
}

// A task box, a footnote's or link's definition, an alert, or words.
void BlockReader::decide_bracket(bool line_ended) {
  const std::string_view line = line_;
  if (line.size() < 2) return line_ended ? begin_words() : void();
  const char mark = line[1];
  if (mark == ' ' || mark == 'x' || mark == 'X') {
    const bool box = line.size() < 3 || line[2] == ']';
    if (box && line.size() < 4 && !line_ended) return;
    if (box && (line.size() < 4 || is_blank(line[3]))) return begin_task(mark != ' ');
    if (mark == ' ' || box) return begin_words();
  }
  const std::size_t close = line.find(']');
  if (close == std::string_view::npos) {
    const bool label = line.size() < (mark == '^' ? kLongestFootnote : kLongestReferenceLabel) &&
                       line.find_first_of("[`", 1) == std::string_view::npos;
    return label && !line_ended ? void() : begin_words();
  }
  if (mark == '!' && quotes_ > 0 && close > 2) return begin_alert();
  if (line.size() == close + 1) return line_ended ? begin_words() : void();
  if (line[close + 1] != ':') return begin_words();
  if (mark != '^') {
    mode_ = Mode::reference;
    return;
  }
  end_block();
  line_.clear();
  item_line_ = true;
}

void BlockReader::begin_task(bool done) {
  if (!item_line_) end_block();
  item_line_ = true;
  line_ = done ? "done: " : "to do: ";
  begin_words();
}

// "[!WARNING]" above a quote's text.
void BlockReader::begin_alert() {
  std::string name = line_.substr(2, line_.find(']') - 2);
  for (std::size_t i = 1; i < name.size(); ++i) {
    name[i] = static_cast<char>(ascii_lower(static_cast<unsigned char>(name[i])));
  }
  end_block();
  item_line_ = true;
  line_ = name + ":";
  begin_words();
}

void BlockReader::decide_angle(bool line_ended) {
  for (const RawHtml& raw : kRawHtml) {
    if (replaying_) break;
    if (line_.size() <= raw.begin.size() && is_prefix(line_, raw.begin)) {
      if (line_ended) break;
      if (raw.begin != "<!--" || line_ != raw.begin) return;
    } else if (!is_prefix(raw.begin, line_) || (line_.back() != '>' && !is_blank(line_.back()))) {
      continue;
    }
    raw_end_ = raw.end;
    mode_ = Mode::raw_html;
    return;
  }
  begin_words();
}

void BlockReader::decide_hunk(bool line_ended) {
  if (!line_ended && line_.size() <= kHunkHeader.size() && is_prefix(line_, kHunkHeader)) return;
  const bool hunk = line_.size() > kHunkHeader.size() && is_prefix(kHunkHeader, line_) &&
                    is_ascii_digit(static_cast<unsigned char>(line_.back()));
  hunk ? begin_diff() : begin_words();
}

}  // namespace streamtts::text
