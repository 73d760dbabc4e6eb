// One JSON object of an agent's log to prose. Decides by the object's own shape, never by the log's: users
// concatenate logs, and several tools share a `type`.
#pragma once

#include <cstdint>

#include "text/agent/agent_record.hpp"
#include "text/agent/claude_lines.hpp"
#include "text/agent/codex_lines.hpp"
#include "text/agent/message_stream.hpp"
#include "text/agent/openai_lines.hpp"
#include "text/agent/other_lines.hpp"
#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

class AgentLog {
 public:
  // The lines that matter, by their `type`.
  enum class Type : std::uint8_t {
    assistant,
    stream_event,
    system,
    user,
    result,
    tool_call,
    message_start,
    content_block_start,
    content_block_delta,
    message_delta,
    message_stop,
    response_created,
    response_text_delta,
    response_refusal_delta,
    response_text_done,
    response_refusal_done,
    response_part_done,
    response_item_added,
    response_item_done,
    response_completed,
    response_incomplete,
    response_failed,
    item_started,
    item_updated,
    item_completed,
    turn_completed,
    turn_failed,
    response_item,
    event_msg,
    message,
    message_update,
    message_end,
    agent_end,
    text,
    step_finish,
    tool_use,
    tool_result,
    complete,
    error,
    copilot_delta,
    copilot_message,
    copilot_user,
    copilot_tool,
    copilot_error,
    copilot_idle,
    count,
  };

  AgentLog(std::uint32_t first_turn, bool names_tools) : out_(first_turn, names_tools) {}
  AgentLog(const AgentLog&) = delete;
  AgentLog& operator=(const AgentLog&) = delete;

  void attach(EventSink& sink) { out_.attach(sink); }
  // `alone`: a line of its own, not one of an array that came at once.
  void object(const Record& line, bool alone);
  void sse_done() { chat_.done(); }
  void finish();
  std::uint32_t next_turn() const { return out_.next_turn(); }
  // A giant line leaves no giant buffers behind.
  void slim();
  bool whole_message_claude() const { return claude_.whole_message_claude(); }

 private:
  bool claude(const Record& line, Type type, bool alone);
  void bare_delta(const Record& line);
  bool openai(const Record& line, Type type);
  void others(const Record& line, Type type);
  void untyped(const Record& line);

  ProseWriter out_;
  ClaudeLines claude_{out_};
  MessageStream bare_{MessageStream::Kind::bare, out_};
  ChatCompletion chat_{out_};
  ResponseStream response_{out_};
  CodexLines codex_{out_};
  OtherLines other_{out_};
  bool gemini_piece_ = false;  // the last line was one: its text goes on until any other line
};

}  // namespace streamtts::text
