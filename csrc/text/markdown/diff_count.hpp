// Counts what a unified diff adds and removes, and knows where an unfenced one ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streamtts::text {

class DiffCount {
 public:
  // "diff --git a/x b/x", "--- a/x", "@@ -1,2 +1,3 @@".
  static bool is_header(std::string_view line);

  void add(std::string_view line);
  // Whether an unfenced diff goes on with `line`; hunk headers say how long a hunk is.
  bool goes_on_with(std::string_view line) const;
  std::size_t added() const { return added_; }
  std::size_t removed() const { return removed_; }
  std::string notice() const;  // "Diff: 3 lines added, 1 removed."

 private:
  bool in_counted_hunk() const { return old_left_ > 0 || new_left_ > 0; }

  std::size_t added_ = 0;
  std::size_t removed_ = 0;
  std::size_t old_left_ = 0;
  std::size_t new_left_ = 0;
};

}  // namespace streamtts::text
