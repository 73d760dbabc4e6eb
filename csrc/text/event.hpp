// What the agent's bytes mean: the extractor's output, the only thing later stages see of a log.
#pragma once

#include <cstdint>
#include <string_view>

namespace streamtts::text {

enum class EventKind : std::uint8_t {
  text,    // prose meant for a person; consecutive text events are one continuous block
  flush,   // nothing more belongs to this block: say what is held, at once
  turn,    // the agent's turn is over; later events carry the next turn number
  tool,    // the name of a tool that the agent calls, for the ear; only if asked for
  notice,  // a short message for the eye (an API error, say), never for the ear
};

struct Event {
  EventKind kind;
  std::string_view text;  // valid UTF-8, whole code points; lives only during the sink call
  std::uint32_t turn;     // from 1
};

class EventSink {
 public:
  virtual void on_event(const Event& event) = 0;

 protected:
  ~EventSink() = default;
};

}  // namespace streamtts::text
