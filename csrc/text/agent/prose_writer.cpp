#include "text/agent/prose_writer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/tool_name.hpp"
#include "text/event.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kTailBytes = 3;
constexpr std::size_t kMaxIndent = 256;
constexpr std::size_t kNoticeBytes = 200;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool ends_whole(std::string_view tail) {
  constexpr std::array<std::string_view, 7> kEnds = {".", "!", "?", "\n", "。", "！", "？"};
  return std::ranges::any_of(kEnds, [tail](std::string_view end) { return tail.ends_with(end); });
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

// The first line, without the JSON that error messages like to carry.
std::string headline(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  text = text.substr(0, text.find_first_of("\r\n"));
  for (const std::string_view json : {"[{", "{\"", "{ \""}) text = text.substr(0, text.find(json));
  std::string line;
  for (const char c : text.substr(0, kNoticeBytes + 1)) line.push_back(is_control(c) ? ' ' : c);
  if (line.size() > kNoticeBytes) {
    std::size_t cut = kNoticeBytes;
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80) --cut;
    line.resize(cut);
    line.append("…");
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == ':')) line.pop_back();
  return line;
}

}  // namespace

void ProseWriter::join(std::uint64_t block) {
  if (block != block_) flush();
  block_ = block;
}

void ProseWriter::open(std::uint64_t block) {
  if (block != block_ || ends_whole(tail_)) flush();
  joiner_.reset();
  block_ = block;
}

void ProseWriter::flush() {
  joiner_.reset();
  release();
}

void ProseWriter::release() {
  indent_.clear();
  if (!said_) return;
  said_ = false;
  tail_.clear();
  emit(EventKind::flush, {});
}

void ProseWriter::say(std::string_view utf8) {
  if (utf8.empty()) return;
  active_ = true;
  if (!said_) {
    if (is_blank(utf8)) {
      indent_.append(utf8.substr(0, kMaxIndent - std::min(indent_.size(), kMaxIndent)));
      return;
    }
    if (!indent_.empty()) emit(EventKind::text, indent_);
    indent_.clear();
    said_ = true;
    spoke_ = true;
  }
  if (utf8.size() >= kTailBytes) {
    tail_.assign(utf8.substr(utf8.size() - kTailBytes));
  } else {
    tail_.append(utf8);
    if (tail_.size() > kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  }
  emit(EventKind::text, utf8);
}

void ProseWriter::slim() {
  scratch_ = {};
  joiner_.slim();
  whole_joiner_.slim();
}

void ProseWriter::notice(std::string_view text) {
  if (noticed_) return;
  flush();
  noticed_ = true;
  active_ = true;
  const std::string line = headline(text);
  emit(EventKind::notice, line.empty() ? std::string_view("The agent reported an error.") : line);
}

void ProseWriter::call(std::uint64_t identity, std::string_view tool) {
  if (!names_tools_ || (identity != 0 && !calls_.insert(mix(identity, turn_)))) return;
  const std::string spoken = spoken_tool_name(tool);
  flush();
  active_ = true;
  emit(EventKind::tool, spoken);
}

void ProseWriter::call(std::uint64_t identity, const JsonValue& server, const JsonValue& tool) {
  if (!names_tools_) return;
  std::string words(whole(server));
  words.push_back(' ');
  words.append(whole(tool));
  call(identity, words);
}

void ProseWriter::end_turn() {
  flush();
  if (active_) {
    emit(EventKind::turn, {});
    ++turn_;
  }
  active_ = false;
  spoke_ = false;
  noticed_ = false;
}

}  // namespace streamtts::text
