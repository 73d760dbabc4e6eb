// Character references: "&amp;", "&#39;", "&#x1F600;".
#pragma once

#include <cstddef>
#include <string_view>

namespace streamtts::text {

inline constexpr std::size_t kLongestEntity = 32;

// The code point that `name` (without '&' and ';') stands for, or 0 when it stands for none.
char32_t entity(std::string_view name);

}  // namespace streamtts::text
