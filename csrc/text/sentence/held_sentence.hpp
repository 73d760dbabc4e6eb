// The sentence that is being read: its text, the words at its end, its code spans and strong words, and how
// to let go of the front of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/sentence.hpp"
#include "text/sentence/stretches.hpp"

namespace streamtts::text {

class HeldSentence {
 public:
  struct Place {
    std::size_t bytes = 0;
    std::uint32_t chars = 0;
  };

  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  // The last two words; `last` is empty where the text ends in white space.
  struct Words {
    Range last;
    Range previous;
    std::uint32_t index = 0;  // of `last`, not counting words of signs alone
    bool code = false;        // `last` ends with an inline code span
  };

  // The caller appends no white space while this is empty.
  void append(char32_t c, std::string_view bytes);
  void begin_code();
  void end_code();
  void begin_strong() { strong_.begin(chars_); }
  void end_strong() { strong_.end(chars_); }

  bool empty() const { return text_.empty(); }
  bool full() const;
  bool ends_in_gap() const { return !in_word_; }
  bool has_words() const { return has_words_; }  // a letter or digit stands in it
  bool starts_with_picture() const { return starts_with_picture_; }
  char32_t last() const { return last_; }
  std::size_t columns() const { return columns_; }
  std::string_view text() const { return text_; }
  std::string_view view(Range range) const { return text().substr(range.begin, range.end - range.begin); }

  Words words() const;
  Place end() const { return {.bytes = text_.size(), .chars = chars_}; }
  Place trimmed_end() const { return trimmed_end_; }
  std::size_t last_gap() const;  // bytes before the last white space, or all

  // Lets the sentence end at `end` and forgets what follows it, which is white space at most.
  void release(Place end, SentenceEnd why, std::vector<Sentence>& out);
  // Lets the first `bytes` go and keeps the rest.
  void cut(std::size_t bytes, SentenceEnd why, std::vector<Sentence>& out);

 private:
  void clear();
  void reread(std::string_view rest);

  std::string text_;
  std::uint32_t chars_ = 0;
  std::size_t columns_ = 0;  // an ideograph counts two
  char32_t last_ = 0;
  Place trimmed_end_;
  std::size_t gap_ = 0;
  Range last_word_;
  Range previous_word_;
  std::uint32_t word_index_ = 0;
  bool in_word_ = false;
  bool word_counts_ = false;
  bool has_words_ = false;
  bool starts_with_picture_ = false;

  Stretches code_;
  std::size_t code_end_ = 0;  // bytes
  Stretches strong_;
};

}  // namespace streamtts::text
