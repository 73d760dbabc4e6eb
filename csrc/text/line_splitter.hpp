// Bytes in any chunking to lines. A line is handed on where it lies when readable padding follows it; else it
// is copied behind the tail of the last chunk. Every byte is looked at once, however long its line.
#pragma once

#include <string_view>

#include "text/padded_buffer.hpp"

namespace streamtts::text {

class LineSplitter {
 public:
  template <typename OnLine>
  void feed(std::string_view bytes, OnLine on_line) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) {
        tail_.append(bytes);
        return;
      }
      const std::string_view line = bytes.substr(0, end);
      if (tail_.empty() && bytes.size() - end >= PaddedBuffer::kPadding) {
        on_line(line);
      } else {
        tail_.append(line);
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
  PaddedBuffer tail_;
};

}  // namespace streamtts::text
