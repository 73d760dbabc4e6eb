// Claude Code's stream-json and transcript lines, and those that follow them: qwen-code, Cursor, Amp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "text/agent/agent_record.hpp"
#include "text/agent/heard_text.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/message_stream.hpp"
#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

class ClaudeLines {
 public:
  explicit ClaudeLines(ProseWriter& out) : out_(out), stream_(MessageStream::Kind::confirmed, out) {}

  void stream_event(const Record& line);
  // `alone`: a line of its own, not one of an array that came at once.
  void assistant(const Record& line, bool alone);
  void user(const Record& line);
  void system(const Record& line);
  // Also Gemini CLI's and Cursor's, which look alike; a tool call is opencode's, too.
  void result(const Record& line);
  void tool_call(const Record& line);

  // Claude spoke in whole messages only: its token deltas were not asked for.
  bool whole_message_claude() const { return spoke_whole_ && !streamed_; }

 private:
  bool is_repeat(const Record& line, std::uint64_t salt);
  bool synthetic(const Record& line, const Record& message);
  void block(const Record& block, std::uint64_t message);
  void full_text(std::string_view utf8, std::uint64_t message);
  void cursor_delta(const JsonValue& content);
  void cursor_call(std::uint64_t identity, const JsonValue& call);

  ProseWriter& out_;
  MessageStream stream_;
  HeardText cursor_;  // Cursor's deltas of one segment; its lines carry no ids
  SeenSet seen_;
  std::uint64_t session_ = 0;
  std::uint64_t nameless_messages_ = 0;
  bool synthetic_turn_ = false;
  bool streamed_ = false;
  bool spoke_whole_ = false;
  bool ends_sentence_ = false;  // the last text block of this line does
};

}  // namespace streamtts::text
