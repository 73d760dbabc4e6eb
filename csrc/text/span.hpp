// Stretches of a sentence; a span is one that a translator must carry over unchanged.
#pragma once

#include <cstdint>

namespace streamtts::text {

enum class SpanKind : std::uint8_t { code, identifier, file, url, version, flag, number };

struct Stretch {
  std::uint32_t begin;  // code points, half open
  std::uint32_t end;
};

struct Span {
  std::uint32_t begin;
  std::uint32_t end;
  SpanKind kind;
};

}  // namespace streamtts::text
