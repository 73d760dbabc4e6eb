// The text stages as one: an agent's bytes to numbered sentences with their protected spans.
// Bytes are pushed, sentences pulled: what a giant line says need not all be held as sentences at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/event.hpp"
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
  std::vector<Stretch> stressed;  // words to be stressed, if asked for
};

struct SentenceStreamOptions {
  Say code = Say::brief;
  Say tables = Say::brief;
  bool eager = false;
  bool tools = false;      // a tool that is called is named, once while nothing else is said
  bool turn_ends = false;  // a turn that said something ends with a row without a text
  bool stresses = false;   // which words are to be stressed is told, too
};

class SentenceStream final : private EventSink {
 public:
  explicit SentenceStream(SentenceStreamOptions options = {});

  void push(std::string_view bytes);
  // End of one input; a next one may follow, turns count on.
  void push_end();
  // Appends the next sentences that are known, if any; false once there are none.
  bool pull(std::vector<NumberedSentence>& out);
  // The first words of the sentence that is still arriving, once all that is known was pulled.
  std::string_view arriving() const { return splitter_.arriving(); }

  bool tells_stresses() const { return stresses_; }

  // Messages for the eye since the last call.
  std::vector<std::string> take_notices();
  const ExtractorStats& stats() const { return extractor_.stats(); }

 private:
  // What the extractor said and the later stages have not seen yet.
  struct Waiting {
    EventKind kind;
    std::uint32_t turn;
    SentenceEnd why;         // of a release
    std::size_t prose_size;  // of a text or a name: so much of prose_ is its
  };

  void on_event(const Event& event) override;
  void work();
  void speak(Waiting& text);
  void release(SentenceEnd why);
  void name_tool(Waiting& tool);
  void end_turn();
  void number_new_sentences();
  void rest();

  Extractor extractor_;
  Cleaner cleaner_;
  Splitter splitter_;
  std::uint32_t turn_ = 1;
  std::uint32_t next_seq_ = 0;
  bool ending_ = false;
  const bool turn_ends_;
  const bool stresses_;
  bool has_spoken_ = false;  // in this turn
  std::string last_tool_;    // while nothing was said since

  std::vector<Waiting> waiting_;
  std::size_t next_waiting_ = 0;
  std::string prose_;  // the waiting texts and names, one after the other
  std::size_t prose_at_ = 0;

  std::string speakable_;            // reused between pulls
  std::vector<Sentence> sentences_;  // likewise
  std::vector<NumberedSentence>* out_ = nullptr;
  std::vector<std::string> notices_;
};

}  // namespace streamtts::text
