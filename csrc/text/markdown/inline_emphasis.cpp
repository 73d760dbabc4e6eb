// Which * _ ~~ == are emphasis. An opening sign is dropped only when its closing sign is in sight; globs,
// products, pointers and dunder names keep theirs.
#include <algorithm>
#include <array>
#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>

#include "text/markdown/html_tag.hpp"
#include "text/markdown/inline_reader.hpp"
#include "text/markdown/scrub.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLookahead = 256;
constexpr std::size_t kMostOpen = 16;

constexpr std::array kDunders = std::to_array<std::string_view>(
    {"abs",      "add",         "aenter",       "aexit",        "aiter",    "all",       "and",
     "anext",    "annotations", "attribute",    "author",       "await",    "base",      "bases",
     "bool",     "bytes",       "call",         "class",        "code",     "complex",   "contains",
     "copy",     "cplusplus",   "debug",        "deepcopy",     "defaults", "del",       "delattr",
     "delete",   "delitem",     "dict",         "dir",          "dirname",  "div",       "doc",
     "enter",    "eq",          "exit",         "file",         "filename", "fixtures",  "float",
     "floordiv", "format",      "func",         "function",     "future",   "ge",        "generated",
     "get",      "getattr",     "getattribute", "getitem",      "getstate", "globals",   "gt",
     "hash",     "iadd",        "import",       "index",        "init",     "int",       "invert",
     "iter",     "le",          "len",          "line",         "loader",   "lshift",    "lt",
     "main",     "matmul",      "missing",      "mocks",        "mod",      "module",    "mro",
     "mul",      "name",        "ne",           "neg",          "new",      "next",      "or",
     "package",  "path",        "pos",          "pow",          "proto",    "pycache",   "qualname",
     "radd",     "reduce",      "repr",         "reversed",     "round",    "rshift",    "self",
     "set",      "setattr",     "setitem",      "setstate",     "sizeof",   "slots",     "snapshots",
     "spec",     "str",         "sub",          "subclasshook", "tests",    "traceback", "truediv",
     "typename", "version",     "wrapped",      "xor"});

bool is_dunder(std::string_view name) {
  if (name.find('_') != std::string_view::npos) return true;
  std::string lower;
  for (const unsigned char c : name.substr(0, 16)) lower.push_back(static_cast<char>(ascii_lower(c)));
  return std::ranges::find(kDunders, lower) != kDunders.end();
}

bool is_one_of(std::u32string_view signs, char32_t c) {
  return signs.find(c) != std::u32string_view::npos;
}

// Latin words touch their emphasis signs only at the outside; CJK text has no outside.
bool is_tight(char32_t c) {
  return is_word(c) && !is_cjk(c);
}

}  // namespace

bool InlineReader::read_delimiters() {
  const std::size_t end = run_end(at_);
  const std::size_t length = end - at_;
  if (length > kLongestRun) {
    say_plain(kLongestRun);
    return true;
  }
  if (!has(end) && !final_) return false;
  const Run run{.sign = pending_[at_],
                .length = length,
                .before = before_,
                .after = has(end) ? at(end) : U'\0',
                .end = end};
  if (closes(run)) {
    close(run);
    speaker_.strong(is_strong());
    skip(length, static_cast<unsigned char>(run.sign));
    return true;
  }
  if (!may_open(run)) {
    say_plain(length);
    return true;
  }
  if (!announce_ahead()) return false;
  Closing closing;
  switch (opens(run, closing)) {
    case Verdict::more:
      return false;
    case Verdict::yes:
      open_.push_back(
          {.sign = run.sign, .length = run.length, .ends_inside_word = closing == Closing::inside_word});
      speaker_.strong(is_strong());
      skip(length, static_cast<unsigned char>(run.sign));
      return true;
    case Verdict::no:
      say_plain(length);
  }
  return true;
}

bool InlineReader::closes(const Run& run) const {
  const auto open =
      std::ranges::find_if(std::views::reverse(open_), [&](const Open& o) { return o.sign == run.sign; });
  if (open == open_.rend() || is_space(run.before)) return false;
  if (run.sign == '_') return !is_tight(run.after);
  if (run.sign == '*') return !is_tight(run.after) || open->ends_inside_word;
  return run.length == 2;
}

void InlineReader::close(const Run& run) {
  std::size_t left = run.length;
  while (left > 0) {
    const auto open =
        std::ranges::find_if(std::views::reverse(open_), [&](const Open& o) { return o.sign == run.sign; });
    if (open == open_.rend()) return;
    const std::size_t taken = std::min(left, open->length);
    left -= taken;
    open->length -= taken;
    open_.erase(open.base() - (open->length == 0 ? 1 : 0), open_.end());
  }
}

bool InlineReader::is_strong() const {
  return std::ranges::any_of(open_,
                             [](const Open& o) { return o.length >= 2 && (o.sign == '*' || o.sign == '_'); });
}

bool InlineReader::may_open(const Run& run) const {
  if (run.after == 0 || is_space(run.after) || open_.size() == kMostOpen) return false;
  const bool at_edge = is_space(run.before) || is_picture(run.before) || is_opening(run.before) ||
                       is_one_of(U"*_~=,;:\u2014\u2013\u2026", run.before) ||
                       (is_cjk(run.before) && run.sign != '_');
  switch (run.sign) {
    case '*': {
      if (run.length > 3) return false;
      if (run.length == 1) {
        return at_edge && (is_word(run.after) || is_picture(run.after) ||
                           is_one_of(U"\"'`([_~$<&\\!\u201C\u2018\u00AB\u300C\u300E", run.after));
      }
      const bool before = at_edge || (!is_word(run.before) && !is_one_of(U"\\=+@.)]}", run.before));
      return before && !is_one_of(U")],;:*", run.after);
    }
    case '_':
      return run.length <= 3 && at_edge &&
             (is_word(run.after) || is_picture(run.after) ||
              is_one_of(U"\"'`([*~$<\u201C\u2018\u00AB", run.after));
    case '~':
      return run.length == 2;
    default:
      return run.length == 2 && at_edge && run.before != '=' && run.before != '<' &&
             (is_word(run.after) || is_one_of(U"\"'`([*_", run.after));
  }
}

Verdict InlineReader::opens(const Run& run, Closing& closing) {
  std::size_t from = std::max(run.end, at_ + searched_);
  closing = find_closing(run, from);
  switch (closing) {
    case Closing::outside:
    case Closing::inside_word:
      return Verdict::yes;
    case Closing::more:
      searched_ = from - at_;
      return Verdict::more;
    case Closing::far:  // a long emphasised passage begins where a sentence begins
      return run.sign == '*' && speaker_.at_sentence_start() ? Verdict::yes : Verdict::no;
    case Closing::none:
      break;
  }
  return Verdict::no;
}

// `from` moves to where a next search may begin.
InlineReader::Closing InlineReader::find_closing(const Run& run, std::size_t& from) {
  const std::size_t limit = run.end + kLookahead;
  std::size_t i = from;
  if (searched_ == 0) inner_ = 0;
  while (i < limit) {
    from = i;
    if (!has(i)) return final_ ? Closing::none : Closing::more;
    const char c = pending_[i];
    if (c == '\\') {
      i += 2;
    } else if (c == '`') {
      if (skip_code(i, limit) == Verdict::more) return Closing::more;
    } else if (c == run.sign) {
      const std::size_t end = run_end(i);
      if (end >= limit) break;
      if (!has(end) && !final_) return Closing::more;
      const Closing closing = judge_closing(run, i, end);
      if (closing == Closing::more) return closing;
      if (closing == Closing::outside && inner_ > 0) {
        --inner_;
      } else if (closing != Closing::far) {
        return closing;
      } else if (is_inner_opening(run, i, end)) {
        ++inner_;
      }
      i = end;
    } else if (run.sign == '*' && run.length >= 2 && (c == '.' || c == '!' || c == '?')) {
      if (!has(i + 1)) return final_ ? Closing::none : Closing::more;
      if (pending_[i + 1] == ' ' && speaker_.at_sentence_start()) return Closing::far;
      ++i;
    } else {
      ++i;
    }
  }
  return Closing::far;
}

bool InlineReader::is_inner_opening(const Run& outer, std::size_t begin, std::size_t end) const {
  return end - begin == outer.length && is_space(static_cast<unsigned char>(pending_[begin - 1])) &&
         is_word(at(end));
}

// "far": this run closes nothing, look on; "none": it shows that the opening sign is no emphasis.
InlineReader::Closing InlineReader::judge_closing(const Run& opening, std::size_t begin,
                                                  std::size_t end) const {
  const std::size_t length = end - begin;
  const char32_t before = decode_utf8_before(pending_, begin);
  const char32_t after = at(end);
  if (begin == opening.end || is_space(before)) return Closing::far;
  if (opening.sign == '~') return length == 2 ? Closing::outside : Closing::far;
  if (opening.sign == '=') return length == 2 && !is_tight(after) ? Closing::outside : Closing::far;
  if (opening.length != length && opening.length != 3 && length < 3) return Closing::far;
  if (opening.sign == '*' && (before == '/' || after == '/') && pending_[opening.end] == '/')
    return Closing::far;
  if (is_tight(after)) {
    const std::string_view words = std::string_view(pending_).substr(opening.end, begin - opening.end);
    const bool one_word = words.find_first_of(" \n") == std::string_view::npos;
    return opening.sign == '*' && opening.length >= 2 && one_word ? Closing::inside_word : Closing::far;
  }
  const Verdict identifier = is_identifier(opening, begin, end);
  if (identifier == Verdict::more) return Closing::more;
  return identifier == Verdict::yes ? Closing::none : Closing::outside;
}

// "__init__.py", "_call_(x)", "*foo*.py": one word whose signs belong to it.
Verdict InlineReader::is_identifier(const Run& opening, std::size_t begin, std::size_t end) const {
  const std::string_view word = std::string_view(pending_).substr(opening.end, begin - opening.end);
  const bool plain = std::ranges::all_of(word, [](unsigned char c) { return is_ascii_alnum(c) || c == '_'; });
  if (!plain || opening.length > 2 || (opening.sign == '*' && opening.length > 1)) return Verdict::no;
  const bool name = opening.sign == '_' && opening.length == 2 && is_dunder(word);
  if (name) return Verdict::yes;
  if (!has(end)) return Verdict::no;
  const char next = pending_[end];
  if (next == '/' || (opening.sign == '_' && (next == '(' || next == '['))) return Verdict::yes;
  if (next != '.') return Verdict::no;
  if (!has(end + 1)) return short_of_text();
  return is_ascii_alnum(static_cast<unsigned char>(pending_[end + 1])) ? Verdict::yes : Verdict::no;
}

}  // namespace streamtts::text
