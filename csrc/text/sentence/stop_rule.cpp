#include "text/sentence/stop_rule.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "text/sentence/abbreviations.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

template <std::size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, is_digit);
}

bool numeric(std::string_view word) {
  return !word.empty() && is_digit(word.front());
}

char32_t first_letter(std::string_view word) {
  std::size_t at = 0;
  return word.empty() ? 0 : decode_utf8(word, at);
}

bool capitalised(std::string_view word) {
  return is_upper(first_letter(word));
}

// "l'art" is "art".
std::string_view without_elision(std::string_view word) {
  for (const std::string_view apostrophe : {"'", "’"}) {
    if (word.size() > apostrophe.size() + 2 && word.substr(1).starts_with(apostrophe)) {
      return word.substr(1 + apostrophe.size());
    }
  }
  return word;
}

// The word without the quotes, brackets and emphasis that open it.
std::string_view bare(std::string_view word) {
  static constexpr auto kOpeners = std::to_array<std::string_view>(
      {"(", "[", "{", "\"", "'", "*", "_", "~", "“", "‘", "«", "„", "¿", "¡", "—"});
  for (bool stripped = true; stripped && !word.empty();) {
    stripped = false;
    for (const std::string_view opener : kOpeners) {
      if (!word.starts_with(opener)) continue;
      word.remove_prefix(opener.size());
      stripped = true;
    }
  }
  return without_elision(word);
}

// "1", "12", "3.1": short numbers, as they count sections.
bool section_number(std::string_view word) {
  std::size_t run = 0;
  for (const char c : word) {
    if (c == '.' && run > 0) {
      run = 0;
    } else if (!is_digit(c) || ++run > 2) {
      return false;
    }
  }
  return run > 0;
}

bool roman_number(std::string_view word) {
  return word.size() >= 2 && word.size() <= 5 &&
         std::ranges::all_of(word, [](char c) { return c == 'I' || c == 'V' || c == 'X'; });
}

bool ascii_letter(std::string_view word) {
  return word.size() == 1 && ((word[0] >= 'a' && word[0] <= 'z') || (word[0] >= 'A' && word[0] <= 'Z'));
}

// "1. Install it." "Step 2. Run it." "Two steps: 1. Install it."
bool enumerator(const Stop& stop, std::string_view word) {
  static constexpr auto kSteps =
      std::to_array<std::string_view>({"Step", "Phase", "Part", "Option", "Schritt", "Étape", "Paso", "Шаг"});
  const bool counts = section_number(word) || ascii_letter(word);
  if (stop.word_index == 0) return counts || roman_number(word);
  if (stop.word_index == 1 && one_of(bare(stop.previous), kSteps)) return counts;
  return stop.previous.ends_with(':') && (word == "1" || word == "a" || word == "A" || word == "i");
}

// "am 3. Oktober", "den 3. oktober": an ordinal, not an end.
bool ordinal_before_noun(const Stop& stop, std::string_view word) {
  static constexpr auto kArticles = std::to_array<std::string_view>(
      {"am",   "der", "dem", "den", "des", "das", "im",  "vom", "zum", "zur", "beim", "bis", "ab",
       "seit", "dne", "die", "Der", "Die", "Das", "Den", "Dem", "Im",  "Am",  "Zum",  "Vom", "Beim"});
  return all_digits(word) && word.size() <= 2 && one_of(stop.previous, kArticles);
}

// "p." and "т.": one letter and a full stop, as the first half of "p. ej." and "т. е."
bool abbreviates(std::string_view word) {
  std::size_t at = 0;
  return !word.empty() && is_lower(decode_utf8(word, at)) && word.substr(at) == ".";
}

// Whether one letter and its stop end a sentence before a capital: "in C. The" does, "J. R. Hartley" does
// not.
bool letter_ends(const Stop& stop, char32_t letter, char32_t next) {
  static constexpr auto kBeforeSymbol = std::to_array<std::string_view>(
      {"option", "plan",   "vitamin", "class",   "section", "appendix", "grade",    "type",   "case",
       "part",   "group",  "point",   "version", "drive",   "language", "variant",  "step",   "column",
       "row",    "in",     "to",      "of",      "is",      "than",     "equals",   "for",    "on",
       "key",    "letter", "Option",  "Plan",    "Vitamin", "Class",    "Appendix", "Column", "Row"});
  static constexpr auto kBeforeI =
      std::to_array<std::string_view>({"and", "am", "than", "as", "do", "can", "like", "or", "nor", "did",
                                       "have", "will", "should", "could"});
  if (numeric(stop.previous)) return true;
  if (is_upper(letter)) {
    // "A, B and C. Pick one." rather than "Doe and J. Smith".
    const bool listed =
        (letter <= U'E' || letter >= U'X') && (stop.previous == "and" || stop.previous == "or");
    return listed || one_of(stop.previous, kBeforeSymbol) ||
           (letter == U'I' && one_of(stop.previous, kBeforeI));
  }
  if (abbreviates(stop.previous) && is_ascii_letter(letter)) return false;  // d. h.
  switch (letter) {
    case U'z':
      return next != U'B' && next != U'T';  // z. B., z. T.
    case U'u':
      return next != U'U' && next != U'A';  // u. U., u. A.
    case U'i':
      return next != U'A' && next != U'd';  // i. A.
    case U'm':
      return next != U'E' && next != U'W';  // m. E., m. W.
    case U'v':
      return !capitalised(stop.previous);  // Roe v. Wade
    case U'г':                             // г. Москва, but "в 2024 г."
    case U'с':
    case U'д':
      return stop.previous.starts_with("т") || stop.previous.starts_with("и");
    default:
      return true;
  }
}

// A dotted name of single letters: "x.y", "U.N.C.L.E".
bool single_letters_dotted(std::string_view word) {
  bool letter_next = true;
  bool dotted = false;
  for (std::size_t at = 0; at < word.size();) {
    const char32_t c = decode_utf8(word, at);
    if (letter_next ? !(is_upper(c) || is_lower(c)) : c != U'.') return false;
    dotted = dotted || c == U'.';
    letter_next = !letter_next;
  }
  return dotted && !letter_next;
}

bool clock(std::string_view word) {
  return word == "a.m" || word == "p.m" || word == "A.M" || word == "P.M";
}

bool country(std::string_view word) {
  return word == "U.S" || word == "U.K" || word == "U.S.A" || word == "E.U" || word == "U.N";
}

bool starts_afresh(std::string_view word, Ahead ahead, char32_t next) {
  switch (ahead) {
    case Ahead::lower:
    case Ahead::caseless:
    case Ahead::bracket:
    case Ahead::dash:
      return false;
    case Ahead::upper:
      // 5 p.m. EST/GMT/PST/UTC; U.S. Congress/Department/Government/President: what follows most often.
      if (clock(word)) return next != U'E' && next != U'G' && next != U'P' && next != U'U';
      if (country(word)) return next != U'C' && next != U'D' && next != U'G' && next != U'P';
      return true;
    default:
      return true;
  }
}

bool number_follows(Ahead ahead) {
  return ahead != Ahead::upper && ahead != Ahead::caseless && ahead != Ahead::blank && ahead != Ahead::dot;
}

bool abbreviation_ends(const Stop& stop, std::string_view word, Abbreviation kind, Ahead ahead,
                       char32_t next) {
  switch (kind) {
    case Abbreviation::never_ends:
      return false;
    case Abbreviation::numbered:
      return !number_follows(ahead);
    case Abbreviation::unit:
      // "RFC 9110, Sec. 15": no unit is written so.
      if (ahead == Ahead::digit && is_ascii_upper(static_cast<unsigned char>(word.front()))) return false;
      return numeric(stop.previous) ? starts_afresh(word, ahead, next) : !number_follows(ahead);
    case Abbreviation::beside_name:
      return ahead != Ahead::digit && stop.word_index > 1 && capitalised(stop.previous) &&
             starts_afresh(word, ahead, next);
    case Abbreviation::calendar:
      return ahead != Ahead::digit && starts_afresh(word, ahead, next);
    default:
      return starts_afresh(word, ahead, next);
  }
}

bool letter_stop_ends(const Stop& stop, char32_t letter, Ahead ahead, char32_t next) {
  switch (ahead) {
    case Ahead::upper:
      return letter_ends(stop, letter, next);
    case Ahead::lower:
    case Ahead::caseless:
    case Ahead::dash:
      return false;
    case Ahead::digit:
      return is_upper(letter) && letter != U'S';  // p. 42, S. 42
    default:
      return true;
  }
}

// "안녕." 하고, "안녕." 라고: the words that take up a Korean quote.
bool takes_up_quote(const Stop& stop, char32_t next) {
  if (!stop.closed || stop.word.empty() || !is_hangul(decode_utf8_before(stop.word, stop.word.size())))
    return false;
  return next == U'하' || next == U'라' || next == U'고' || next == U'며';
}

bool dot_ends(const Stop& stop, Ahead ahead, char32_t next) {
  if ((stop.closed && ahead == Ahead::lower) || takes_up_quote(stop, next)) return false;
  if (stop.code) return true;
  const std::string_view word = bare(stop.word);
  if (enumerator(stop, word)) return false;
  if (ahead == Ahead::lower && abbreviates(stop.previous)) return false;
  const Abbreviation kind = find_abbreviation(word);
  if (kind != Abbreviation::none) return abbreviation_ends(stop, word, kind, ahead, next);
  const char32_t letter = first_letter(word);
  std::size_t after = 0;
  if (!word.empty()) decode_utf8(word, after);
  if (after == word.size() && (is_upper(letter) || is_lower(letter))) {
    return letter_stop_ends(stop, letter, ahead, next);
  }
  if (single_letters_dotted(word)) return starts_afresh(word, ahead, next);
  if (ordinal_before_noun(stop, word)) return ahead != Ahead::upper && ahead != Ahead::lower;
  return true;
}

// "println! macro", "save! raises", "obj?.name! here": the sign belongs to a name.
bool sign_of_a_name(std::string_view word) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"vec", "println", "eprintln", "format", "panic", "todo", "dbg", "write", "writeln", "unreachable",
       "nil", "empty", "include", "save", "create", "update", "assert", "matches", "Yahoo"});
  if (one_of(word, kNames)) return true;
  bool inner_sign = false;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const char c = word[at];
    const bool camel = at > 0 && c >= 'A' && c <= 'Z' && word[at - 1] >= 'a' && word[at - 1] <= 'z';
    inner_sign =
        inner_sign || camel || std::string_view("._:/\\#@$()[]{}<>=&|?!").find(c) != std::string_view::npos;
  }
  return inner_sign;
}

bool ends(const Stop& stop, Ahead ahead, char32_t next) {
  if (ahead == Ahead::joint) return false;
  switch (stop.kind) {
    case StopKind::wide:
      return true;
    case StopKind::ellipsis:
      return ahead != Ahead::lower && ahead != Ahead::digit && ahead != Ahead::dot && ahead != Ahead::dash;
    case StopKind::shout:
      return ahead != Ahead::lower ||
             (!stop.closed && !stop.word.empty() && !sign_of_a_name(bare(stop.word)));
    case StopKind::dot:
      if (stop.word.empty()) return ahead == Ahead::upper || ahead == Ahead::caseless;
      return dot_ends(stop, ahead, next);
  }
  return true;
}

}  // namespace

Ahead ahead_of(char32_t c) {
  if (is_lower(c)) return Ahead::lower;
  if (is_upper(c)) return Ahead::upper;
  if (c >= U'0' && c <= U'9') return Ahead::digit;
  switch (c) {
    case U'(':
    case U'[':
    case U'{':
      return Ahead::bracket;
    case U'`':
      return Ahead::code;
    case U'-':
    case U'–':
    case U'—':
      return Ahead::dash;
    case U'.':
      return Ahead::dot;
    case U',':
    case U';':
    case U'=':
    case U'|':
    case U'&':
    case U'+':
    case U'%':
    case U')':
    case U']':
    case U'}':
    case U'、':
    case U'，':
      return Ahead::joint;
    default:
      return is_letter(c) ? Ahead::caseless : Ahead::other;
  }
}

Verdict judge(const Stop& stop, Ahead ahead, char32_t next) {
  if (ahead == Ahead::blank) return ends(stop, Ahead::upper, U'T') ? Verdict::end : Verdict::go_on;
  if (ahead != Ahead::unknown) return ends(stop, ahead, next) ? Verdict::end : Verdict::go_on;
  // Whatever the announced character turns out to be must give the same answer, or it has to be awaited.
  const bool plain = ends(stop, Ahead::upper, U'T');
  const bool same = plain == ends(stop, Ahead::upper, U'B') && plain == ends(stop, Ahead::upper, U'G') &&
                    plain == ends(stop, Ahead::upper, U'U') && plain == ends(stop, Ahead::digit, U'0') &&
                    plain == ends(stop, Ahead::bracket, U'(') && plain == ends(stop, Ahead::dash, U'-') &&
                    plain == ends(stop, Ahead::caseless, U'あ') &&
                    plain == ends(stop, Ahead::caseless, U'하') && plain == ends(stop, Ahead::dot, U'.');
  if (!same) return Verdict::wait;
  return plain ? Verdict::end : Verdict::go_on;
}

}  // namespace streamtts::text
