// Bytes in any chunking to lines. A line is handed on where it lies when readable padding follows it; else it
// is copied behind the tail of the last chunk. Every byte is looked at once, however long its line.
#pragma once

#include <cstddef>
#include <string_view>

#include "text/agent/padded_buffer.hpp"

namespace streamtts::text {

class LineSplitter {
 public:
  // No agent writes a longer line. Of one that goes on, as one without end does, no more is kept.
  static constexpr std::size_t kLongestLine = std::size_t{128} << 20U;

  // `may_matter` judges a line by its first bytes: of one that does not, no more are kept.
  template <typename MayMatter, typename OnLine>
  void feed(std::string_view bytes, MayMatter may_matter, OnLine on_line) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      const std::string_view line = bytes.substr(0, end);
      if (end != std::string_view::npos && tail_.empty() && bytes.size() - end >= PaddedBuffer::kPadding) {
        on_line(line);
      } else {
        if (keeps(may_matter)) tail_.append(line);
        if (end == std::string_view::npos) return;
        on_line(tail_.view());
        tail_.clear();
      }
      bytes.remove_prefix(end + 1);
    }
  }

  template <typename OnLine>
  void finish(OnLine on_line) {
    if (!tail_.empty()) on_line(tail_.view());
    tail_.clear();
  }

 private:
  static constexpr std::size_t kTellingBytes = 4096;

  template <typename MayMatter>
  bool keeps(MayMatter may_matter) const {
    if (tail_.size() < kTellingBytes) return true;
    return tail_.size() < kLongestLine && may_matter(tail_.view().substr(0, kTellingBytes));
  }

  PaddedBuffer tail_;
};

}  // namespace streamtts::text
