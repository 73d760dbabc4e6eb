// Speakable text to sentences, in any chunking, with at most two characters of lookahead.
// Owns abbreviations, quotes and brackets, and the flush rule; a '\n' is a hard boundary.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/span.hpp"

namespace streamtts::text {

enum class SentenceEnd : std::uint8_t {
  stop,    // its own punctuation
  block,   // a hard boundary: heading, list item, paragraph
  flush,   // a tool call or the end of a message
  eof,     // the end of input
  clause,  // eager: the first clause of a longer sentence, or a length limit
  tool,    // no sentence of the agent's: the name of a tool that it calls
  turn,    // no text at all: the agent's turn is over
};

struct Sentence {
  std::string text;  // trimmed, never empty, no marks
  SentenceEnd end;
  std::vector<Span> code;       // inline code spans that marks announced
  std::vector<Stretch> strong;  // likewise, strong emphasis
};

class Splitter {
 public:
  // `stresses`: marks of strong emphasis are marks, not text.
  explicit Splitter(bool eager = false, bool stresses = false);
  ~Splitter();
  Splitter(Splitter&&) noexcept;
  Splitter& operator=(Splitter&&) noexcept;

  void feed(std::string_view utf8, std::vector<Sentence>& out);
  // Releases what is held as one last sentence (if it holds more than white space) and starts afresh.
  void finish(SentenceEnd why, std::vector<Sentence>& out);
  // What is held of the sentence that is still arriving, its first words; valid until the next call.
  std::string_view arriving() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace streamtts::text
