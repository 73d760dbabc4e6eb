// What a single word of a sentence is to a translator: a name to carry over, or a word to translate.
#pragma once

#include <optional>
#include <string_view>

#include "text/span.hpp"

namespace streamtts::text {

// `word` has no white space and no punctuation around it.
std::optional<SpanKind> word_shape(std::string_view word);

// A name that a "(" right after it calls: load, self.model.fit, std::move.
bool is_callable(std::string_view word);

}  // namespace streamtts::text
