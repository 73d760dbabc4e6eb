// Pipe tables: a header row counts as one only when a delimiter row follows.
#include <cstddef>
#include <string_view>

#include "text/markdown.hpp"
#include "text/markdown/block_reader.hpp"
#include "text/markdown/table.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLongestHeader = 4096;
constexpr std::size_t kLongestBareHeader = 400;  // one without a leading pipe
constexpr std::size_t kLongestRow = 65536;
constexpr std::size_t kLongestUndecidedRow = 512;

bool begins_other_block(std::string_view line) {
  if (line[0] == '#' || line[0] == '`' || line[0] == '~') return true;
  const std::size_t number = line.find_first_not_of("0123456789");
  if (number != std::string_view::npos && number > 0 && line.substr(number, 2) == ". ") return true;
  return line.size() > 1 && line[1] == ' ' && (line[0] == '-' || line[0] == '*' || line[0] == '+');
}

}  // namespace

// The first character of a line below a header row or a table; true when the table has taken it.
bool BlockReader::goes_on_with_table(std::string_view c) {
  const bool same_quote = quotes_ == open_quotes_;
  if (table_ == Table::header_seen) {
    if (same_quote && (c == "|" || c == ":" || c == "-")) {
      mode_ = Mode::delimiter_row;
      line_.append(c);
      return true;
    }
    release_header();
    return false;
  }
  if (!same_quote) {
    close_table();
    return false;
  }
  mode_ = c == "|" ? Mode::table_row : Mode::maybe_row;
  line_.append(c);
  return true;
}

void BlockReader::on_table(std::string_view c) {
  switch (mode_) {
    case Mode::header_row:
      return on_header_row(c);
    case Mode::delimiter_row:
      return on_delimiter_row(c);
    case Mode::maybe_row:
      return on_maybe_row(c);
    default:
      if (c == "\n") return end_table_row();
      if (line_.size() < kLongestRow) line_.append(c);
  }
}

void BlockReader::on_header_row(std::string_view c) {
  if (c == "\n") {
    table_ = Table::header_seen;
    header_line_ = line_;
    new_line();
    return;
  }
  line_.append(c);
  const bool bare = line_[0] != '|';
  const bool prose = bare && c == " " && line_.size() > 1 &&
                     is_terminal(static_cast<unsigned char>(line_[line_.size() - 2]));
  if ((prose || line_.size() > (bare ? kLongestBareHeader : kLongestHeader)) &&
      static_cast<unsigned char>(c[0]) < 0x80) {
    say_words();
  }
}

void BlockReader::on_delimiter_row(std::string_view c) {
  if (c != "\n" && (c == "|" || c == ":" || c == "-" || c == " " || c == "\t") &&
      line_.size() < kLongestHeader) {
    line_.append(c);
    return;
  }
  if (c == "\n" && is_delimiter_row(line_)) {
    end_block();
    open_quotes_ = quotes_;
    header_ = split_row(header_line_);
    header_line_.clear();
    table_ = Table::open;
    rows_ = 0;
    new_line();
    return;
  }
  if (table_ == Table::header_seen) {
    release_header();
    mode_ = Mode::start;
    replay(std::string(line_).append(c));
    return;
  }
  begin_words();
  put(c);
}

void BlockReader::on_maybe_row(std::string_view c) {
  const bool row = c == "|" && !begins_other_block(line_);
  if (row) {
    mode_ = Mode::table_row;
    line_.append(c);
  } else if (c == "|" || c == "\n" || line_.size() > kLongestUndecidedRow) {
    close_table();
    mode_ = Mode::start;
    replay(std::string(line_).append(c));
  } else {
    line_.append(c);
  }
}

void BlockReader::end_table_row() {
  if (!is_delimiter_row(line_)) {
    ++rows_;
    if (options_.tables == Say::read) {
      inline_.put(row_sentence(header_, split_row(line_)));
      end_block();
    }
  }
  const std::size_t quotes = quotes_;
  new_line();
  open_quotes_ = quotes;
}

// There is no delimiter row: the header was a line of words.
void BlockReader::release_header() {
  table_ = Table::none;
  block_open_ = true;
  inline_.put(header_line_);
  inline_.put("\n");
  header_line_.clear();
}

void BlockReader::close_table() {
  table_ = Table::none;
  header_.clear();
  if (options_.tables == Say::brief) speaker_.line(table_notice(rows_));
}

}  // namespace streamtts::text
