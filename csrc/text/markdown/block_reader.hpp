// Block structure of markdown, line by line: what is a paragraph, heading, list, quote, fence, diff, table
// or rule. Hands the words of a block to the inline reader; names or reads the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/markdown.hpp"
#include "text/markdown/code_language.hpp"
#include "text/markdown/diff_count.hpp"
#include "text/markdown/inline_reader.hpp"
#include "text/markdown/speaker.hpp"

namespace streamtts::text {

class BlockReader {
 public:
  explicit BlockReader(const CleanerOptions& options)
      : options_(options), speaker_(options.marks, options.stresses), inline_(speaker_) {}

  void feed(std::string_view scrubbed, std::string& out);
  void finish(std::string& out);

 private:
  enum class Mode : unsigned char {
    start,          // the line's markers, up to what decides its kind
    text,           // words of a paragraph or list item
    heading,        // words up to the end of the line
    first_words,    // the first words of a paragraph, which may be a table's header row
    header_row,     // a line with '|' that a delimiter row may make a header
    delimiter_row,  // what may be that delimiter row
    table_row,
    maybe_row,    // a line below a table that has not shown a '|' yet
    reference,    // "[id]: ..." until the line's end decides
    info_string,  // behind ``` or ~~~
    fence,
    indented,  // a first indented line that may be code
    indented_code,
    diff,      // an unfenced unified diff
    raw_html,  // a comment, script or style sheet
  };
  enum class Table : unsigned char { none, header_seen, open };

  void put(std::string_view text);
  std::size_t put_words(std::string_view text);
  void put_char(std::string_view c);     // one code point, like every c below
  void replay(const std::string& text);  // what line_ held, once more
  void new_line();
  void end_block();
  void begin_words();
  void say_words();
  bool starts_anew() const;
  void on_first_words(std::string_view c);
  void track_line(std::string_view words);
  bool is_title_line() const;

  // Line starts.
  void on_start(std::string_view c);
  void end_start_line();
  void decide(bool line_ended);
  void decide_run(bool line_ended);
  void decide_lone_run(char sign, std::size_t length);
  void decide_decorated(bool line_ended);
  void decide_number(bool line_ended);
  void decide_letter(bool line_ended);
  void decide_dash(bool line_ended);
  void decide_quote(bool line_ended);
  void decide_bracket(bool line_ended);
  void decide_angle(bool line_ended);
  void decide_hunk(bool line_ended);
  void begin_heading(std::size_t length);
  void begin_item();
  void begin_task(bool done);
  void begin_alert();

  // Fences, diffs, indented code, definitions, hidden HTML.
  void on_info_string(std::string_view c);
  void say_ticks();
  void begin_fence();
  void on_fence(std::string_view c);
  void end_fence_line();
  bool is_closing_fence(std::string_view line);
  void keep_tail(std::string_view line);
  void give_up_fence();
  void close_fence();
  void say_notice(std::string_view notice);
  void begin_diff();
  void on_diff(std::string_view c);
  void close_diff();
  void on_indented(std::string_view c);
  void on_indented_code(std::string_view c);
  void close_indented();
  void on_reference(std::string_view c);
  void say_reference();
  void on_raw_html(std::string_view c);
  void give_up_raw_html();
  bool is_thinking() const;

  // Tables.
  bool goes_on_with_table(std::string_view c);
  void on_table(std::string_view c);
  void on_header_row(std::string_view c);
  void on_delimiter_row(std::string_view c);
  void on_maybe_row(std::string_view c);
  void end_table_row();
  void release_header();
  void close_table();

  const CleanerOptions options_;
  Speaker speaker_;
  InlineReader inline_;

  Mode mode_ = Mode::start;
  Table table_ = Table::none;
  bool replaying_ = false;
  bool block_open_ = false;  // words of a block are under way
  bool in_list_ = false;
  bool ordered_ = false;         // the list has numbers
  std::size_t last_number_ = 0;  // of an ordered list
  std::size_t open_quotes_ = 0;  // of the open block

  // The line in progress.
  std::string line_;  // what is not decided yet
  std::size_t indent_ = 0;
  std::size_t quotes_ = 0;
  std::size_t line_length_ = 0;
  std::size_t last_line_length_ = 0;
  std::size_t stars_ = 0;
  std::uint32_t line_tail_ = 0;  // its last four characters
  char line_head_ = 0;
  char line_end_ = 0;
  bool after_colon_ = false;  // the line before announced something
  bool quote_blank_ = false;  // one blank behind '>' is part of the marker
  bool item_line_ = false;    // a list marker stands on this line

  // Fence, diff or indented code.
  char fence_sign_ = 0;
  bool fence_has_words_ = false;
  bool after_blank_ = false;
  std::size_t fence_length_ = 0;
  std::size_t fence_indent_ = 0;
  std::size_t fence_quotes_ = 0;
  std::size_t nested_ = 0;
  CodeLanguage language_;
  DiffCount diff_;
  std::size_t code_lines_ = 0;
  std::size_t blank_lines_ = 0;  // at the end of indented code
  std::string tail_;             // prose at the end of a fence that may never close
  std::size_t tail_lines_ = 0;

  // Table.
  std::string header_line_;
  std::vector<std::string> header_;
  std::size_t rows_ = 0;

  std::string_view raw_end_;  // of a hidden HTML element
};

}  // namespace streamtts::text
