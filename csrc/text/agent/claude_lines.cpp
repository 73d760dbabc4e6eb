#include "text/agent/claude_lines.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/agent/agent_record.hpp"
#include "text/agent/heard_text.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/tool_block.hpp"

namespace streamtts::text {
namespace {

constexpr std::uint64_t kCursorSegment = 0;

enum Salt : std::uint8_t { stream_salt = 1, assistant_salt, result_salt };

bool is_failure(const Record& line) {
  return line[Key::is_error].is_true() || line[Key::subtype].begins("error") ||
         line[Key::status].equals("error");
}

// Claude Code's own stream, which could have carried deltas; transcripts and other tools' lines could not.
bool is_claude_stream(const Record& line, const Record& message) {
  if (!line[Key::session_id] || line[Key::session_id_camel] || line[Key::parent_uuid]) return false;
  return message[Key::id].begins("msg_") || message[Key::model].begins("claude");
}

// A prompt that a person typed, in a transcript or replayed. A stream echoes tool results and the like only.
bool is_prompt(const Record& line, const Record& message) {
  if (line[Key::is_replay].is_true()) return true;
  const bool in_transcript = line[Key::session_id_camel] || line[Key::parent_uuid];
  if (!in_transcript || line[Key::is_meta].is_true()) return false;
  if (message[Key::content].is_string()) return true;
  bool typed = false;
  bool answered = false;
  message[Key::content].for_each([&](const JsonValue& element) {
    const Record block(element);
    typed = typed || block[Key::type].equals("text");
    answered = answered || block[Key::type].equals("tool_result");
  });
  return typed && !answered;
}

bool ends_with_stop(std::string_view utf8) {
  constexpr std::string_view kAfterStop = " \t\n\r\"')*_";
  const std::size_t last = utf8.find_last_not_of(kAfterStop);
  if (last == std::string_view::npos) return false;
  utf8 = utf8.substr(0, last + 1);
  return utf8.back() == '.' || utf8.back() == '!' || utf8.back() == '?' || utf8.ends_with("。") ||
         utf8.ends_with("！") || utf8.ends_with("？");
}

// "error_max_turns" as a person would put it.
std::string subtype_words(std::string_view words) {
  constexpr std::string_view kPrefix = "error_";
  if (words.starts_with(kPrefix)) words.remove_prefix(kPrefix.size());
  std::string sentence = "Error: ";
  for (const char c : words) sentence.push_back(c == '_' ? ' ' : c);
  return sentence;
}

}  // namespace

bool ClaudeLines::is_repeat(const Record& line, std::uint64_t salt) {
  const std::string_view uuid = line[Key::uuid].raw();
  return !uuid.empty() && !seen_.insert(hash_of(uuid, salt));
}

void ClaudeLines::stream_event(const Record& line) {
  const Record event(line[Key::event]);
  if (event.empty()) return;
  streamed_ = true;
  const JsonValue type = event[Key::type];
  if (type.equals("content_block_delta")) {
    const Record delta(event[Key::delta]);
    if (!delta[Key::type].equals("text_delta")) return;
    // Some writers may give one uuid to a whole message: only the same words are a repeat.
    if (!is_repeat(line, hash_of(delta[Key::text].raw(), stream_salt))) stream_.text_delta(event, delta);
  } else if (type.equals("content_block_start")) {
    stream_.block_start(event);
  } else if (type.equals("message_start")) {
    stream_.message_start(event);
  } else if (type.equals("message_delta")) {
    stream_.message_delta(event);
  } else if (type.equals("message_stop")) {
    stream_.message_stop();
  }
}

bool ClaudeLines::synthetic(const Record& line, const Record& message) {
  const bool is_error = line[Key::is_api_error].is_true() || line[Key::is_api_error_message].is_true() ||
                        line[Key::error].is_string() || line[Key::error].is_object();
  if (!is_error && !message[Key::model].equals("<synthetic>")) return false;
  out_.worked();
  synthetic_turn_ = true;
  const JsonValue content = message[Key::content];
  JsonValue text = content;
  content.for_each([&text](const JsonValue& block) { text = Record(block)[Key::text]; });
  if (is_error || text.begins("API Error")) out_.notice(out_.whole(text));
  return true;
}

void ClaudeLines::assistant(const Record& line, bool alone) {
  const Record message(line[Key::message]);
  if (message.empty() || line[Key::is_meta].is_true()) return;
  if (message[Key::role].is_set() && !message[Key::role].equals("assistant")) return;
  if (is_repeat(line, assistant_salt) || synthetic(line, message)) return;
  out_.worked();
  const JsonValue content = message[Key::content];
  if (!message[Key::id] && line[Key::timestamp_ms].is_set() && !line[Key::model_call_id].is_set()) {
    cursor_delta(content);
    return;
  }
  const JsonValue id = message[Key::id];
  const std::uint64_t key = id.is_string() ? hash_of(id.raw()) : ++nameless_messages_;
  const bool spoke_before = out_.spoke();
  ends_sentence_ = false;
  if (content.is_string()) full_text(out_.whole(content), key);
  content.for_each([this, key](const JsonValue& element) { block(Record(element), key); });
  // Text blocks may go on in the next line, but not in the middle of a sentence that is complete: it need not
  // wait for whatever the agent does next.
  if (ends_sentence_ && !stream_.is_open()) out_.flush();
  if (alone && !spoke_before && out_.spoke() && is_claude_stream(line, message)) spoke_whole_ = true;
}

void ClaudeLines::block(const Record& block, std::uint64_t message) {
  if (block.empty()) return;
  if (block[Key::type].equals("text")) {
    full_text(out_.whole(block[Key::text]), message);
  } else {
    if (!stream_.is_open()) out_.flush();
    name_tool(block, out_);
  }
}

void ClaudeLines::full_text(std::string_view utf8, std::uint64_t message) {
  HeardText::Rest rest = stream_.confirm(message, utf8);
  if (!rest.known) {
    rest = cursor_.confirm(kCursorSegment, utf8, true);
    cursor_.end_block();
  }
  if (rest.text.empty()) return;
  if (stream_.replays()) {
    stream_.say_again(rest.text);
    return;
  }
  if (rest.known) {
    out_.join(message);
  } else {
    out_.open(message);
  }
  out_.say(rest.text);
  ends_sentence_ = ends_with_stop(rest.text);
}

void ClaudeLines::cursor_delta(const JsonValue& content) {
  const auto hear = [this](const JsonValue& value) {
    const std::string_view utf8 = out_.piece(value);
    if (utf8.empty()) return;
    cursor_.append(kCursorSegment, utf8);
    out_.join(kCursorSegment);
    out_.say(utf8);
  };
  if (content.is_string()) hear(content);
  content.for_each([&hear](const JsonValue& element) {
    const Record block(element);
    if (block[Key::type].equals("text")) hear(block[Key::text]);
  });
}

void ClaudeLines::user(const Record& line) {
  out_.flush();
  if (is_prompt(line, Record(line[Key::message]))) out_.end_turn();
}

void ClaudeLines::system(const Record& line) {
  const JsonValue subtype = line[Key::subtype];
  if (subtype.equals("api_retry")) stream_.retry();
  if (!subtype.equals("init")) return;
  const std::uint64_t session = hash_of(line[Key::session_id].raw());
  if (session_ != 0 && session != session_) {
    out_.flush();
    stream_.clear();
    cursor_.clear();
  }
  session_ = session;
}

void ClaudeLines::tool_call(const Record& line) {
  cursor_.end_block();
  out_.worked();
  out_.flush();
  if (!out_.names_tools()) return;
  const Record part(line[Key::part]);
  if (!part.empty()) {
    out_.call(identity_of(part.find("callID")), part.find("tool"));
  } else if (const JsonValue tool = line.find("tool_name"); tool.is_set()) {
    out_.call(identity_of(line.find("tool_id")), tool);
  } else {
    cursor_call(identity_of(line.find("call_id")), line.find("tool_call"));
  }
}

// {"shellToolCall": {..}}, {"mcpToolCall": {"args": {"name": ..}}} or {"function": {"name": ..}}
void ClaudeLines::cursor_call(std::uint64_t identity, const JsonValue& call) {
  if (!call.is_object()) return;
  constexpr std::string_view kSuffix = "ToolCall";
  std::string_view kind;
  JsonValue inside;
  call.line().for_each_field(call.token(), [&](std::string_view name, std::uint32_t value) {
    if (name != "function" && !name.ends_with(kSuffix)) return;
    kind = name;
    inside = JsonValue(call.line(), value);
  });
  const Record body(inside);
  const JsonValue name = kind == "function" ? body[Key::name] : Record(body.find("args"))[Key::name];
  if (kind == "function" || (kind == "mcpToolCall" && name.is_string())) return out_.call(identity, name);
  if (kind.ends_with(kSuffix)) kind.remove_suffix(kSuffix.size());
  out_.call(identity, kind);
}

void ClaudeLines::result(const Record& line) {
  out_.flush();
  if (is_repeat(line, result_salt)) return;
  const JsonValue answer = line[Key::result];
  if (!is_failure(line)) {
    if (!out_.spoke() && !synthetic_turn_) out_.say(out_.whole(answer));
  } else {
    JsonValue reason = answer;
    line[Key::errors].for_each([&reason](const JsonValue& error) {
      if (error.is_string()) reason = error;
    });
    if (!reason.is_string()) reason = Record(line[Key::error])[Key::message];
    std::string words(out_.whole(reason));
    if (words.empty()) words = subtype_words(out_.whole(line[Key::subtype]));
    out_.notice(words);
  }
  synthetic_turn_ = false;
  stream_.clear();
  cursor_.clear();
  out_.end_turn();
}

}  // namespace streamtts::text
