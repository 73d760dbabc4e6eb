// Text that was spoken as it streamed and that a full message may yet repeat: a queue of blocks, matched by
// their text, so that neither order nor equal words in different messages mislead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/agent/identity.hpp"

namespace streamtts::text {

class HeardText {
 public:
  // What a full text adds to what was heard.
  struct Rest {
    std::string_view text;  // still to be spoken, may be empty
    bool known;             // the beginning was heard: `text` continues it
  };

  // Text of the block that is streaming, or of a new one.
  void append(std::uint64_t message, std::string_view utf8);
  // What streams next is another block.
  void end_block() { is_open_ = false; }
  // Matches `full` with a block and forgets that block. A prefix counts only within the same message, or with
  // `unfinished` for the newest block of any: a message that broke off comes back under another id.
  Rest confirm(std::uint64_t message, std::string_view full, bool unfinished);
  // Some spoken text waits for its message.
  bool waiting() const;
  void clear();

 private:
  struct Block {
    std::uint64_t message;
    std::string text;       // while the block is short enough to keep
    TextIdentity identity;  // once it is not

    bool is_kept() const { return identity.bytes == 0; }
    bool is_blank() const;
    bool equals(std::string_view full) const;
    bool begins(std::string_view full) const;
    bool covers(std::string_view full) const;
  };

  Rest take(std::size_t block, std::string_view rest);

  std::vector<Block> blocks_;  // oldest first
  bool is_open_ = false;       // the newest block is streaming
};

}  // namespace streamtts::text
