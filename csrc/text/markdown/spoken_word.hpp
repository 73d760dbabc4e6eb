// What a colleague says for one written word: a path is its last part, a URL its host, a hash its start.
#pragma once

#include <string>
#include <string_view>

namespace streamtts::text {

// `word` holds no white space. Words that need no change are appended as they are.
void append_spoken(std::string_view word, std::string& out);

}  // namespace streamtts::text
