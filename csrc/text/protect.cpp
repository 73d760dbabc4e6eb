#include "text/protect.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "text/sentence/number_shape.hpp"
#include "text/sentence/word_shape.hpp"
#include "text/span.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

constexpr std::size_t kLongestArguments = 80;  // bytes between the brackets of a call
constexpr std::size_t kLongestWord = 512;      // bytes; nothing longer is looked at

struct Word {
  std::string_view text;      // without punctuation around it
  std::size_t begin = 0;      // bytes
  std::uint32_t at = 0;       // code points
  bool touches_last = false;  // one white space, and nothing else, since the word before
};

std::uint32_t count_code_points(std::string_view utf8) {
  std::uint32_t count = 0;
  for (std::size_t at = 0; at < utf8.size(); ++count) decode_utf8(utf8, at);
  return count;
}

// Ends a word wherever it stands. Hangul is left in: its particles are attached, as in "utils.py를", and
// end the word as a change of script.
bool separates(char32_t c) {
  return c <= U' ' || is_space(c) || is_cjk(c) || is_hangul(c) || c == U'—' || c == U'…' || c == U'·' ||
         (c >= 0x80 && (is_opening(c) || is_closing(c)));
}

bool opens_word(char c) {
  return std::string_view("([{\"'<*`").find(c) != std::string_view::npos;
}
bool closes_word(char c) {
  return std::string_view(".,;:!?)]}\"'>*`").find(c) != std::string_view::npos;
}

bool balanced(std::string_view text, char open, char close) {
  return std::ranges::count(text, open) == std::ranges::count(text, close);
}

// Punctuation around a word is not part of it; what belongs to it stays: foo(), C:\, ${HOME}, list[0], *.py.
std::string_view trimmed(std::string_view word) {
  while (!word.empty() && opens_word(word.front()) && !word.starts_with("*.") && !word.starts_with("**/")) {
    word.remove_prefix(1);
  }
  while (!word.empty() && closes_word(word.back())) {
    const char last = word.back();
    if (last == ')' && balanced(word, '(', ')')) break;
    if (last == ']' && balanced(word, '[', ']')) break;
    if (last == '}' && balanced(word, '{', '}')) break;
    const bool quote = last == '\'' || last == '"';
    if (quote && std::ranges::count(word, last) % 2 == 0) break;
    if (last == '*' && (word.ends_with("/*") || word.ends_with("/**") || word.ends_with("_*"))) break;
    word.remove_suffix(1);
  }
  for (const std::string_view genitive : {"'s", "’s"}) {
    if (word.ends_with(genitive)) word.remove_suffix(genitive.size());
  }
  return word;
}

class Finder {
 public:
  Finder(std::string_view utf8, std::vector<Span>& found) : text_(utf8), found_(found) {}

  // Looks at the words between two places, which count bytes and code points.
  void scan(std::size_t begin, std::size_t end, std::uint32_t at);

 private:
  void look_at(Word word);
  bool join_unit(const Word& word);
  std::size_t call_length(const Word& word) const;
  void add(const Word& word, std::size_t bytes, SpanKind kind);

  std::string_view text_;
  std::vector<Span>& found_;
  std::size_t end_ = 0;
  std::size_t done_ = 0;        // bytes that a span covers already
  std::optional<Word> number_;  // the last word, when it was a bare number
  bool version_announced_ = false;
};

void Finder::scan(std::size_t begin, std::size_t end, std::uint32_t at) {
  end_ = end;
  number_.reset();
  version_announced_ = false;
  std::size_t word_begin = begin;
  std::uint32_t word_at = at;
  std::uint32_t blanks = 0;
  for (std::size_t pos = begin; pos <= end;) {
    std::size_t next = pos;
    const bool over = pos == end || separates(decode_utf8(text_, next));
    if (over) {
      if (pos > word_begin) {
        look_at({.text = text_.substr(word_begin, pos - word_begin),
                 .begin = word_begin,
                 .at = word_at,
                 .touches_last = blanks == 1});
        blanks = 0;
      }
      if (pos == end) return;
      ++blanks;
      word_begin = next;
      word_at = at + 1;
    }
    ++at;
    pos = next;
  }
}

void Finder::look_at(Word word) {
  if (word.begin < done_ || word.text.size() > kLongestWord) return;
  const std::string_view raw = word.text;
  word.text = trimmed(raw);
  const auto skipped = static_cast<std::size_t>(word.text.data() - raw.data());
  word.begin += skipped;
  word.at += count_code_points(raw.substr(0, skipped));
  const bool announced = std::exchange(
      version_announced_, word.text == "version" || word.text == "Version" || word.text == "versions");
  if (word.text.empty() || join_unit(word)) return;
  const bool number = number_length(word.text) == word.text.size();
  number_ = number ? std::optional(word) : std::nullopt;
  if (const std::size_t call = call_length(word); call > 0) {
    add(word, call, SpanKind::identifier);
  } else if (const auto kind = word_shape(word.text)) {
    if (*kind != SpanKind::number) number_.reset();
    add(word, word.text.size(), *kind);
  } else if (announced && number) {
    number_.reset();
    add(word, word.text.size(), SpanKind::version);
  }
}

// "20 ms": the unit makes a protected number of the bare one before it.
bool Finder::join_unit(const Word& word) {
  if (!number_ || !word.touches_last || !is_unit(word.text)) return false;
  const Word number = *number_;
  if (number.begin + number.text.size() + 1 > word.begin) return false;
  const std::string_view gap =
      text_.substr(number.begin + number.text.size(), word.begin - number.begin - number.text.size());
  std::size_t at = 0;
  if (!is_space(decode_utf8(gap, at)) || at != gap.size()) return false;
  number_.reset();
  if (!found_.empty() && found_.back().begin == number.at) found_.pop_back();
  add(number, word.begin + word.text.size() - number.begin, SpanKind::number);
  return true;
}

// The length of a call with its brackets, which may hold spaces: "fit(x, y)". Not "file(s)".
std::size_t Finder::call_length(const Word& word) const {
  const std::string_view rest = text_.substr(word.begin, end_ - word.begin);
  const std::size_t open = word.text.find('(');
  const std::size_t bracket = open != std::string_view::npos ? open : word.text.size();
  if (bracket == 0 || bracket >= rest.size() || rest[bracket] != '(' || !is_callable(rest.substr(0, bracket)))
    return 0;
  std::size_t depth = 0;
  const std::size_t limit = std::min(rest.size(), bracket + kLongestArguments);
  for (std::size_t at = bracket; at < limit; ++at) {
    if (rest[at] == '(') ++depth;
    if (rest[at] != ')' || --depth > 0) continue;
    const std::string_view arguments = rest.substr(bracket + 1, at - bracket - 1);
    return arguments == "s" || arguments == "es" || arguments == "ies" ? 0 : at + 1;
  }
  return 0;
}

void Finder::add(const Word& word, std::size_t bytes, SpanKind kind) {
  found_.push_back(
      {.begin = word.at, .end = word.at + count_code_points(text_.substr(word.begin, bytes)), .kind = kind});
  done_ = word.begin + bytes;
}

// In order, inside the text, not overlapping: the earlier one wins.
void normalise(std::vector<Span>& spans, std::uint32_t length) {
  std::ranges::sort(spans, {}, &Span::begin);
  std::uint32_t end = 0;
  std::erase_if(spans, [&end, length](Span& span) {
    span.begin = std::max(span.begin, end);
    span.end = std::min(span.end, length);
    if (span.begin >= span.end) return true;
    end = span.end;
    return false;
  });
}

}  // namespace

std::vector<Span> protected_spans(std::string_view utf8, std::vector<Span> known) {
  normalise(known, count_code_points(utf8));
  std::vector<Span> found;
  Finder finder(utf8, found);
  std::size_t at_byte = 0;
  std::uint32_t at = 0;
  const auto skip_to = [&](std::uint32_t target) {
    for (; at < target && at_byte < utf8.size(); ++at) decode_utf8(utf8, at_byte);
  };
  for (const Span& span : known) {
    const std::size_t begin_byte = at_byte;
    const std::uint32_t begin = at;
    skip_to(span.begin);
    finder.scan(begin_byte, at_byte, begin);
    found.push_back(span);
    skip_to(span.end);
  }
  finder.scan(at_byte, utf8.size(), at);
  return found;
}

}  // namespace streamtts::text
