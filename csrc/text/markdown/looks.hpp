// Judgements about whole lines that markdown itself leaves open.
#pragma once

#include <string_view>

namespace streamtts::text {

// An indented line that is code, not prose that happens to be indented.
bool looks_like_code(std::string_view line);

// A line that is certainly a sentence for a person, though it stands in a fence that never closed.
bool looks_like_prose(std::string_view line);

// "[id]: https://example.com 'title'".
bool is_reference_definition(std::string_view line);

// Whether what stands behind ``` can be an info string, rather than a sentence about fences.
bool is_info_string(std::string_view info);

}  // namespace streamtts::text
