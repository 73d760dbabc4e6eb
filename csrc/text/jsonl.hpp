// An agent's JSON lines, in any chunking, to events. Decides per line by shape, walks exact paths only,
// says nothing twice. Owns the partial line and the per-format state; does no I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "text/event.hpp"

namespace streamtts::text {

struct ExtractorStats {
  std::uint64_t lines = 0;            // non-blank lines seen
  std::uint64_t events = 0;           // lines that were JSON objects (or arrays of them)
  std::uint64_t skipped = 0;          // lines that were not: noise, truncated, too deep
  bool whole_message_claude = false;  // Claude stream-json spoke, but no token deltas came
};

class Extractor {
 public:
  // `names_tools`: each call of a tool is an event, once.
  explicit Extractor(bool names_tools = false);
  ~Extractor();
  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;

  void feed(std::string_view bytes, EventSink& sink);
  // End of one input: a last line without a newline counts. The next input starts afresh, in the next turn.
  void finish(EventSink& sink);
  const ExtractorStats& stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace streamtts::text
