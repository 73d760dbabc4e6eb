// Streaming markdown to speakable text. Feed it prose in any pieces: the concatenated output is the same.
// Every heading, list item, paragraph, code or table notice ends with '\n', a hard boundary for the splitter;
// a '\n' stands nowhere else. Owns fence, list, table and held-word state.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace streamtts::text {

enum class Say : std::uint8_t { skip, brief, read };

struct CleanerOptions {
  Say code = Say::brief;  // fenced code and diffs
  Say tables = Say::brief;
  bool marks = false;     // weave in marks.hpp for the splitter
  bool stresses = false;  // likewise those around strong emphasis
};

class Cleaner {
 public:
  explicit Cleaner(CleanerOptions options = {});
  ~Cleaner();
  Cleaner(Cleaner&&) noexcept;
  Cleaner& operator=(Cleaner&&) noexcept;

  // Appends what is now known to `out`. `utf8` holds whole code points.
  void feed(std::string_view utf8, std::string& out);
  // The block is over (tool call, end of message or input): releases what is held, closes what is
  // open, and starts afresh.
  void finish(std::string& out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace streamtts::text
