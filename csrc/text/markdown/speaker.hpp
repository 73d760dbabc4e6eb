// The cleaner's output side: holds the word in progress, says it the way a colleague would, and keeps
// spaces, full stops, hard boundaries and marks right.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace streamtts::text {

class Speaker {
 public:
  Speaker(bool marks, bool stresses) : marks_(marks), stresses_(stresses) {}

  void attach(std::string& out) { out_ = &out; }

  void visible(char32_t c, std::string_view bytes);
  void plain(std::string_view visible_ascii);  // the same for a run of it
  void blank(bool soft);                       // soft: a line break, no space between two CJK characters
  void picture();                              // something silent stood here
  void vanished() { silent_gap_ = true; }      // markup stood here
  void code(std::string_view content);         // the words of an inline code span
  void strong(bool begins);                    // words are strongly emphasised from here on, or no longer

  // A word is coming whose first visible character is `first`, though it cannot be said yet.
  void announce(char32_t first);

  // The block is a title: a word of nothing but `sign` at its end is decoration ("## Title ##").
  // Nothing in it is strong.
  void set_closing_sign(char sign) { closing_sign_ = sign; }

  void end_block();                          // completes the sentence and ends the line
  void line(std::string_view whole);         // a line of its own, outside any block
  void code_line(std::string_view content);  // likewise, verbatim

  bool at_sentence_start() const { return !spoken_ || stopped_; }

 private:
  void begin_word(char32_t c);
  void open_gap(char32_t c);
  bool begins_fresh() const;
  void append(std::string_view bytes);
  void mark(char sign) {
    if (marks_) out_->push_back(sign);
  }
  void mark_strong(bool begins);
  void say_word();
  void say_partly_strong();
  void flush_word();
  void flush_closing_run();
  void note(std::string_view spoken);
  void reset();

  enum class Gap : unsigned char { none, soft, hard };

  const bool marks_;
  const bool stresses_;
  std::string* out_ = nullptr;
  std::string word_;
  std::string scratch_;
  bool overlong_ = false;  // the word was too long to hold and passes through
  Gap gap_ = Gap::none;    // white space since the last word
  bool picture_gap_ = false;
  bool silent_gap_ = false;
  bool announced_ = false;
  bool spoken_ = false;   // this block has words already
  bool stopped_ = false;  // its last word ended like a sentence
  char32_t last_ = 0;
  char closing_sign_ = 0;
  bool closing_word_ = false;       // word_ holds nothing but closing signs
  std::string closing_run_;         // such a word, until something follows
  bool strong_ = false;             // what comes next is
  bool marked_strong_ = false;      // what was said last
  std::vector<std::size_t> turns_;  // where in word_ strong words begin or end
};

}  // namespace streamtts::text
