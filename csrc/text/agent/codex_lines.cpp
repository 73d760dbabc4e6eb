#include "text/agent/codex_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/agent/agent_record.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kMaxGrowing = 16;
constexpr std::size_t kMaxText = std::size_t{1} << 20U;
constexpr std::uint64_t kOldMessage = 0xC0DE;

bool is_agent_message(const Record& item) {
  const JsonValue type = item[Key::type] ? item[Key::type] : item[Key::item_type];
  return type.equals("agent_message") || type.equals("assistant_message");
}

bool is_call(const JsonValue& type) {
  return type.equals("command_execution") || type.equals("file_change") || type.equals("web_search") ||
         type.equals("todo_list");
}

}  // namespace

void CodexLines::message(std::string_view utf8) {
  out_.flush();
  out_.say(utf8);
  out_.flush();
}

void CodexLines::drop_growing(std::uint64_t id) {
  std::erase_if(growing_, [id](const Growing& item) { return item.id == id; });
}

void CodexLines::item_completed(const Record& line) {
  const Record item(line[Key::item]);
  out_.flush();
  out_.worked();
  if (!is_agent_message(item)) return item_calls(item, true);
  const std::string_view text = out_.whole(item[Key::text]);
  drop_growing(hash_of(item[Key::id].raw()));
  std::erase_if(growing_, [text](const Growing& known) { return text.starts_with(known.text); });
  message(text);
}

void CodexLines::item_growing(const Record& line) {
  const Record item(line[Key::item]);
  out_.flush();
  out_.worked();
  if (!is_agent_message(item)) return item_calls(item, false);
  if (!item[Key::text].is_string()) return;
  const std::uint64_t id = hash_of(item[Key::id].raw());
  drop_growing(id);
  if (growing_.size() == kMaxGrowing) growing_.erase(growing_.begin());
  const std::string_view text = out_.whole(item[Key::text]);
  if (text.size() <= kMaxText) growing_.push_back({.id = id, .text = std::string(text)});
}

// A call is named when it begins, or when it is over if only that is told. Its id counts from 0 in every run.
void CodexLines::item_calls(const Record& item, bool over) {
  if (!out_.names_tools()) return;
  const std::uint64_t id = identity_of(item[Key::id]);
  const auto known = std::ranges::find(calls_, id);
  const bool named = id != 0 && known != calls_.end();
  if (named && over) calls_.erase(known);
  if (named) return;
  const JsonValue type = item[Key::type] ? item[Key::type] : item[Key::item_type];
  if (type.equals("mcp_tool_call")) {
    out_.call(0, item.find("server"), item.find("tool"));
  } else if (type.equals("collab_tool_call")) {
    out_.call(0, item.find("tool"));
  } else if (is_call(type)) {
    out_.call(0, type);
  } else {
    return;
  }
  if (calls_.size() == kMaxGrowing) calls_.erase(calls_.begin());
  if (!over && id != 0) calls_.push_back(id);
}

void CodexLines::turn_completed() {
  finish();
  out_.end_turn();
}

void CodexLines::turn_failed(const Record& line) {
  finish();
  out_.notice(out_.whole(Record(line[Key::error])[Key::message]));
  out_.end_turn();
}

void CodexLines::old_message(const Record& line) {
  const Record msg(line[Key::msg]);
  const JsonValue type = msg[Key::type];
  out_.worked();
  if (type.equals("agent_message_delta")) {
    const std::string_view utf8 = out_.piece(msg[Key::delta]);
    if (utf8.empty()) return;
    heard_.append(kOldMessage, utf8);
    out_.join(kOldMessage);
    out_.say(utf8);
  } else if (type.equals("agent_message")) {
    const HeardText::Rest rest = heard_.confirm(kOldMessage, out_.whole(msg[Key::message]), true);
    heard_.end_block();
    if (!rest.known) out_.flush();
    out_.say(rest.text);
    out_.flush();
  } else if (type.equals("error")) {
    out_.notice(out_.whole(msg[Key::message]));
  } else if (type.equals("task_complete") || type.equals("turn_aborted")) {
    heard_.clear();
    out_.end_turn();
  } else if (type.equals("exec_command_begin")) {
    out_.flush();
    out_.call(0, "exec command");
  } else if (type.equals("mcp_tool_call_begin")) {
    out_.flush();
    const Record invocation(msg.find("invocation"));
    out_.call(0, invocation.find("server"), invocation.find("tool"));
  } else if (type.equals("patch_apply_begin")) {
    out_.call(0, "apply patch");
  } else if (type.equals("web_search_begin")) {
    out_.call(0, "web search");
  }
}

void CodexLines::rollout_item(const Record& line) {
  const Record payload(line[Key::payload]);
  out_.flush();
  if (!payload[Key::type].equals("message")) {
    out_.worked();
    return rollout_call(payload);
  }
  if (!payload[Key::role].equals("assistant")) return;
  const std::uint64_t block = hash_of(payload[Key::id].raw(), 1);
  payload[Key::content].for_each([&](const JsonValue& element) {
    const Record part(element);
    if (!part[Key::type].equals("output_text")) return;
    out_.open(block);
    out_.say(out_.whole(part[Key::text]));
  });
  out_.flush();
}

void CodexLines::rollout_call(const Record& payload) {
  if (!out_.names_tools()) return;
  const JsonValue type = payload[Key::type];
  const std::uint64_t id = identity_of(payload.find("call_id"));
  if (type.equals("function_call") || type.equals("custom_tool_call")) {
    out_.call(id, payload[Key::name]);
  } else if (type.equals("local_shell_call")) {
    out_.call(id, "shell");
  } else if (type.equals("web_search_call")) {
    out_.call(id, "web search");
  }
}

void CodexLines::rollout_event(const Record& line) {
  const JsonValue type = Record(line[Key::payload])[Key::type];
  const bool over =
      type.equals("task_complete") || type.equals("turn_aborted") || type.equals("user_message");
  if (over) out_.end_turn();
}

void CodexLines::finish() {
  for (const Growing& item : growing_) message(item.text);
  growing_.clear();
  calls_.clear();
}

}  // namespace streamtts::text
