#include "text/agent/message_stream.hpp"

#include <cstddef>
#include <cstdint>

#include "text/agent/agent_record.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/json_number.hpp"
#include "text/agent/tool_block.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kMaxAttempt = std::size_t{1} << 20U;
constexpr std::size_t kMaxIndex = 4096;

bool ends_turn(const JsonValue& stop_reason) {
  return stop_reason.is_set() && !stop_reason.equals("tool_use") && !stop_reason.equals("pause_turn");
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

bool MessageStream::broke_off() const {
  if (is_blank(attempt_)) return false;
  if (kind_ == Kind::bare) return open_ && !finished_;
  return heard_.waiting() && (retried_ || !finished_);
}

void MessageStream::message_start(const Record& event) {
  const Record message(event[Key::message]);
  if (message[Key::role].is_set() && !message[Key::role].equals("assistant")) return;
  if (broke_off()) {
    out_.flush();
    if (replay_.armed()) {
      replay_.rewind();
    } else {
      replay_.arm(attempt_, confirmed_);
    }
    heard_.clear();
  } else {
    replay_.disarm();
  }
  message_ = hash_of(message[Key::id].raw());
  attempt_.clear();
  attempt_is_full_ = false;
  confirmed_ = 0;
  block_is_text_.clear();
  in_text_ = false;
  open_ = true;
  finished_ = false;
  retried_ = false;
  out_.worked();
}

void MessageStream::start_text_block() {
  in_text_ = true;
  out_.open(message_);
  heard_.end_block();
}

void MessageStream::block_start(const Record& event) {
  const Record block(event[Key::content_block]);
  const bool is_text = block[Key::type].equals("text");
  index_ = whole_number(event[Key::index]);
  if (index_ < kMaxIndex) {
    if (block_is_text_.size() <= index_) block_is_text_.resize(index_ + 1, -1);
    block_is_text_[index_] = is_text ? 1 : 0;
  }
  out_.worked();
  if (!is_text) {
    in_text_ = false;
    out_.flush();
    name_tool(block, out_);
    return;
  }
  start_text_block();
  hear(out_.piece(block[Key::text]));
}

void MessageStream::text_delta(const Record& event, const Record& delta) {
  const std::uint64_t index = whole_number(event[Key::index]);
  if (index < block_is_text_.size() && block_is_text_[index] == 0) return;
  if (!in_text_ || index != index_) {
    index_ = index;
    start_text_block();
  }
  hear(out_.piece(delta[Key::text]));
}

void MessageStream::hear(std::string_view utf8) {
  if (utf8.empty()) return;
  if (kind_ == Kind::confirmed) heard_.append(message_, utf8);
  if (attempt_.size() + utf8.size() > kMaxAttempt) attempt_is_full_ = true;
  if (!attempt_is_full_) attempt_.append(utf8);
  if (replay_.armed()) {
    replay_.say(utf8, out_);
  } else {
    out_.join(message_);
    out_.say(utf8);
  }
}

void MessageStream::message_delta(const Record& event) {
  const Record delta(event[Key::delta]);
  if (!delta[Key::stop_reason].is_set()) return;
  finished_ = true;
  if (kind_ == Kind::confirmed) return;
  out_.flush();
  if (ends_turn(delta[Key::stop_reason])) out_.end_turn();
}

void MessageStream::message_stop() {
  in_text_ = false;
  open_ = false;
  out_.flush();
}

HeardText::Rest MessageStream::confirm(std::uint64_t message, std::string_view full) {
  const HeardText::Rest rest = heard_.confirm(message, full, !finished_);
  if (rest.known) confirmed_ = attempt_.size();
  return rest;
}

void MessageStream::clear() {
  heard_.clear();
  replay_.disarm();
  attempt_.clear();
  attempt_is_full_ = false;
  confirmed_ = 0;
  block_is_text_.clear();
  in_text_ = false;
  open_ = false;
  finished_ = false;
  retried_ = false;
}

}  // namespace streamtts::text
