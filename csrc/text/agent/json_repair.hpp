// Makes a line that JSON forbids readable again: one bad byte must not cost the whole line.
#pragma once

#include <string_view>

#include "text/agent/padded_buffer.hpp"

namespace streamtts::text {

// Invalid UTF-8 becomes U+FFFD; a raw control character becomes its escape inside a string, a space outside.
// `out` grows to hardly more than `line`: when too much is broken, the rest of the damage is dropped instead.
void repair_json(std::string_view line, PaddedBuffer& out);

}  // namespace streamtts::text
