#include "text/sentence/clause.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace streamtts::text {

namespace {

constexpr auto kConjunctions = std::to_array<std::string_view>({
    "after",  "although", "because", "before", "but",  "if",       "once",    "since",   "so",    "that",
    "then",   "though",   "unless",  "until",  "when", "whenever", "where",   "whereas", "which", "while",
    "who",    "aber",     "damit",   "dass",   "denn", "obwohl",   "sondern", "weil",    "wenn",  "car",
    "donc",   "mais",     "parce",   "puis",   "que",  "quand",    "ma",      "mas",     "pero",  "perché",
    "porque", "quando",   "sino",    "и́ли",    "но",   "потому",   "чтобы",
});
constexpr auto kCoordinations =
    std::to_array<std::string_view>({"and", "or", "und", "oder", "et", "ou", "y", "o", "e", "и", "или"});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_last(std::string_view text, std::size_t bytes) {
  text.remove_suffix(bytes);
  return text;
}

// The text ends with a sign that closes a clause.
bool ends_with_sign(std::string_view text) {
  for (const std::string_view wide : {"、", "，", "；", "：", "،"}) {
    if (text.ends_with(wide)) return true;
  }
  for (const std::string_view dash : {"—", "–", "-"}) {
    if (!text.ends_with(dash)) continue;
    const std::string_view before = without_last(text, dash.size());
    // A dash between words, not "5 - 3" and not the first half of "pre- and post-".
    if (before.ends_with(' ')) return before.size() > 1 && !is_digit(before[before.size() - 2]);
    return dash == "—";
  }
  if (text.size() < 2 || (text.back() != ',' && text.back() != ';' && text.back() != ':')) return false;
  const char before = text[text.size() - 2];
  return !is_digit(before) && before != '.';  // "in 1, 2 and 3", "e.g., this"
}

}  // namespace

bool is_wide_comma(char32_t c) {
  return c == U'、' || c == U'，' || c == U'；' || c == U'：';
}

std::size_t clause_end(std::string_view text, std::size_t columns, const ClauseLimits& limits) {
  if (columns < limits.sign) return 0;
  if (ends_with_sign(text)) return text.size();
  if (columns >= limits.any_word) return text.size();
  const std::size_t gap = text.find_last_of(' ');
  if (gap == std::string_view::npos || gap == 0) return 0;
  const std::string_view word = text.substr(gap + 1);
  const std::size_t before = columns - std::min(columns, word.size() + 1);
  const bool conjunction =
      before >= limits.conjunction && std::ranges::find(kConjunctions, word) != kConjunctions.end();
  const bool coordination =
      before >= limits.coordination && std::ranges::find(kCoordinations, word) != kCoordinations.end();
  if (!conjunction && !coordination) return 0;
  const std::size_t last = text.find_last_not_of(' ', gap);
  return last == std::string_view::npos ? 0 : last + 1;
}

}  // namespace streamtts::text
