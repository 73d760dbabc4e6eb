// Inline markdown of one block at a time: emphasis, code spans, links, tags, entities and escapes to words.
// Where CommonMark would mangle an identifier or arithmetic, the ear wins.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/markdown/html_tag.hpp"
#include "text/markdown/speaker.hpp"

namespace streamtts::text {

class InlineReader {
 public:
  explicit InlineReader(Speaker& speaker) : speaker_(speaker) {}

  // Scrubbed text; '\n' is a soft line break. Says what is decided.
  void put(std::string_view text);
  // Decides the rest and ends the block.
  void end_block();

 private:
  // One handler per sign. `more` leaves everything as it is until more text is there.
  bool step();
  bool read_escape();
  bool read_code();
  bool read_delimiters();
  bool read_bracket(bool image);
  bool read_footnote();
  bool read_angle();
  bool read_comment();
  bool read_raw(std::size_t tag_length);
  bool read_entity();
  bool read_beyond_ascii();

  void say_plain(std::size_t length);
  void skip(std::size_t length, char32_t before_next);
  void apply_tag(const HtmlTag& tag);
  bool announce_ahead();

  // Emphasis.
  struct Open {
    char sign;
    std::size_t length;
    bool ends_inside_word;
  };
  enum class Closing : unsigned char { none, outside, inside_word, far, more };
  struct Run {
    char sign;
    std::size_t length;
    char32_t before;
    char32_t after;   // 0 at the end of the block
    std::size_t end;  // in pending_
  };
  bool is_strong() const;
  bool closes(const Run& run) const;
  void close(const Run& run);
  bool may_open(const Run& run) const;
  Verdict opens(const Run& run, Closing& closing);
  Closing find_closing(const Run& run, std::size_t& from);
  Closing judge_closing(const Run& opening, std::size_t begin, std::size_t end) const;
  bool is_inner_opening(const Run& outer, std::size_t begin, std::size_t end) const;
  Verdict is_identifier(const Run& opening, std::size_t begin, std::size_t end) const;

  // Links.
  struct Link {
    std::string_view label;
    std::string_view target;
    std::size_t length = 0;
  };
  Verdict read_link(std::size_t begin, Link& link) const;
  Verdict find_label_end(std::size_t begin, std::size_t& end) const;
  Verdict read_target(std::size_t begin, Link& link) const;
  Verdict read_reference(std::size_t begin, Link& link) const;
  Verdict skip_code(std::size_t& i, std::size_t limit) const;

  bool has(std::size_t i) const { return i < pending_.size(); }
  std::size_t left() const { return pending_.size() - at_; }
  std::size_t run_end(std::size_t i) const;
  char32_t at(std::size_t i) const;
  Verdict short_of_text() const { return final_ ? Verdict::no : Verdict::more; }

  // A longer run of one sign is no markup.
  static constexpr std::size_t kLongestRun = 64;

  Speaker& speaker_;
  std::string pending_;  // not said yet, from at_ on
  std::size_t at_ = 0;
  std::size_t label_end_ = std::string::npos;  // of the last link: what follows is not glued to a word
  std::size_t searched_ = 0;                   // how far the undecided sign's closing was looked for in vain
  std::size_t inner_ = 0;                      // openings met on the way
  bool endless_comment_ = false;               // one did not end in reach, so no other is waited for
  bool final_ = false;                         // no more text will come to this block
  char32_t before_ = ' ';                      // the character before at_
  std::string_view wake_;                      // the signs that can decide what is pending; empty for any
  std::vector<Open> open_;
};

}  // namespace streamtts::text
