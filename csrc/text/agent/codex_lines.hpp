// OpenAI Codex: `codex exec --json` of today, the `msg` lines of 0.43 and before, and rollout files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/agent/agent_record.hpp"
#include "text/agent/heard_text.hpp"
#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

class CodexLines {
 public:
  explicit CodexLines(ProseWriter& out) : out_(out) {}

  void item_completed(const Record& line);
  void item_growing(const Record& line);  // item.started, item.updated
  void turn_completed();
  void turn_failed(const Record& line);
  void old_message(const Record& line);
  void rollout_item(const Record& line);
  void rollout_event(const Record& line);
  // What was announced and never completed.
  void finish();

 private:
  struct Growing {
    std::uint64_t id;
    std::string text;
  };

  void message(std::string_view utf8);
  void drop_growing(std::uint64_t id);
  void item_calls(const Record& item, bool over);
  void rollout_call(const Record& payload);

  ProseWriter& out_;
  std::vector<Growing> growing_;
  std::vector<std::uint64_t> calls_;  // named and not yet over
  HeardText heard_;
};

}  // namespace streamtts::text
