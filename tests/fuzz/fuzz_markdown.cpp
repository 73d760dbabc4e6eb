// Cleaned text of any prose: the same in any chunking and with or without marks of any kind, tidy, no control
// inside, and no letter lost when nothing could hide it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "text/markdown.hpp"
#include "text/markdown/spoken_word.hpp"
#include "text/marks.hpp"
#include "text/unicode.hpp"

namespace {

using streamtts::text::Cleaner;
using streamtts::text::CleanerOptions;
using streamtts::text::decode_utf8;
using streamtts::text::Say;

void require(bool holds, const char* promise, std::string_view input, std::string_view output) {
  if (holds) return;
  std::fprintf(stderr, "%s\n--- input\n%.*s\n--- output\n%.*s\n---\n", promise,
               static_cast<int>(input.size()), input.data(), static_cast<int>(output.size()), output.data());
  std::abort();
}

// `sizes` picks the chunks' lengths in code points; empty for one whole chunk.
std::string clean(std::string_view text, const CleanerOptions& options, std::string_view sizes) {
  Cleaner cleaner(options);
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; at < text.size(); ++i) {
    std::size_t end = sizes.empty() ? text.size() : at;
    if (!sizes.empty()) {
      const std::size_t count = 1 + static_cast<unsigned char>(sizes[i % sizes.size()]) % 5;
      for (std::size_t k = 0; k < count && end < text.size(); ++k) decode_utf8(text, end);
    }
    cleaner.feed(text.substr(at, end - at), out);
    at = end;
  }
  cleaner.finish(out);
  return out;
}

std::string without(std::string_view text, bool (*is_one)(char)) {
  std::string rest;
  std::ranges::copy_if(text, std::back_inserter(rest), [&](char c) { return !is_one(c); });
  return rest;
}

bool takes_turns(std::string_view marked) {
  bool strong = false;
  for (const char c : marked) {
    if (c == '\n') strong = false;
    if (!streamtts::text::marks::is_strong(c)) continue;
    if (strong == (c == streamtts::text::marks::kStrongBegin)) return false;
    strong = !strong;
  }
  return true;
}

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return streamtts::text::is_ascii_alnum(static_cast<unsigned char>(c)); }));
}

bool is_tidy(std::string_view out) {
  if (!out.empty() && out.back() != '\n') return false;
  if (out.find("\n\n") != std::string_view::npos || (!out.empty() && out.front() == '\n')) return false;
  return std::ranges::none_of(out, [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7F; });
}

constexpr std::string_view kPieces[] = {"a",
                                        "B",
                                        "word",
                                        " ",
                                        " ",
                                        "\n",
                                        "\n\n",
                                        "\n",
                                        ".",
                                        "!",
                                        "?",
                                        ",",
                                        ":",
                                        "*",
                                        "**",
                                        "***",
                                        "_",
                                        "__",
                                        "~~",
                                        "==",
                                        "`",
                                        "``",
                                        "```",
                                        "~~~",
                                        "```py\n",
                                        "\n```\n",
                                        "[",
                                        "]",
                                        "(",
                                        ")",
                                        "](",
                                        "![",
                                        "[^1]",
                                        "[^1]:",
                                        "[x] ",
                                        "[ ] ",
                                        "<",
                                        ">",
                                        "<b>",
                                        "</b>",
                                        "<br>",
                                        "<!--",
                                        "-->",
                                        "<script>",
                                        "</script>",
                                        "<p>",
                                        "&",
                                        "&amp;",
                                        "&#39;",
                                        ";",
                                        "\\",
                                        "#",
                                        "## ",
                                        "- ",
                                        "* ",
                                        "+ ",
                                        "1. ",
                                        "1",
                                        "2",
                                        "12) ",
                                        "a) ",
                                        "> ",
                                        ">",
                                        "|",
                                        "| a | b |\n",
                                        "|---|---|\n",
                                        "--- | ---",
                                        "---",
                                        "===",
                                        "=== ",
                                        "    ",
                                        "\t",
                                        "x = 1;",
                                        "/",
                                        "src/a.rs",
                                        ":12",
                                        "https://",
                                        "www.",
                                        ".com",
                                        "4f2a9c1d8e7b",
                                        "@",
                                        "@@ -1,2 +1,2 @@\n",
                                        "diff --git ",
                                        "+x\n",
                                        "-y\n",
                                        "\xF0\x9F\x8E\x89",
                                        "\xE2\x9C\x85",
                                        "\xEF\xB8\x8F",
                                        "\xE2\x83\xA3",
                                        "\xE2\x80\x8D",
                                        "\x1b[31m",
                                        "\x1b]0;t",
                                        "\x07",
                                        "\x1b\\",
                                        "\xC2\xA0",
                                        "\xE3\x80\x82",
                                        "\xE6\x97\xA5\xE6\x9C\xAC",
                                        "\xED\x95\x9C",
                                        "\xE2\x80\xA2 ",
                                        "\xE2\x80\x93 ",
                                        "\xE2\x94\x80",
                                        "\r\n",
                                        "\"",
                                        "'",
                                        "=",
                                        "-",
                                        "+",
                                        "~",
                                        "{",
                                        "}",
                                        "$",
                                        "%",
                                        "^",
                                        "[!NOTE]",
                                        "[a]: /b\n",
                                        "It works. ",
                                        "The end"};

// One byte is one piece of markdown, so that mutations stay near real structure.
std::string compose(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += kPieces[byte % std::size(kPieces)];
  return text;
}

void check(std::string_view text, std::string_view sizes, const CleanerOptions& options) {
  const std::string whole = clean(text, options, {});
  const std::string pieces = clean(text, options, sizes);
  require(whole == pieces, "depends on chunking", text, whole + "\n--- pieces\n" + pieces);
  CleanerOptions marked = options;
  marked.marks = true;
  const std::string with_marks = clean(text, marked, {});
  require(with_marks == clean(text, marked, sizes), "marks depend on chunking", text, with_marks);
  require(without(with_marks, streamtts::text::marks::is_mark) == whole, "marks change the text", text,
          whole + "\n--- marked\n" + with_marks);
  marked.stresses = true;
  const std::string stressed = clean(text, marked, {});
  require(stressed == clean(text, marked, sizes), "stresses depend on chunking", text, stressed);
  require(without(stressed, streamtts::text::marks::is_strong) == with_marks, "stresses change the text",
          text, with_marks + "\n--- stressed\n" + stressed);
  require(takes_turns(stressed), "marks of stresses do not take turns", text, stressed);
  require(is_tidy(whole), "untidy", text, whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const CleanerOptions options{static_cast<Say>(data[0] % 3), static_cast<Say>(data[0] / 3 % 3), false};
  const std::string_view sizes = bytes.substr(1, 1 + size / 8);
  const std::string text = data[0] / 9 % 4 != 0 ? compose(bytes.substr(1)) : std::string(bytes.substr(1));
  check(text, sizes, options);
  std::string said;
  streamtts::text::append_spoken(text, said);
  require(!said.empty() || text.empty(), "a word fell silent", text, said);
  // Nothing in here can hide a word: no code, table, link, tag, definition or path.
  std::string harmless = text;
  std::erase_if(harmless, [](char c) {
    return std::string_view("`~[]()<>|\\/&:@\x1b").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  std::ranges::replace(harmless, '\t', '_');
  const std::string heard = clean(harmless, options, {});
  if (harmless.find("    ") == std::string::npos && harmless.find("www.") == std::string::npos &&
      harmless.find_first_of("0123456789d") == std::string::npos) {
    require(letters(heard) == letters(harmless), "lost or made up a letter", harmless, heard);
  }
  return 0;
}
