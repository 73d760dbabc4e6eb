// Which angle brackets are HTML, and which are generics, comparisons or placeholders that must be heard.
#pragma once

#include <cstddef>
#include <string_view>

namespace streamtts::text {

enum class Verdict : unsigned char { no, yes, more };  // more: undecided until more text is seen

struct HtmlTag {
  enum class Kind : unsigned char { phrase, line_break, block, raw, image };
  Kind kind = Kind::phrase;
  std::size_t length = 0;
  std::string_view name;
  std::string_view alt;  // of an image
  bool closing = false;
};

// `text` begins with '<'. `glued`: a word stands right before it, as in "List<int>". `complete`: no more
// text can follow.
Verdict read_html_tag(std::string_view text, bool glued, bool complete, HtmlTag& tag);

// "<https://example.com>", "<me@example.com>": `length` covers the brackets.
Verdict read_autolink(std::string_view text, bool complete, std::size_t& length);

}  // namespace streamtts::text
