#include "text/markdown/diff_count.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::array kHeaders = std::to_array<std::string_view>(
    {"diff --git ", "index ", "--- ", "+++ ", "@@ -", "new file mode ", "deleted file mode ", "old mode ",
     "new mode ", "similarity index ", "rename from ", "rename to ", "copy from ", "copy to ",
     "Binary files ", "\\ No newline"});

bool begins_with(std::string_view line, std::string_view head) {
  return line.starts_with(head);
}

// "12,3" or "12": the count is 1 when it is not written.
std::size_t read_count(std::string_view line, std::size_t& i) {
  std::size_t count = 1;
  for (int part = 0; part < 2; ++part) {
    std::size_t value = 0;
    while (i < line.size() && is_ascii_digit(static_cast<unsigned char>(line[i])) && value < 1000000) {
      value = value * 10 + static_cast<std::size_t>(line[i++] - '0');
    }
    if (part == 1) count = value;
    if (part == 0 && (i >= line.size() || line[i] != ',')) break;
    i += part == 0 ? 1 : 0;
  }
  return count;
}

}  // namespace

bool DiffCount::is_header(std::string_view line) {
  return std::ranges::any_of(kHeaders, [&](std::string_view h) { return begins_with(line, h); });
}

bool DiffCount::goes_on_with(std::string_view line) const {
  return in_counted_hunk() || is_header(line);
}

void DiffCount::add(std::string_view line) {
  const char sign = line.empty() ? ' ' : line[0];
  if (in_counted_hunk() && (sign == '+' || sign == '-' || sign == ' ')) {
    added_ += sign == '+' ? 1 : 0;
    removed_ += sign == '-' ? 1 : 0;
    if (sign != '+' && old_left_ > 0) --old_left_;
    if (sign != '-' && new_left_ > 0) --new_left_;
    return;
  }
  if (begins_with(line, "@@ -")) {
    std::size_t i = 4;
    old_left_ = read_count(line, i);
    if (line.substr(i, 2) == " +") {
      i += 2;
      new_left_ = read_count(line, i);
    }
    return;
  }
  old_left_ = new_left_ = 0;
  if (begins_with(line, "+++") || begins_with(line, "---")) return;
  added_ += sign == '+' ? 1 : 0;
  removed_ += sign == '-' ? 1 : 0;
}

std::string DiffCount::notice() const {
  const auto lines = [](std::size_t n) { return std::to_string(n) + (n == 1 ? " line" : " lines"); };
  if (added_ == 0 && removed_ == 0) return "Diff.";
  if (removed_ == 0) return "Diff: " + lines(added_) + " added.";
  if (added_ == 0) return "Diff: " + lines(removed_) + " removed.";
  return "Diff: " + lines(added_) + " added, " + std::to_string(removed_) + " removed.";
}

}  // namespace streamtts::text
