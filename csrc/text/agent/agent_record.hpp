// A JSON object's fields that agents are known by, gathered in one pass: any order, the last duplicate wins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/agent/json_line.hpp"

namespace streamtts::text {

enum class Key : std::uint8_t {
  candidates,
  choices,
  content,
  content_block,
  content_index,
  data,
  delta,
  delta_content,
  done,
  error,
  error_message,
  errors,
  event,
  finish_reason,
  finish_reason_camel,
  function_call,
  id,
  index,
  is_api_error,
  is_api_error_message,
  is_error,
  is_meta,
  is_replay,
  is_sidechain,
  item,
  item_id,
  item_type,
  message,
  message_id,
  message_id_upper,
  model,
  model_call_id,
  msg,
  name,
  output,
  output_index,
  parent_tool_call_id,
  parent_tool_use_id,
  parent_uuid,
  part,
  parts,
  payload,
  reason,
  refusal,
  response,
  result,
  role,
  session_id,
  session_id_camel,
  severity,
  status,
  stop_reason,
  stop_reason_camel,
  subtype,
  synthetic,
  text,
  thought,
  timestamp_ms,
  tool_calls,
  type,
  uuid,
  count,
};

class Record {
 public:
  static constexpr std::size_t kKeys = static_cast<std::size_t>(Key::count);
  static_assert(kKeys <= 64, "known_ has a bit for each");

  Record() = default;
  // Anything but an object gives an empty record.
  explicit Record(const JsonValue& object);

  JsonValue operator[](Key key) const {
    const auto place = static_cast<std::size_t>(key);
    return (known_ >> place & 1U) == 0 ? JsonValue() : JsonValue(*line_, tokens_[place]);
  }
  // A field that few objects are asked for: looks at all of them again.
  JsonValue find(std::string_view name) const;
  bool empty() const { return line_ == nullptr; }

 private:
  const JsonLine* line_ = nullptr;
  std::uint32_t token_ = 0;
  std::uint64_t known_ = 0;
  std::uint32_t tokens_[kKeys];  // NOLINT(modernize-avoid-c-arrays): left unset where known_ has no bit
};

}  // namespace streamtts::text
