// What a fence's info string says the code is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streamtts::text {

struct CodeLanguage {
  enum class Kind : unsigned char { code, diff, diagram, markdown };
  Kind kind = Kind::code;
  std::string_view noun = "Code";  // "Python code", "Shell commands"
  bool known = false;
};

CodeLanguage code_language(std::string_view info);

// "Python code, 12 lines."
std::string code_notice(std::string_view noun, std::size_t lines);

}  // namespace streamtts::text
