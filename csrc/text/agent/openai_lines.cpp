#include "text/agent/openai_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/agent/agent_record.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/json_number.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kMaxSpoken = 256;

std::uint64_t place_of(std::uint64_t output, std::uint64_t content) {
  return mix(mix(1, output), content);
}

std::uint64_t place_of(const Record& line) {
  return place_of(whole_number(line[Key::output_index]), whole_number(line[Key::content_index]));
}

bool calls_tool(const JsonValue& type) {
  return type.is_string() && !type.equals("message") && !type.equals("reasoning");
}

}  // namespace

void ChatCompletion::line(const Record& line) {
  const std::uint64_t block = hash_of(line[Key::id].raw());
  line[Key::choices].for_each([&](const JsonValue& element) {
    const Record choice(element);
    const JsonValue index = choice[Key::index];
    if (!choice.empty() && (!index.is_set() || index.scalar() == "0")) this->choice(choice, block);
  });
}

void ChatCompletion::choice(const Record& choice, std::uint64_t block) {
  const Record delta(choice[Key::delta]);
  const Record message(choice[Key::message]);
  out_.join(block);
  if (delta[Key::content].is_set()) {
    content(delta[Key::content]);
  } else if (message[Key::content].is_set()) {
    out_.flush();
    content(message[Key::content]);
    out_.flush();
  }
  if (delta[Key::tool_calls].is_array() || message[Key::tool_calls].is_array()) {
    out_.worked();
    out_.flush();
  }
  name_tools(delta, block);
  name_tools(message, block);
  const JsonValue reason = choice[Key::finish_reason];
  if (!reason.is_set()) return;
  calls_.clear();
  out_.flush();
  if (!reason.equals("tool_calls") && !reason.equals("function_call")) out_.end_turn();
}

// The name comes with a call's first piece; some servers repeat it with every one.
void ChatCompletion::name_tools(const Record& message, std::uint64_t block) {
  if (!out_.names_tools() || message.empty()) return;
  message[Key::tool_calls].for_each([this, block](const JsonValue& element) {
    const Record call(element);
    const JsonValue name = Record(call.find("function"))[Key::name];
    if (name.raw().empty()) return;
    const JsonValue index = call[Key::index];
    const std::uint64_t id = index.is_set() ? mix(block, whole_number(index)) : identity_of(call[Key::id]);
    if (id != 0 && std::ranges::find(calls_, id) != calls_.end()) return;
    if (calls_.size() < kMaxSpoken) calls_.push_back(id);
    out_.call(0, name);
  });
  const JsonValue name = Record(message.find("function_call"))[Key::name];
  if (!name.raw().empty()) out_.call(0, name);
}

void ChatCompletion::content(const JsonValue& content) {
  if (content.is_string()) out_.say(out_.piece(content));
  content.for_each([this](const JsonValue& element) {
    const Record part(element);
    if (part[Key::type].equals("text")) out_.say(out_.piece(part[Key::text]));
  });
}

void ResponseStream::created() {
  spoken_.clear();
  called_function_ = false;
  ++responses_;
}

ResponseStream::Spoken& ResponseStream::spoken_at(std::uint64_t place, std::uint64_t item) {
  const auto same_place = [place](const Spoken& spoken) { return spoken.place == place; };
  const auto found = std::ranges::find_if(spoken_, same_place);
  if (found != spoken_.end()) return *found;
  if (spoken_.size() == kMaxSpoken) spoken_.erase(spoken_.begin());
  spoken_.push_back({.place = place, .item = item, .text = {}});
  return spoken_.back();
}

void ResponseStream::delta(const Record& line) {
  const std::uint64_t place = place_of(line);
  const std::string_view utf8 = out_.piece(line[Key::delta]);
  if (utf8.empty()) return;
  Spoken& spoken = spoken_at(place, hash_of(line[Key::item_id].raw()));
  if (spoken.text.bytes == 0) out_.open(place);
  spoken.text.append(utf8);
  out_.join(place);
  out_.say(utf8);
}

void ResponseStream::whole(std::uint64_t place, std::uint64_t item, const JsonValue& value) {
  const std::string_view utf8 = out_.whole(value);
  if (utf8.empty()) return;
  Spoken& spoken = spoken_at(place, item);
  const TextIdentity text = TextIdentity::of(utf8);
  // Some servers give every event a new item id, so the place and the words count as well.
  const bool heard = spoken.text.bytes != 0 && (spoken.item == item || spoken.text == text);
  if (heard) return;
  spoken = {.place = place, .item = item, .text = text};
  out_.open(place);
  out_.say(utf8);
}

void ResponseStream::text_done(const Record& line) {
  const JsonValue text = line[Key::text].is_string() ? line[Key::text] : line[Key::refusal];
  whole(place_of(line), hash_of(line[Key::item_id].raw()), text);
}

void ResponseStream::part_done(const Record& line) {
  const Record part(line[Key::part]);
  const bool refused = part[Key::type].equals("refusal");
  if (!refused && !part[Key::type].equals("output_text")) return;
  whole(place_of(line), hash_of(line[Key::item_id].raw()), part[refused ? Key::refusal : Key::text]);
}

void ResponseStream::item_added(const Record& line) {
  const Record item(line[Key::item]);
  out_.worked();
  if (!item[Key::type].equals("message")) out_.flush();
  called_function_ = called_function_ || calls_tool(item[Key::type]);
  name_tool(item, whole_number(line[Key::output_index]));
}

// The call is told up to three times.
void ResponseStream::name_tool(const Record& item, std::uint64_t output) {
  if (!out_.names_tools() || !calls_tool(item[Key::type])) return;
  constexpr std::string_view kSuffix = "_call";
  const std::uint64_t call = identity_of(item.find("call_id"));
  const std::uint64_t identity = mix(call != 0 ? call : place_of(output, 0), responses_);
  if (item[Key::name].is_string()) return out_.call(identity, item.find("server_label"), item[Key::name]);
  std::string_view type = out_.whole(item[Key::type]);
  if (!type.ends_with(kSuffix)) return;
  type.remove_suffix(kSuffix.size());
  out_.call(identity, type);
}

void ResponseStream::item_done(const Record& line) {
  item_content(line[Key::item], whole_number(line[Key::output_index]));
  out_.flush();
}

void ResponseStream::item_content(const JsonValue& value, std::uint64_t output) {
  const Record item(value);
  called_function_ = called_function_ || calls_tool(item[Key::type]);
  name_tool(item, output);
  if (!item[Key::type].equals("message") || !item[Key::role].equals("assistant")) return;
  std::uint64_t content = 0;
  item[Key::content].for_each([&](const JsonValue& element) {
    const Record part(element);
    const std::uint64_t place = place_of(output, content++);
    if (part[Key::type].equals("output_text")) whole(place, hash_of(item[Key::id].raw()), part[Key::text]);
    if (part[Key::type].equals("refusal")) whole(place, hash_of(item[Key::id].raw()), part[Key::refusal]);
  });
}

void ResponseStream::completed(const Record& line) {
  const Record response(line[Key::response]);
  std::uint64_t output = 0;
  response[Key::output].for_each([&](const JsonValue& item) { item_content(item, output++); });
  out_.flush();
  const JsonValue reason = Record(response[Key::error])[Key::message];
  if (reason.is_string()) out_.notice(out_.whole(reason));
  if (!called_function_) out_.end_turn();
  created();
}

}  // namespace streamtts::text
