// Where every format's prose ends up: joins the pieces of a block, flushes between blocks, counts turns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/json_string.hpp"
#include "text/event.hpp"

namespace streamtts::text {

class ProseWriter {
 public:
  ProseWriter(std::uint32_t first_turn, bool names_tools) : names_tools_(names_tools), turn_(first_turn) {}

  void attach(EventSink& sink) { sink_ = &sink; }

  // Text that goes on in `block`: what was said in another block is flushed first.
  void join(std::uint64_t block);
  // A new block of text: flushed before if the last one was whole, else continuous with it.
  void open(std::uint64_t block);
  // Nothing follows what was said: no block of text is continuous with it.
  void flush();
  // The same in the middle of a piece: the half of a surrogate pair that it ends with is still awaited.
  void release();
  void say(std::string_view utf8);

  // The text of a string, "" for any other value; valid UTF-8, alive until the next is read.
  // A piece of what is being said: a surrogate pair may be split over two.
  std::string_view piece(const JsonValue& value) { return joiner_.piece(value.text(scratch_)); }
  // A text of its own.
  std::string_view whole(const JsonValue& value) { return whole_joiner_.whole(value.text(scratch_)); }

  // A giant line leaves no giant buffers behind.
  void slim();

  // The agent did something in this turn.
  void worked() { active_ = true; }
  bool spoke() const { return spoke_; }
  std::uint32_t next_turn() const { return active_ ? turn_ + 1 : turn_; }
  // One short line, at most once in a turn; machine text is cut away.
  void notice(std::string_view text);
  void end_turn();

  // Whether the listener wants to hear of tools: if not, the agent's calls are not even looked at.
  bool names_tools() const { return names_tools_; }
  // What was said is flushed, and the tool is named, unless this call was named before in this turn.
  // `identity` is the call's own, or 0 where it has none.
  void call(std::uint64_t identity, std::string_view tool);
  void call(std::uint64_t identity, const JsonValue& tool) { call(identity, whole(tool)); }
  // A tool of a server.
  void call(std::uint64_t identity, const JsonValue& server, const JsonValue& tool);

 private:
  void emit(EventKind kind, std::string_view text) {
    sink_->on_event({.kind = kind, .text = text, .turn = turn_});
  }

  const bool names_tools_;
  EventSink* sink_ = nullptr;
  std::string scratch_;
  SurrogateJoiner joiner_;
  SurrogateJoiner whole_joiner_;
  std::string indent_;  // white space that waits for the block's first word
  std::string tail_;    // the last bytes said, enough to see an end mark
  std::uint64_t block_ = 0;
  std::uint32_t turn_;
  SeenSet calls_;
  bool said_ = false;  // since the last flush
  bool spoke_ = false;
  bool active_ = false;
  bool noticed_ = false;
};

}  // namespace streamtts::text
