#include "text/agent/agent_record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/agent/json_line.hpp"
#include "text/agent/json_string.hpp"
#include "text/agent/name_table.hpp"

namespace streamtts::text {
namespace {

// In the order of Key.
constexpr std::array<std::string_view, Record::kKeys> kNames = {
    "candidates",
    "choices",
    "content",
    "content_block",
    "content_index",
    "data",
    "delta",
    "deltaContent",
    "done",
    "error",
    "errorMessage",
    "errors",
    "event",
    "finish_reason",
    "finishReason",
    "functionCall",
    "id",
    "index",
    "isApiErrorMessage",
    "is_api_error_message",
    "is_error",
    "isMeta",
    "isReplay",
    "isSidechain",
    "item",
    "item_id",
    "item_type",
    "message",
    "messageId",
    "messageID",
    "model",
    "model_call_id",
    "msg",
    "name",
    "output",
    "output_index",
    "parentToolCallId",
    "parent_tool_use_id",
    "parentUuid",
    "part",
    "parts",
    "payload",
    "reason",
    "refusal",
    "response",
    "result",
    "role",
    "session_id",
    "sessionId",
    "severity",
    "status",
    "stop_reason",
    "stopReason",
    "subtype",
    "synthetic",
    "text",
    "thought",
    "timestamp_ms",
    "tool_calls",
    "type",
    "uuid",
};

constexpr NameTable<Record::kKeys> kKeyTable(kNames);

std::size_t key_of(std::string_view raw) {
  const std::size_t key = kKeyTable.find(raw);
  if (key < Record::kKeys || !has_escape(raw)) return key;
  std::string scratch;
  return kKeyTable.find(unescape(raw, scratch).bytes);
}

}  // namespace

Record::Record(const JsonValue& object) {
  if (!object.is_object()) return;
  line_ = &object.line();
  token_ = object.token();
  line_->for_each_field(object.token(), [this](std::string_view name, std::uint32_t value) {
    const std::size_t key = key_of(name);
    if (key >= kKeys) return;
    tokens_[key] = value;
    known_ |= std::uint64_t{1} << key;
  });
}

JsonValue Record::find(std::string_view name) const {
  JsonValue found;
  if (empty()) return found;
  line_->for_each_field(token_, [&](std::string_view raw, std::uint32_t value) {
    std::string scratch;
    if (raw != name && (!has_escape(raw) || unescape(raw, scratch).bytes != name)) return;
    found = JsonValue(*line_, value);
  });
  return found;
}

}  // namespace streamtts::text
