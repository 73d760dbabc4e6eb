#include "text/markdown/html_tag.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLongestName = 16;
constexpr std::size_t kLongestTag = 1000;

// Tags that may touch a word: "H<sub>2</sub>O", "one<br>two".
constexpr std::array kPhrases = std::to_array<std::string_view>(
    {"abbr", "b",    "cite",  "code", "del",    "em",     "font", "i",   "ins", "kbd", "mark", "q",
     "s",    "samp", "small", "span", "strike", "strong", "sub",  "sup", "tt",  "u",   "wbr"});

constexpr std::array kStandalone = std::to_array<std::string_view>(
    {"a",        "audio", "bdi",      "bdo",    "button",   "canvas", "colgroup", "col",
     "data",     "dfn",   "embed",    "form",   "iframe",   "input",  "label",    "link",
     "map",      "meta",  "noscript", "object", "optgroup", "option", "picture",  "progress",
     "ruby",     "rp",    "rt",       "select", "slot",     "source", "svg",      "template",
     "textarea", "time",  "title",    "track",  "var",      "video"});

constexpr std::array kBlocks = std::to_array<std::string_view>(
    {"address", "article", "aside", "blockquote", "body",     "caption",    "center", "dd",      "details",
     "dialog",  "div",     "dl",    "dt",         "fieldset", "figcaption", "figure", "footer",  "h1",
     "h2",      "h3",      "h4",    "h5",         "h6",       "head",       "header", "hr",      "html",
     "legend",  "li",      "main",  "nav",        "ol",       "p",          "pre",    "section", "summary",
     "table",   "tbody",   "tfoot", "thead",      "tr",       "ul"});

constexpr std::array kBreaks = std::to_array<std::string_view>({"br", "td", "th"});
constexpr std::array kRaw = std::to_array<std::string_view>({"script", "style"});

constexpr std::array kFlags = std::to_array<std::string_view>(
    {"allowfullscreen", "async",    "autofocus", "autoplay",   "checked", "controls",
     "default",         "defer",    "disabled",  "download",   "hidden",  "loop",
     "multiple",        "muted",    "nomodule",  "novalidate", "open",    "playsinline",
     "readonly",        "required", "reversed",  "selected"});

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

class TagReader {
 public:
  TagReader(std::string_view text, bool complete)
      : text_(text.substr(0, kLongestTag)), complete_(complete || text.size() >= kLongestTag) {}

  Verdict read(bool glued, HtmlTag& tag);

 private:
  bool at_end() const { return i_ >= text_.size(); }
  Verdict out_of_text() const { return complete_ ? Verdict::no : Verdict::more; }
  Verdict read_name(HtmlTag& tag);
  Verdict read_attributes(HtmlTag& tag, bool& any);
  Verdict read_value(std::string_view& value);
  bool classify(HtmlTag& tag) const;
  void skip_blanks() {
    while (!at_end() && is_blank(text_[i_])) ++i_;
  }

  std::string_view text_;
  bool complete_;
  std::size_t i_ = 1;
  std::array<char, kLongestName> lower_name_{};
};

Verdict TagReader::read_name(HtmlTag& tag) {
  const std::size_t begin = i_;
  std::size_t capitals = 0;
  while (!at_end() && is_ascii_alnum(static_cast<unsigned char>(text_[i_]))) {
    const auto c = static_cast<unsigned char>(text_[i_]);
    if (i_ - begin >= kLongestName) return Verdict::no;
    capitals += is_ascii_upper(c) ? 1 : 0;
    lower_name_[i_ - begin] = static_cast<char>(ascii_lower(c));
    ++i_;
  }
  if (at_end()) return out_of_text();
  const std::size_t size = i_ - begin;
  std::size_t letters = 0;
  for (std::size_t k = begin; k < i_; ++k)
    letters += is_ascii_letter(static_cast<unsigned char>(text_[k])) ? 1 : 0;
  // "<T>" and "<Button>" are types and components.
  if (size == 0 || (capitals > 0 && (capitals < letters || size < 2))) return Verdict::no;
  tag.name = std::string_view(lower_name_.data(), size);
  return Verdict::yes;
}

Verdict TagReader::read_value(std::string_view& value) {
  const char quote = text_[i_];
  if (quote == '"' || quote == '\'') {
    const std::size_t end = text_.find(quote, i_ + 1);
    if (end == std::string_view::npos) {
      i_ = text_.size();
      return out_of_text();
    }
    value = text_.substr(i_ + 1, end - i_ - 1);
    i_ = end + 1;
    return Verdict::yes;
  }
  const std::size_t begin = i_;
  while (!at_end() && !is_blank(text_[i_]) &&
         std::string_view("\"'=<>`").find(text_[i_]) == std::string_view::npos) {
    ++i_;
  }
  if (at_end()) return out_of_text();
  value = text_.substr(begin, i_ - begin);
  return value.empty() ? Verdict::no : Verdict::yes;
}

Verdict TagReader::read_attributes(HtmlTag& tag, bool& any) {
  for (;;) {
    skip_blanks();
    if (at_end()) return out_of_text();
    if (text_[i_] == '>' || text_[i_] == '/') return Verdict::yes;
    const std::size_t begin = i_;
    while (!at_end() && (is_ascii_alnum(static_cast<unsigned char>(text_[i_])) ||
                         std::string_view("_:@.-").find(text_[i_]) != std::string_view::npos)) {
      ++i_;
    }
    if (at_end()) return out_of_text();
    const std::string_view name = text_.substr(begin, i_ - begin);
    if (name.empty()) return Verdict::no;
    any = true;
    if (text_[i_] != '=') {
      if (!is_one_of(kFlags, name)) return Verdict::no;
      continue;
    }
    ++i_;
    if (at_end()) return out_of_text();
    std::string_view value;
    const Verdict verdict = read_value(value);
    if (verdict != Verdict::yes) return verdict;
    if (name == "alt") tag.alt = value;
  }
}

bool TagReader::classify(HtmlTag& tag) const {
  if (is_one_of(kBlocks, tag.name)) {
    tag.kind = HtmlTag::Kind::block;
  } else if (is_one_of(kBreaks, tag.name)) {
    tag.kind = HtmlTag::Kind::line_break;
  } else if (is_one_of(kRaw, tag.name)) {
    tag.kind = HtmlTag::Kind::raw;
  } else if (tag.name == "img") {
    tag.kind = HtmlTag::Kind::image;
  } else {
    tag.kind = HtmlTag::Kind::phrase;
    return is_one_of(kPhrases, tag.name) || is_one_of(kStandalone, tag.name);
  }
  return true;
}

Verdict TagReader::read(bool glued, HtmlTag& tag) {
  if (at_end()) return out_of_text();
  if (text_[i_] == '/') {
    tag.closing = true;
    ++i_;
  }
  const Verdict name = read_name(tag);
  if (name != Verdict::yes) return name;
  if (!classify(tag)) return Verdict::no;
  bool any = false;
  const Verdict attributes = read_attributes(tag, any);
  if (attributes != Verdict::yes) return attributes;
  if (tag.closing && any) return Verdict::no;
  if (text_[i_] == '/') {
    ++i_;
    if (at_end()) return out_of_text();
    if (text_[i_] != '>') return Verdict::no;
  }
  const bool type_like = tag.kind == HtmlTag::Kind::phrase && !is_one_of(kPhrases, tag.name);
  const bool comparison = tag.name.size() == 1;  // "a<b>c"
  if (glued && (type_like || comparison) && !tag.closing && !any) return Verdict::no;
  tag.length = i_ + 1;
  return Verdict::yes;
}

}  // namespace

Verdict read_html_tag(std::string_view text, bool glued, bool complete, HtmlTag& tag) {
  if (text.starts_with("<!") || text.starts_with("<?")) {  // a document type or processing instruction
    if (text.size() < 3) return complete ? Verdict::no : Verdict::more;
    if (!is_ascii_letter(static_cast<unsigned char>(text[2]))) return Verdict::no;
    const std::size_t end = text.substr(0, kLongestTag).find('>');
    if (end == std::string_view::npos) {
      return complete || text.size() >= kLongestTag ? Verdict::no : Verdict::more;
    }
    tag.length = end + 1;
    return Verdict::yes;
  }
  TagReader reader(text, complete);
  const Verdict verdict = reader.read(glued, tag);
  tag.name = {};
  return verdict;
}

Verdict read_autolink(std::string_view text, bool complete, std::size_t& length) {
  const std::size_t limit = std::min(text.size(), kLongestTag);
  bool scheme = false;
  bool mail = false;
  for (std::size_t i = 1; i < limit; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '>') {
      length = i + 1;
      return scheme || mail ? Verdict::yes : Verdict::no;
    }
    if (c <= ' ' || c == '<') return Verdict::no;
    if (c == ':') {
      scheme = scheme || text.substr(i, 3) == "://" || text.substr(1, i - 1) == "mailto";
      if (!scheme) return text.size() <= i + 2 && !complete ? Verdict::more : Verdict::no;
    }
    mail = mail || (c == '@' && i > 1);
    if (!scheme && !mail && !is_ascii_alnum(c) &&
        std::string_view("+.-_%:").find(text[i]) == std::string_view::npos) {
      return Verdict::no;
    }
  }
  return complete || text.size() >= kLongestTag ? Verdict::no : Verdict::more;
}

}  // namespace streamtts::text
