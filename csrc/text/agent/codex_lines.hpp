// OpenAI Codex: `codex exec --json` of today, the `msg` lines of 0.43 and before, and rollout files.
#pragma once

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

  ProseWriter& out_;
  std::vector<Growing> growing_;
  HeardText heard_;
};

}  // namespace streamtts::text
