// The three text stages as one: an agent's bytes to numbered sentences with their protected spans.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/jsonl.hpp"
#include "text/markdown.hpp"
#include "text/sentence.hpp"
#include "text/span.hpp"

namespace streamtts::text {

struct NumberedSentence {
  std::uint32_t turn;  // from 1
  std::uint32_t seq;   // from 0 in every turn
  std::string text;
  SentenceEnd end;
  std::vector<Span> protected_spans;
};

struct SentenceStreamOptions {
  Say code = Say::brief;
  Say tables = Say::brief;
  bool eager = false;
};

class SentenceStream final : private EventSink {
 public:
  explicit SentenceStream(SentenceStreamOptions options = {});

  void feed(std::string_view bytes, std::vector<NumberedSentence>& out);
  // End of one input; a next one may follow, turns count on.
  void finish(std::vector<NumberedSentence>& out);

  // Messages for the eye since the last call.
  std::vector<std::string> take_notices();
  const ExtractorStats& stats() const { return extractor_.stats(); }

 private:
  void on_event(const Event& event) override;
  void speak(std::string_view prose);
  void release(SentenceEnd why);
  void number_new_sentences();

  Extractor extractor_;
  Cleaner cleaner_;
  Splitter splitter_;
  std::uint32_t turn_ = 1;
  std::uint32_t next_seq_ = 0;
  SentenceEnd flush_reason_ = SentenceEnd::flush;
  std::string speakable_;            // reused between feeds
  std::vector<Sentence> sentences_;  // likewise
  std::vector<NumberedSentence>* out_ = nullptr;
  std::vector<std::string> notices_;
};

}  // namespace streamtts::text
