#include "text/agent/heard_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace streamtts::text {
namespace {

constexpr std::size_t kMaxBlocks = 64;
constexpr std::size_t kKeptBytes = std::size_t{1} << 18U;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

}  // namespace

bool HeardText::Block::is_blank() const {
  return is_kept() && trimmed(text).empty();
}

bool HeardText::Block::equals(std::string_view full) const {
  if (is_kept()) return trimmed(text) == trimmed(full);
  return full.size() == identity.bytes && TextIdentity::of(full) == identity;
}

bool HeardText::Block::begins(std::string_view full) const {
  if (is_kept()) return full.starts_with(text);
  return full.size() > identity.bytes && TextIdentity::of(full.substr(0, identity.bytes)) == identity;
}

bool HeardText::Block::covers(std::string_view full) const {
  return is_kept() && text.starts_with(full);
}

void HeardText::append(std::uint64_t message, std::string_view utf8) {
  if (!is_open_) {
    if (!blocks_.empty() && blocks_.back().is_blank()) blocks_.pop_back();
    if (blocks_.size() == kMaxBlocks) blocks_.erase(blocks_.begin());
    blocks_.push_back({.message = message, .text = {}, .identity = {}});
    is_open_ = true;
  }
  Block& block = blocks_.back();
  if (block.is_kept()) {
    block.text.append(utf8);
    if (block.text.size() > kKeptBytes) block.identity.append(std::exchange(block.text, {}));
  } else {
    block.identity.append(utf8);
  }
}

void HeardText::clear() {
  blocks_.clear();
  is_open_ = false;
}

HeardText::Rest HeardText::take(std::size_t block, std::string_view rest) {
  if (block + 1 == blocks_.size()) is_open_ = false;
  blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(block));
  return {.text = rest, .known = true};
}

HeardText::Rest HeardText::confirm(std::uint64_t message, std::string_view full, bool unfinished) {
  if (trimmed(full).empty()) return {.text = full, .known = false};
  for (const bool same_message : {true, false}) {
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      if ((blocks_[block].message == message) == same_message && blocks_[block].equals(full))
        return take(block, {});
    }
  }
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    const bool comes_back = unfinished && block + 1 == blocks_.size();
    const Block& heard = blocks_[block];
    if ((heard.message != message && !comes_back) || heard.is_blank()) continue;
    if (heard.begins(full))
      return take(block, full.substr(heard.is_kept() ? heard.text.size() : heard.identity.bytes));
    if (heard.covers(full)) return take(block, {});
  }
  return {.text = full, .known = false};
}

bool HeardText::waiting() const {
  return std::ranges::any_of(blocks_, [](const Block& block) { return !block.is_blank(); });
}

}  // namespace streamtts::text
