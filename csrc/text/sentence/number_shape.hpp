// Numbers as they stand in prose: with units, as versions, as times and dates.
#pragma once

#include <cstddef>
#include <string_view>

namespace streamtts::text {

// Bytes of the number that `word` begins with (sign, grouping, fraction, range, exponent); 0 if none.
std::size_t number_length(std::string_view word);

// ms, GB, %, tokens/s: a unit that a translator carries over. "rows" and "tests" are words and are not.
bool is_unit(std::string_view word);

// 20ms, 80%, $5, 10x, 0x1F, 12:30, 2024-01-05, 54/66: more than a bare number.
bool is_number_with_unit(std::string_view word);

// v2.13.0, 1.2.3-rc1, 3.x, 3.11+, ^1.2, >=3.11, numpy==1.26.4
bool is_version(std::string_view word);

bool is_ip_address(std::string_view word);

}  // namespace streamtts::text
