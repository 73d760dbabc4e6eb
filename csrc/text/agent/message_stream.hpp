// Raw Anthropic Messages events: message_start, content_block_*, message_delta, message_stop. Bare (an API
// stream) nothing confirms them; inside Claude Code's stream_event lines a full message repeats each block.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/agent/agent_record.hpp"
#include "text/agent/heard_text.hpp"
#include "text/agent/prose_writer.hpp"
#include "text/agent/replay.hpp"

namespace streamtts::text {

class MessageStream {
 public:
  enum class Kind : std::uint8_t { bare, confirmed };

  MessageStream(Kind kind, ProseWriter& out) : kind_(kind), out_(out) {}

  void message_start(const Record& event);
  void block_start(const Record& event);
  void text_delta(const Record& event, const Record& delta);
  void message_delta(const Record& event);
  void message_stop();

  // The agent says that it asks again.
  void retry() { retried_ = true; }
  // Between message_start and message_stop.
  bool is_open() const { return open_; }
  HeardText::Rest confirm(std::uint64_t message, std::string_view full);
  // A cut message is coming again: what full messages add goes through say_again.
  bool replays() const { return replay_.armed(); }
  void say_again(std::string_view utf8) { replay_.say(utf8, out_); }
  // The turn is over: nothing will be confirmed any more.
  void clear();

 private:
  bool broke_off() const;
  void start_text_block();
  void hear(std::string_view utf8);

  Kind kind_;
  ProseWriter& out_;
  HeardText heard_;
  Replay replay_;
  std::string attempt_;                     // the message's text so far, or the beginning of a very long one
  std::size_t confirmed_ = 0;               // how much of it full messages have confirmed
  std::vector<std::int8_t> block_is_text_;  // by index; -1: never opened
  std::uint64_t message_ = 0;
  std::uint64_t index_ = 0;  // of the block that text goes to
  bool attempt_is_full_ = false;
  bool in_text_ = false;
  bool open_ = false;
  bool finished_ = false;  // it said why it stopped
  bool retried_ = false;
};

}  // namespace streamtts::text
