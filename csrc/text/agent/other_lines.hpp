// The producers whose lines need little or no state: Gemini, opencode, goose, pi, Copilot, Ollama, and plain
// messages as the API returns them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "text/agent/agent_record.hpp"
#include "text/agent/heard_text.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

class OtherLines {
 public:
  explicit OtherLines(ProseWriter& out) : out_(out) {}

  // `type` is "message": Gemini CLI's, goose's or Anthropic's, by shape.
  void message(const Record& line);
  // A content without a type: {"content":[{"type":"text","text":".."}]}.
  void untyped_content(const Record& line);
  void gemini_api(const Record& line);
  void opencode_text(const Record& line);
  void opencode_step_finish(const Record& line);
  void pi_message_start(const Record& line);
  void pi_message(const Record& line, bool ended);
  void copilot_delta(const Record& line);
  void copilot_message(const Record& line);
  void copilot_tool(const Record& line);
  void ollama_chat(const Record& line);
  void ollama_generate(const Record& line);
  void error(const Record& line);
  void slim() { joined_ = {}; }

 private:
  void gemini_cli(const Record& line);
  void goose(const Record& message);
  // The text blocks of a whole content, a string or an array.
  void content(const JsonValue& content, std::uint64_t block);
  void ollama_piece(const JsonValue& text);

  ProseWriter& out_;
  SeenSet parts_;    // opencode's
  TextIdentity pi_;  // what the current message has said so far
  bool pi_open_ = false;
  HeardText copilot_;
  std::uint64_t copilot_message_ = 0;
  std::string joined_;
};

}  // namespace streamtts::text
