// OpenAI's two streams, chat completions and Responses, bare or behind SSE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/agent/agent_record.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

// chat.completion and chat.completion.chunk.
class ChatCompletion {
 public:
  explicit ChatCompletion(ProseWriter& out) : out_(out) {}

  void line(const Record& line);
  void done() { out_.end_turn(); }  // "data: [DONE]"

 private:
  void choice(const Record& choice, std::uint64_t block);
  void content(const JsonValue& content);
  void name_tools(const Record& message, std::uint64_t block);

  ProseWriter& out_;
  std::vector<std::uint64_t> calls_;  // named in this completion
};

// response.*: the text comes as deltas, and then again in up to four closing events.
class ResponseStream {
 public:
  explicit ResponseStream(ProseWriter& out) : out_(out) {}

  void created();
  void delta(const Record& line);
  void text_done(const Record& line);  // output_text.done, refusal.done
  void part_done(const Record& line);
  void item_added(const Record& line);
  void item_done(const Record& line);
  void completed(const Record& line);

 private:
  // One text of the current response.
  struct Spoken {
    std::uint64_t place;
    std::uint64_t item;
    TextIdentity text;
  };

  Spoken& spoken_at(std::uint64_t place, std::uint64_t item);
  void whole(std::uint64_t place, std::uint64_t item, const JsonValue& value);
  void item_content(const JsonValue& item, std::uint64_t output);
  void name_tool(const Record& item, std::uint64_t output);

  ProseWriter& out_;
  std::vector<Spoken> spoken_;
  std::uint64_t responses_ = 0;
  bool called_function_ = false;
};

}  // namespace streamtts::text
