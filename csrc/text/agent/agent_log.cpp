#include "text/agent/agent_log.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "text/agent/agent_record.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/json_string.hpp"
#include "text/agent/name_table.hpp"

namespace streamtts::text {
namespace {

using Type = AgentLog::Type;

constexpr std::size_t kTypes = static_cast<std::size_t>(Type::count);

// In the order of Type.
constexpr std::array<std::string_view, kTypes> kTypeNames = {
    "assistant",
    "stream_event",
    "system",
    "user",
    "result",
    "tool_call",
    "message_start",
    "content_block_start",
    "content_block_delta",
    "message_delta",
    "message_stop",
    "response.created",
    "response.output_text.delta",
    "response.refusal.delta",
    "response.output_text.done",
    "response.refusal.done",
    "response.content_part.done",
    "response.output_item.added",
    "response.output_item.done",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "item.started",
    "item.updated",
    "item.completed",
    "turn.completed",
    "turn.failed",
    "response_item",
    "event_msg",
    "message",
    "message_update",
    "message_end",
    "agent_end",
    "text",
    "step_finish",
    "tool_use",
    "tool_result",
    "complete",
    "error",
    "assistant.message_delta",
    "assistant.message",
    "user.message",
    "tool.execution_start",
    "session.error",
    "session.idle",
};

constexpr NameTable<kTypes> kTypeTable(kTypeNames);

Type type_of(const JsonValue& value) {
  const std::string_view raw = value.raw();
  const std::size_t type = kTypeTable.find(raw);
  if (type < kTypes || !has_escape(raw)) return static_cast<Type>(type);
  std::string scratch;
  return static_cast<Type>(kTypeTable.find(unescape(raw, scratch).bytes));
}

// A sub-agent's lines interleave with the main agent's, even within a message: they touch nothing.
bool is_subagent(const Record& line) {
  return line[Key::parent_tool_use_id].is_set() || line[Key::is_sidechain].is_true();
}

bool is_gemini_piece(const Record& line) {
  return line[Key::delta].is_true() && line[Key::content].is_string() && line[Key::type].equals("message") &&
         line[Key::role].equals("assistant");
}

// pi's message carries its content and may be the user's; Anthropic's begins empty and has an id.
bool is_pi_message(const Record& line) {
  const Record message(line[Key::message]);
  if (message[Key::role].is_set() && !message[Key::role].equals("assistant")) return true;
  bool has_content = false;
  message[Key::content].for_each([&has_content](const JsonValue&) { has_content = true; });
  return has_content && !message[Key::id].is_set();
}

}  // namespace

void AgentLog::object(const Record& line, bool alone) {
  if (is_subagent(line)) return;
  if (gemini_piece_) {
    gemini_piece_ = is_gemini_piece(line);
    if (!gemini_piece_) out_.flush();
  } else if (line[Key::delta]) {
    gemini_piece_ = is_gemini_piece(line);
  }
  const JsonValue type = line[Key::type];
  if (!type.is_set()) {
    untyped(line);
    return;
  }
  const Type known = type_of(type);
  if (known != Type::count && !claude(line, known, alone) && !openai(line, known)) others(line, known);
}

bool AgentLog::claude(const Record& line, Type type, bool alone) {
  switch (type) {
    case Type::stream_event:
      claude_.stream_event(line);
      return true;
    case Type::assistant:
      claude_.assistant(line, alone);
      return true;
    case Type::user:
      claude_.user(line);
      return true;
    case Type::system:
      claude_.system(line);
      return true;
    case Type::result:
      claude_.result(line);
      return true;
    case Type::tool_call:
    case Type::tool_use:
      claude_.tool_call(line);
      return true;
    case Type::message_start:
      other_.pi_message_start(line);
      if (!is_pi_message(line)) bare_.message_start(line);
      return true;
    case Type::content_block_start:
      bare_.block_start(line);
      return true;
    case Type::content_block_delta:
      bare_delta(line);
      return true;
    case Type::message_delta:
      bare_.message_delta(line);
      return true;
    case Type::message_stop:
      bare_.message_stop();
      return true;
    default:
      return false;
  }
}

void AgentLog::bare_delta(const Record& line) {
  const Record delta(line[Key::delta]);
  if (delta[Key::type].equals("text_delta")) bare_.text_delta(line, delta);
}

bool AgentLog::openai(const Record& line, Type type) {
  switch (type) {
    case Type::response_created:
      response_.created();
      return true;
    case Type::response_text_delta:
    case Type::response_refusal_delta:
      response_.delta(line);
      return true;
    case Type::response_text_done:
    case Type::response_refusal_done:
      response_.text_done(line);
      return true;
    case Type::response_part_done:
      response_.part_done(line);
      return true;
    case Type::response_item_added:
      response_.item_added(line);
      return true;
    case Type::response_item_done:
      response_.item_done(line);
      return true;
    case Type::response_completed:
    case Type::response_incomplete:
    case Type::response_failed:
      response_.completed(line);
      return true;
    case Type::item_started:
    case Type::item_updated:
      codex_.item_growing(line);
      return true;
    case Type::item_completed:
      codex_.item_completed(line);
      return true;
    case Type::turn_completed:
      codex_.turn_completed();
      return true;
    case Type::turn_failed:
      codex_.turn_failed(line);
      return true;
    case Type::response_item:
      codex_.rollout_item(line);
      return true;
    case Type::event_msg:
      codex_.rollout_event(line);
      return true;
    default:
      return false;
  }
}

void AgentLog::others(const Record& line, Type type) {
  switch (type) {
    case Type::message:
      return other_.message(line);
    case Type::message_update:
      return other_.pi_message(line, false);
    case Type::message_end:
      return other_.pi_message(line, true);
    case Type::text:
      return other_.opencode_text(line);
    case Type::step_finish:
      return other_.opencode_step_finish(line);
    case Type::copilot_delta:
      return other_.copilot_delta(line);
    case Type::copilot_message:
      return other_.copilot_message(line);
    case Type::error:
    case Type::copilot_error:
      return other_.error(line);
    case Type::copilot_tool:
      return other_.copilot_tool(line);
    case Type::tool_result:
      out_.worked();
      return out_.flush();
    case Type::complete:
    case Type::agent_end:
    case Type::copilot_idle:
    case Type::copilot_user:
      return out_.end_turn();
    default:
      return;
  }
}

void AgentLog::untyped(const Record& line) {
  if (line[Key::choices].is_array()) {
    chat_.line(line);
  } else if (line[Key::candidates].is_array()) {
    other_.gemini_api(line);
  } else if (line[Key::msg].is_object()) {
    codex_.old_message(line);
  } else if (line[Key::done].is_bool() && line[Key::message].is_object()) {
    other_.ollama_chat(line);
  } else if (line[Key::done].is_bool() && line[Key::response].is_string()) {
    other_.ollama_generate(line);
  } else if (line[Key::error].is_string() || line[Key::error].is_object()) {
    other_.error(line);
  } else if (line[Key::content]) {
    other_.untyped_content(line);
  }
}

void AgentLog::slim() {
  out_.slim();
  other_.slim();
}

void AgentLog::finish() {
  codex_.finish();
  out_.flush();
}

}  // namespace streamtts::text
