#include "text/markdown/spoken_word.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "text/markdown/spoken_path.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kShortId = 7;
constexpr std::size_t kLongestPlainAddress = 10;
constexpr std::size_t kNone = std::string_view::npos;

unsigned char byte(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

constexpr bool is_hex(unsigned char c) {
  return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::size_t alnum_end(std::string_view text, std::size_t i) {
  while (i < text.size() && is_ascii_alnum(byte(text, i))) ++i;
  return i;
}

std::size_t digits_end(std::string_view text, std::size_t i) {
  while (i < text.size() && is_ascii_digit(byte(text, i))) ++i;
  return i;
}

bool is_long_hex(std::string_view run) {
  if (run.size() <= kShortId) return false;
  std::size_t digits = 0;
  std::size_t lower = 0;
  std::size_t upper = 0;
  for (const unsigned char c : run) {
    if (!is_hex(c)) return false;
    digits += is_ascii_digit(c) ? 1 : 0;
    lower += is_ascii_lower(c) ? 1 : 0;
    upper += is_ascii_upper(c) ? 1 : 0;
  }
  if (run.size() == 40 || run.size() == 64) return true;
  if (digits == 0 || (lower == 0) == (upper == 0)) return false;
  const bool exponent = lower + upper == 1 && (run.find_first_of("eE") != kNone) && run.size() < 12;
  return !exponent;
}

bool is_uuid(std::string_view text) {
  static constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '-' ? text[i] != '-' : !is_hex(byte(text, i))) return false;
  }
  return text.size() == kShape.size() || !is_ascii_alnum(byte(text, kShape.size()));
}

void append_with_short_ids(std::string_view word, std::string& out) {
  std::size_t i = 0;
  while (i < word.size()) {
    if (!is_ascii_alnum(byte(word, i))) {
      out.push_back(word[i++]);
      continue;
    }
    const std::size_t end = alnum_end(word, i);
    const std::string_view run = word.substr(i, end - i);
    const char before = i > 0 ? word[i - 1] : ' ';
    const char after = end < word.size() ? word[end] : ' ';
    const bool identifier = before == '_' || after == '_';
    const bool color = before == '#' && run.size() <= 8;
    const bool address = run.size() > kLongestPlainAddress && run[0] == '0' && run[1] == 'x';
    if (!identifier && is_uuid(word.substr(i))) {
      out.append(run);  // the first group is how people tell two apart
      i += 36;
      continue;
    }
    if (!identifier && !color && is_long_hex(run)) {
      out.append(run.substr(0, kShortId));
    } else if (!identifier && address && run.find_first_not_of("0123456789abcdefABCDEF", 2) == kNone) {
      out.append(run.substr(0, 2 + kShortId));
    } else {
      out.append(run);
    }
    i = end;
  }
}

// ":142", ":142:17", ":10-20", "#L142", "#L10-L20", "(142,17)"; what follows ":142:" stays as written.
struct Lines {
  std::string_view first;
  std::string_view last;  // empty for a single line
  std::string_view rest;
};

bool read_range(std::string_view text, std::size_t& i, bool with_l, Lines& lines) {
  const auto skip_l = [&] { i += with_l && i < text.size() && (text[i] == 'L' || text[i] == 'l') ? 1 : 0; };
  skip_l();
  std::size_t end = digits_end(text, i);
  if (end == i || end - i > 7) return false;
  lines.first = text.substr(i, end - i);
  i = end;
  std::size_t dash = 0;
  if (text.substr(i, 1) == "-") dash = 1;
  if (text.substr(i, 3) == "\u2013") dash = 3;
  if (dash == 0) return true;
  i += dash;
  skip_l();
  end = digits_end(text, i);
  if (end == i) return false;
  lines.last = text.substr(i, end - i);
  i = end;
  return true;
}

bool read_lines(std::string_view suffix, Lines& lines) {
  std::size_t i = 1;
  if (suffix[0] == '(') {
    if (!read_range(suffix, i, false, lines)) return false;
    if (i < suffix.size() && suffix[i] == ',') i = digits_end(suffix, i + 1);
    if (i >= suffix.size() || suffix[i] != ')') return false;
    lines.rest = suffix.substr(i + 1);
    return lines.rest.empty() || lines.rest[0] == ':';
  }
  if (suffix[0] == '#' && (suffix.size() < 2 || suffix[1] != 'L')) return false;
  if (!read_range(suffix, i, true, lines)) return false;
  if (suffix[0] == '#' && i < suffix.size() && suffix[i] == 'C') i = digits_end(suffix, i + 1);
  if (i < suffix.size() && suffix[i] == ':') {
    const std::size_t column = digits_end(suffix, i + 1);
    if (column > i + 1) i = column;
    if (i < suffix.size() && suffix[i] == '-' && column > 0) i = digits_end(suffix, i + 1);
  }
  lines.rest = suffix.substr(i);
  return lines.rest.empty() || lines.rest[0] == ':';
}

bool append_place(std::string_view word, std::string& out) {
  const std::size_t slash = word.find_last_of("/\\");
  const std::size_t cut = word.find_first_of(":#(", slash == kNone ? 0 : slash);
  if (cut == 0) return false;
  const std::string_view base = word.substr(0, cut);
  const std::string_view path = spoken_part_of_path(base);
  if (cut == kNone) {
    out.append(path);
    return !path.empty();
  }
  const std::string_view suffix = word.substr(cut);
  Lines lines;
  const bool file = !path.empty() || (slash == kNone && is_file_name(base) && base[0] != '.');
  if (file && read_lines(suffix, lines)) {
    out.append(path.empty() ? base : path);
    out.append(lines.last.empty() ? " line " : " lines ").append(lines.first);
    if (!lines.last.empty()) out.append(" to ").append(lines.last);
    out.append(lines.rest);
    return true;
  }
  if (!path.empty() &&
      (is_file_name(path) || suffix[0] == '#')) {  // "tests/test_a.py::test_b", "docs/a.md#setup"
    out.append(path).append(suffix);
    return true;
  }
  return false;
}

bool is_mail_address(std::string_view word) {
  const std::size_t at = word.find('@');
  return at != kNone && at > 0 && word.find('.', at) != kNone && word.find_first_of("/:") == kNone;
}

// Closing signs and punctuation behind a word, unless the word itself opened the bracket.
std::size_t core_end(std::string_view word, std::size_t begin) {
  std::size_t end = word.size();
  while (end > begin) {
    std::size_t length = 1;
    const char c = word[end - 1];
    if (static_cast<unsigned char>(c) >= 0x80) {
      const char32_t sign = decode_utf8_before(word, end);
      if (!is_closing(sign) && !is_terminal(sign)) break;
      while (length < end - begin && is_continuation(word[end - length])) ++length;
    } else if (c == ')' || c == ']' || c == '}') {
      const char open = c == ')' ? '(' : c == ']' ? '[' : '{';
      const std::string_view inside = word.substr(begin, end - begin - 1);
      long depth = 0;
      for (const char d : inside) depth += d == open ? 1 : d == c ? -1 : 0;
      if (depth > 0) break;
    } else if (std::string_view(".,;:!?>\"'*~`").find(c) == kNone) {
      break;
    }
    end -= length;
  }
  if (end - begin > 2 && word.substr(end - 2, 2) == "'s") end -= 2;
  return end;
}

std::size_t core_begin(std::string_view word) {
  std::size_t begin = 0;
  while (begin < word.size()) {
    std::size_t next = begin;
    const char32_t c = decode_utf8(word, next);
    if (!is_opening(c) && c != '*' && c != '`') break;
    const bool bracket = c == '(' || c == '[' || c == '{';
    if (bracket) {
      const std::size_t close = word.find(c == '(' ? ')' : c == '[' ? ']' : '}', begin);
      if (close != kNone && close + 1 < word.size() && word[close + 1] == '/') break;
    }
    begin = next;
  }
  return begin;
}

void append_core(std::string_view core, std::string& out);

// "--file=src/a.rs", "src/a.rs,src/b.rs", "open(/usr/share/x)": each piece by itself.
bool append_pieces(std::string_view core, std::string& out) {
  std::size_t i = 0;
  std::size_t begin = 0;
  bool any = false;
  while (i < core.size()) {
    std::size_t next = i;
    const char32_t c = decode_utf8(core, next);
    const bool separator = c < 0x80 ? std::string_view(",;=|\"'<>()").find(static_cast<char>(c)) != kNone
                                    : c == 0x2013 || c == 0x2014 || (c >= 0x2190 && c <= 0x21FF);
    if (separator) {
      append_core(core.substr(begin, i - begin), out);
      out.append(core.substr(i, next - i));
      begin = next;
      any = true;
    }
    i = next;
  }
  if (any) append_core(core.substr(begin), out);
  return any;
}

void append_core(std::string_view core, std::string& out) {
  if (core.empty()) return;
  if (is_mail_address(core)) {
    out.append(core);
    return;
  }
  if (core.starts_with("www.") && core.find('/') == kNone) {
    out.append(spoken_host(core));
    return;
  }
  if (append_place(core, out) || append_pieces(core, out)) return;
  append_with_short_ids(core, out);
}

bool may_change(std::string_view word) {
  bool digit = word.find("www.") != kNone;
  for (const char c : word) {
    if (c == '/' || c == '\\') return true;
    digit = digit || is_ascii_digit(static_cast<unsigned char>(c));
  }
  return digit && word.size() > kShortId - 2;
}

void append_url(std::string_view url, std::string& out) {
  const std::size_t authority = url.find("://") + 3;
  const std::string_view scheme = url.substr(0, authority - 3);
  const std::string_view behind = url.substr(authority);
  if (scheme == "file") {
    const std::string_view name = spoken_part_of_path(behind);
    out.append(name.empty() ? behind : name);
    return;
  }
  const std::string_view host = spoken_host(behind.substr(0, behind.find_first_of("/?#")));
  out.append(host.empty() ? url : host);
}

std::size_t scheme_begin(std::string_view word, std::size_t separator) {
  std::size_t begin = separator;
  while (begin > 0) {
    const unsigned char c = byte(word, begin - 1);
    if (!is_ascii_alnum(c) && c != '+') break;
    --begin;
  }
  return begin;
}

// Where a URL stops: at a sign no URL holds, or where a list of URLs goes on.
std::size_t url_end(std::string_view word, std::size_t authority) {
  std::size_t end = std::min(word.find_first_of("<>\"`|\\", authority), word.size());
  const std::size_t next = word.find("://", authority);
  if (next != kNone && next < end) {
    const std::size_t begin = scheme_begin(word, next);
    if (begin > authority && (word[begin - 1] == ',' || word[begin - 1] == ';')) end = begin - 1;
  }
  return end;
}

}  // namespace

void append_spoken(std::string_view word, std::string& out) {
  if (!may_change(word)) {
    out.append(word);
    return;
  }
  while (!word.empty()) {
    const std::size_t separator = word.find("://");
    const std::size_t begin = separator == kNone ? 0 : scheme_begin(word, separator);
    if (separator == kNone || separator == begin || separator + 3 >= word.size()) {
      const std::size_t core = core_begin(word);
      const std::size_t end = core_end(word, core);
      out.append(word.substr(0, core));
      append_core(word.substr(core, end - core), out);
      out.append(word.substr(end));
      return;
    }
    const std::size_t limit = url_end(word, separator + 3);
    const std::size_t end = core_end(word.substr(0, limit), begin);
    out.append(word.substr(0, begin));
    if (end <= separator + 3) {
      out.append(word.substr(begin, limit - begin));
    } else {
      append_url(word.substr(begin, end - begin), out);
      out.append(word.substr(end, limit - end));
    }
    word.remove_prefix(limit);
  }
}

}  // namespace streamtts::text
