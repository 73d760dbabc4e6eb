#include "text/agent/codex_lines.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

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
  if (!is_agent_message(item)) return;
  const std::string_view text = out_.whole(item[Key::text]);
  drop_growing(hash_of(item[Key::id].raw()));
  std::erase_if(growing_, [text](const Growing& known) { return text.starts_with(known.text); });
  message(text);
}

void CodexLines::item_growing(const Record& line) {
  const Record item(line[Key::item]);
  out_.flush();
  out_.worked();
  if (!is_agent_message(item) || !item[Key::text].is_string()) return;
  const std::uint64_t id = hash_of(item[Key::id].raw());
  drop_growing(id);
  if (growing_.size() == kMaxGrowing) growing_.erase(growing_.begin());
  const std::string_view text = out_.whole(item[Key::text]);
  if (text.size() <= kMaxText) growing_.push_back({.id = id, .text = std::string(text)});
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
  } else if (type.equals("exec_command_begin") || type.equals("mcp_tool_call_begin")) {
    out_.flush();
  }
}

void CodexLines::rollout_item(const Record& line) {
  const Record payload(line[Key::payload]);
  out_.flush();
  if (!payload[Key::type].equals("message")) {
    out_.worked();
    return;
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

void CodexLines::rollout_event(const Record& line) {
  const JsonValue type = Record(line[Key::payload])[Key::type];
  const bool over =
      type.equals("task_complete") || type.equals("turn_aborted") || type.equals("user_message");
  if (over) out_.end_turn();
}

void CodexLines::finish() {
  for (const Growing& item : growing_) message(item.text);
  growing_.clear();
}

}  // namespace streamtts::text
