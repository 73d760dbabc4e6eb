#include "text/agent/json_repair.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "text/agent/padded_buffer.hpp"

namespace streamtts::text {
namespace {

struct Sequence {
  std::size_t bytes;  // consumed; for an invalid one, the part that cannot begin anything else
  bool valid;
};

Sequence utf8_sequence(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {.bytes = 1, .valid = true};
  if (lead < 0xC2 || lead > 0xF4) return {.bytes = 1, .valid = false};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t at = 1; at < length; ++at) {
    const bool second = at == 1;
    if (at == text.size() || byte(at) < (second ? lowest : 0x80) || byte(at) > (second ? highest : 0xBF)) {
      return {.bytes = at, .valid = false};
    }
  }
  return {.bytes = length, .valid = true};
}

std::array<char, 6> control_escape(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  return {'\\', 'u', '0', '0', kHex[code >> 4U], kHex[code & 0xFU]};
}

}  // namespace

void repair_json(std::string_view line, PaddedBuffer& out) {
  std::size_t growth = line.size() / 8 + 256;
  const auto replace = [&](std::string_view replacement) {
    if (replacement.size() > growth) return;
    growth -= replacement.size();
    out.append(replacement);
  };
  bool in_string = false;
  std::size_t kept = 0;  // from here to `at` all is well and not yet copied
  for (std::size_t at = 0; at < line.size();) {
    const char c = line[at];
    if (c == '\\' && in_string && at + 1 < line.size() && static_cast<unsigned char>(line[at + 1]) >= ' ') {
      ++at;
    } else if (c == '"') {
      in_string = !in_string;
    }
    const Sequence next = utf8_sequence(line.substr(at));
    const bool control = static_cast<unsigned char>(line[at]) < ' ';
    if (next.valid && !control) {
      at += next.bytes;
      continue;
    }
    out.append(line.substr(kept, at - kept));
    if (!control) {
      replace("\xEF\xBF\xBD");
    } else if (in_string) {
      const std::array<char, 6> escape = control_escape(line[at]);
      replace({escape.data(), escape.size()});
    } else {
      out.append(" ");
    }
    at += next.bytes;
    kept = at;
  }
  out.append(line.substr(kept));
}

}  // namespace streamtts::text
