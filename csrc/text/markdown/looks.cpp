#include "text/markdown/looks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "text/markdown/code_language.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

constexpr std::array kCodeStarts = std::to_array<std::string_view>(
    {"#include ", "#!",       "$ ",         "% ",      "//",       "/*",      "<?",       "<!",
     "</",        ">>> ",     "@",          "apt ",    "async ",   "await ",  "brew ",    "cargo ",
     "cat ",      "cd ",      "class ",     "cmake ",  "const ",   "curl ",   "def ",     "docker ",
     "echo ",     "elif ",    "enum ",      "except ", "export ",  "fn ",     "for (",    "func ",
     "git ",      "go ",      "grep ",      "if (",    "impl ",    "import ", "kubectl ", "let ",
     "ls ",       "make ",    "mkdir ",     "mut ",    "node ",    "npm ",    "npx ",     "pip ",
     "pnpm ",     "private ", "protected ", "public ", "pytest ",  "python ", "python3 ", "return ",
     "rm ",       "static ",  "struct ",    "sudo ",   "switch (", "try:",    "try {",    "using ",
     "uv ",       "var ",     "void ",      "while (", "yarn "});

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == kNone) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::size_t count_words(std::string_view line) {
  std::size_t words = 0;
  bool in_word = false;
  for (const char c : line) {
    const bool blank = c == ' ' || c == '\t';
    words += !blank && !in_word ? 1 : 0;
    in_word = !blank;
  }
  return words;
}

}  // namespace

bool looks_like_code(std::string_view line) {
  line = trim(line);
  if (line.empty()) return false;
  if (std::ranges::any_of(kCodeStarts, [&](std::string_view start) { return line.starts_with(start); })) {
    return true;
  }
  const char last = line.back();
  if (last == ';' || last == '{' || last == '}' || last == '\\') return true;
  if (line.find(" = ") != kNone || line.find("()") != kNone || line.find("=>") != kNone ||
      line.find("->") != kNone || line.find("::") != kNone || line.find("&&") != kNone) {
    return true;
  }
  const auto call = line.find('(');
  return call != kNone && call > 0 && line[call - 1] != ' ' && last == ')' && count_words(line) <= 4;
}

bool looks_like_prose(std::string_view line) {
  if (line.empty() || line[0] == ' ' || line[0] == '\t') return false;
  std::size_t next = 0;
  const char32_t first = decode_utf8(line, next);
  line = trim(line);
  if (line.starts_with("##")) return line.find_first_not_of('#') != kNone;
  if (is_cjk(first)) return is_terminal(decode_utf8_before(line, line.size()));
  if (!is_upper(first) || looks_like_code(line)) return false;
  const char32_t last = decode_utf8_before(line, line.size());
  return (last == '.' || last == '!' || last == '?' || last == ':') && line.find_first_of("{}=|\\") == kNone;
}

bool is_reference_definition(std::string_view line) {
  const std::size_t close = line.find("]:");
  if (line.empty() || line[0] != '[' || close == kNone || close < 2) return false;
  std::string_view rest = trim(line.substr(close + 2));
  const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  const std::string_view target = rest.substr(0, end);
  rest = trim(rest.substr(end));
  const bool place = target.find_first_of("/#") != kNone || target.starts_with('<') ||
                     target.starts_with("mailto:") || target.find('.', 1) < target.size() - 1;
  if (target.empty() || !place) return false;
  if (rest.empty()) return true;
  const char open = rest.front();
  const char last = rest.back();
  return rest.size() > 1 &&
         ((open == '"' && last == '"') || (open == '\'' && last == '\'') || (open == '(' && last == ')'));
}

bool is_info_string(std::string_view info) {
  const bool spaced = !info.empty() && (info[0] == ' ' || info[0] == '\t');
  info = trim(info);
  if (info.empty() || !spaced || info.find_first_of("={") != kNone) return true;
  const std::string_view first = info.substr(0, info.find(' '));
  return count_words(info) < 3 || code_language(first).known;
}

}  // namespace streamtts::text
