#include "text/sentence/number_shape.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "text/sentence/sorted_words.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

constexpr SortedWords kUnits(std::to_array<std::string_view>({
    "%",    "A",   "B",      "EB",  "GB",  "GHz", "GW",  "Gb",   "Gbit", "Gbps", "GiB", "Hz",  "J",
    "K",    "KB",  "KiB",    "MB",  "MHz", "MW",  "Mb",  "Mbit", "Mbps", "MiB",  "PB",  "PiB", "QPS",
    "RPS",  "TB",  "TFLOPS", "THz", "TiB", "V",   "W",   "b",    "bps",  "ch",   "cm",  "dB",  "dpi",
    "em",   "fps", "g",      "h",   "hz",  "in",  "k",   "kB",   "kHz",  "kW",   "kWh", "kb",  "kbit",
    "kbps", "kg",  "km",     "m",   "mA",  "mAh", "mV",  "mW",   "mb",   "mg",   "min", "ml",  "mm",
    "ms",   "nm",  "ns",     "pt",  "px",  "qps", "rem", "rpm",  "rps",  "s",    "sec", "us",  "vCPU",
    "vh",   "vw",  "°",      "°C",  "°F",  "µm",  "µs",  "μs",   "‰",    "℃",
}));

// Too like a word to be a unit when a space stands before it: "2 in one", "3 K tests".
constexpr SortedWords kOnlyAttached(std::to_array<std::string_view>({"A", "J", "K", "b", "ch", "em", "in",
                                                                     "k", "min", "pt", "sec", "us"}));

constexpr SortedWords kPer(std::to_array<std::string_view>({"core", "day", "delta", "frame", "h", "hour",
                                                            "hr", "iter", "kg", "min", "op", "request", "row",
                                                            "s", "sec", "second", "step", "token"}));

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

bool all_digits(std::string_view text) {
  return !text.empty() && digits(text) == text.size();
}

std::size_t starts_with_any(std::string_view text, std::initializer_list<std::string_view> heads) {
  for (const std::string_view head : heads) {
    if (text.starts_with(head)) return head.size();
  }
  return 0;
}

// Digits with grouping and a fraction: "1,250.5", "1 000" not; ".5".
std::size_t plain_number(std::string_view text) {
  std::size_t at = digits(text);
  while (at < text.size() && (text[at] == '.' || text[at] == ',' || text[at] == '_' || text[at] == '\'')) {
    const std::size_t more = digits(text.substr(at + 1));
    if (more == 0) break;
    at += 1 + more;
  }
  if (at > 0 && at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const std::size_t sign = starts_with_any(text.substr(at + 1), {"-", "+"});
    const std::size_t more = digits(text.substr(at + 1 + sign));
    if (more > 0) at += 1 + sign + more;
  }
  return at;
}

bool is_multiple(std::string_view rest) {
  return starts_with_any(rest, {"x", "X", "×"}) == rest.size() && !rest.empty();
}

// 12:30, 12:30:15, 2024-01-05, 16:9, 54/66
bool is_joined_number(std::string_view word, char joint, std::size_t least, std::size_t most) {
  std::size_t parts = 0;
  while (true) {
    const std::size_t run = digits(word);
    if (run == 0 || ++parts > most) return false;
    word.remove_prefix(run);
    if (word.empty()) return parts >= least;
    if (word.front() != joint) return false;
    word.remove_prefix(1);
  }
}

bool is_iso_date(std::string_view word) {
  const std::string_view date = word.substr(0, word.find('T'));
  if (!is_joined_number(date, '-', 2, 3) || digits(date) != 4) return false;
  return std::ranges::all_of(word.substr(date.size()), [](char c) {
    return is_digit(c) || c == 'T' || c == ':' || c == '.' || c == 'Z' || c == '+' || c == '-';
  });
}

bool is_hex_number(std::string_view word) {
  if (starts_with_any(word, {"0x", "0X", "0b", "0o"}) == 0 || word.size() < 3) return false;
  return std::ranges::all_of(word.substr(2), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '_';
  });
}

// What may follow the digits of a version: -rc1, .dev0, b2, +cpu.
bool is_version_tail(std::string_view tail) {
  if (tail.empty() || tail == "+" || tail == ".x" || tail == ".*" || tail == ".X") return true;
  if (tail == ".x.x") return true;
  tail.remove_prefix(starts_with_any(tail, {"-", "+", ".", "_"}));
  const bool known =
      starts_with_any(tail, {"alpha", "beta", "rc", "dev", "post", "pre", "snapshot", "SNAPSHOT", "canary",
                             "nightly", "next", "preview", "cpu", "cu", "a", "b", "git"}) > 0;
  return known && std::ranges::all_of(tail, [](char c) {
           return is_ascii_alnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '+';
         });
}

// "2.13.0", "1.2.3-rc1", "3.x"; a bare "3.11" counts only where something says that it is a version.
bool is_version_number(std::string_view word, bool announced) {
  std::size_t at = digits(word);
  if (at == 0) return false;
  std::size_t dots = 0;
  while (at < word.size() && word[at] == '.') {
    const std::size_t more = digits(word.substr(at + 1));
    if (more == 0) break;
    at += 1 + more;
    ++dots;
  }
  const std::string_view tail = word.substr(at);
  if (!is_version_tail(tail)) return false;
  const bool marked = !tail.empty() && (dots > 0 || tail.starts_with(".x"));
  return announced || dots >= 2 || marked;
}

// numpy==1.26.4, react@18.2, >=3.11, ^1.2; ">10" and "~2.5" are numbers.
bool is_related_version(std::string_view name, std::string_view number, std::string_view relation) {
  const auto dots = std::ranges::count(number, '.');
  if (!is_version_number(number, true)) return false;
  if (name.empty()) return relation == "~" || relation == ">" || relation == "<" ? dots >= 2 : dots >= 1;
  return is_ascii_letter(static_cast<unsigned char>(name.front())) && (relation != "@" || dots > 0);
}

}  // namespace

std::size_t number_length(std::string_view word) {
  std::size_t at = starts_with_any(word, {"-", "+", "±", "~", "≈", "<", ">", "≤", "≥"});
  if (at < word.size()) at += starts_with_any(word.substr(at), {"$", "€", "£", "¥"});
  const std::size_t first = plain_number(word.substr(at));
  if (first == 0) return 0;
  at += first;
  const std::size_t dash = starts_with_any(word.substr(at), {"-", "–", "~"});
  if (dash == 0) return at;
  const std::size_t second = plain_number(word.substr(at + dash));
  return second == 0 ? at : at + dash + second;
}

bool is_unit(std::string_view word) {
  if (kOnlyAttached.contains(word)) return false;
  if (kUnits.contains(word)) return true;
  const std::size_t slash = word.find('/');
  return slash != std::string_view::npos && slash > 0 && kPer.contains(word.substr(slash + 1));
}

bool is_number_with_unit(std::string_view word) {
  if (is_hex_number(word) || is_iso_date(word)) return true;
  if (is_joined_number(word, ':', 2, 3) || is_joined_number(word, '/', 2, 2)) return true;
  const std::size_t length = number_length(word);
  if (length == 0) return false;
  const std::string_view rest = word.substr(length);
  const bool money = starts_with_any(word, {"$", "€", "£", "¥"}) > 0;
  if (rest.empty()) return money;
  if (is_multiple(rest) || rest == "k" || rest == "K" || rest == "M" || rest == "G" || rest == "B")
    return true;
  if (rest == "s" && all_digits(word.substr(0, length)) && length == 4) return false;  // the 1990s
  return kUnits.contains(rest) || is_unit(rest);
}

bool is_version(std::string_view word) {
  for (const std::string_view relation : {"==", ">=", "<=", "~=", "!=", "@", "^", "~", ">", "<"}) {
    const std::size_t at = word.find(relation);
    if (at != std::string_view::npos)
      return is_related_version(word.substr(0, at), word.substr(at + relation.size()), relation);
  }
  if (word.size() > 1 && (word[0] == 'v' || word[0] == 'V')) return is_version_number(word.substr(1), true);
  return is_version_number(word, false);
}

bool is_ip_address(std::string_view word) {
  word = word.substr(0, word.find_first_of(":/"));
  if (!is_joined_number(word, '.', 4, 4)) return false;
  std::size_t run = 0;
  for (const char c : word) {
    run = is_digit(c) ? run + 1 : 0;
    if (run > 3) return false;
  }
  return true;
}

}  // namespace streamtts::text
