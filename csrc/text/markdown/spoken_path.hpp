// Finds out whether a word is a path and what of it is worth hearing.
#pragma once

#include <string_view>

namespace streamtts::text {

// The part of a path that is spoken, or empty when `word` shows no evidence of being a path.
std::string_view spoken_part_of_path(std::string_view word);

// A file by its name alone: "parser.rs", "Makefile", ".env".
bool is_file_name(std::string_view name);

// The host of a URL or of "example.com/guide"; empty when there is none.
std::string_view spoken_host(std::string_view authority);

}  // namespace streamtts::text
