// Any bytes in any chunking: the events are the same, well formed, and the extractor starts afresh.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "text/jsonl.hpp"

namespace {

using streamtts::text::Event;
using streamtts::text::EventKind;
using streamtts::text::Extractor;
using streamtts::text::ExtractorStats;

void require(bool promise) {
  if (!promise) std::abort();
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || at + length > text.size()) return false;
    for (std::size_t next = at + 1; next < at + length; ++next) {
      if ((static_cast<unsigned char>(text[next]) & 0xC0) != 0x80) return false;
    }
    const bool is_surrogate = lead == 0xED && static_cast<unsigned char>(text[at + 1]) >= 0xA0;
    if (is_surrogate) return false;
    at += length;
  }
  return true;
}

struct Story final : streamtts::text::EventSink {
  std::string told;
  std::uint32_t first_turn = 1;
  bool said = false;
  bool noticed = false;
  bool names_tools = false;
  std::uint32_t turn = 0;  // until the first event: turns count on from input to input

  void on_event(const Event& event) override {
    require(is_utf8(event.text));
    if (turn == 0) turn = event.turn;
    require(event.turn == turn && turn >= first_turn);
    switch (event.kind) {
      case EventKind::text:
        require(!event.text.empty());
        said = true;
        break;
      case EventKind::flush:
        require(said);
        said = false;
        break;
      case EventKind::tool:
        require(names_tools && !said);
        require(event.text.size() >= 2 && event.text.size() < 1000 && event.text.back() == '.');
        break;
      case EventKind::notice:
        require(!said && !noticed && !event.text.empty() && event.text.size() <= 203);
        require(event.text.find_first_of("\r\n") == std::string_view::npos);
        noticed = true;
        break;
      case EventKind::turn:
        require(!said);
        noticed = false;
        ++turn;
        break;
    }
    told += static_cast<char>('0' + static_cast<int>(event.kind));
    told += event.text;
  }
};

std::string tell(Extractor& extractor, bool names_tools, std::string_view bytes, std::size_t chunk,
                 std::uint32_t& turn) {
  Story story;
  story.names_tools = names_tools;
  story.first_turn = turn;
  // A copy of its own for each read: reading beyond it must show.
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    const std::string_view part = bytes.substr(at, chunk);
    const std::vector<char> read(part.begin(), part.end());
    extractor.feed({read.data(), read.size()}, story);
  }
  extractor.finish(story);
  require(!story.said);
  const ExtractorStats stats = extractor.stats();
  require(stats.lines == stats.events + stats.skipped);
  turn = story.turn == 0 ? turn : story.turn;
  return story.told;
}

// The same lines in another order, some of them twice: what a mutated byte seldom reaches.
std::string shuffled(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t size = bytes.find('\n') == std::string_view::npos ? bytes.size() : bytes.find('\n') + 1;
    lines.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  std::string shuffled;
  std::uint64_t random = lines.size() * 0x9E3779B97F4A7C15U + 1;
  for (const std::string_view line : lines) {
    for (const char c : line) random = (random ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    shuffled.append(line).append("\n").append(lines[(random >> 32U) % lines.size()]).append("\n");
  }
  return shuffled;
}

void check(std::string_view bytes, bool names_tools) {
  Extractor extractor(names_tools);
  std::uint32_t turn = 1;
  const std::string whole = tell(extractor, names_tools, bytes, bytes.size() + 1, turn);
  require(tell(extractor, names_tools, bytes, 1, turn) == whole);
  require(tell(extractor, names_tools, bytes, 7 + bytes.size() % 61, turn) == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const bool names_tools : {false, true}) {
    check(bytes, names_tools);
    check(shuffled(bytes), names_tools);
  }
  return 0;
}
