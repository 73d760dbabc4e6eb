// Finds identifiers, file names, versions, flags, hosts and numbers with units in a cleaned sentence.
#pragma once

#include <string_view>
#include <vector>

#include "text/span.hpp"

namespace streamtts::text {

// `known` are spans already certain (inline code); the result holds them too, sorted, never overlapping.
std::vector<Span> protected_spans(std::string_view utf8, std::vector<Span> known = {});

}  // namespace streamtts::text
