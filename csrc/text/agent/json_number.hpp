// The small whole numbers that agents count with.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include "text/agent/json_line.hpp"

namespace streamtts::text {

// 0 for anything that is no whole number.
inline std::uint64_t whole_number(const JsonValue& value) {
  std::uint64_t number = 0;
  const std::string_view digits = value.scalar();
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace streamtts::text
