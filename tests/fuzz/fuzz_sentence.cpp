// Sentences and protected spans of any bytes: the same in any chunking, nothing lost, no mark inside.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "text/marks.hpp"
#include "text/protect.hpp"
#include "text/sentence.hpp"
#include "text/span.hpp"
#include "text/stress.hpp"
#include "text/unicode.hpp"

namespace {

using streamtts::text::decode_utf8;
using streamtts::text::Sentence;
using streamtts::text::SentenceEnd;
using streamtts::text::Span;
using streamtts::text::Splitter;
using streamtts::text::Stretch;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<Sentence> split(std::string_view text, std::size_t chunk, bool eager, bool stresses = false) {
  Splitter splitter(eager, stresses);
  std::vector<Sentence> out;
  for (std::size_t at = 0; at < text.size(); at += chunk) splitter.feed(text.substr(at, chunk), out);
  splitter.finish(SentenceEnd::eof, out);
  return out;
}

std::string without_blanks(std::string_view text) {
  std::string rest;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    const bool mark = c < 0x20 && streamtts::text::marks::is_mark(static_cast<char>(c));
    const bool separator = c >= 0x1C && c <= 0x1F;
    if (!streamtts::text::is_space(c) && !separator && !mark) streamtts::text::append_utf8(rest, c);
  }
  return rest;
}

std::uint32_t length(std::string_view text) {
  std::uint32_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) decode_utf8(text, at);
  return count;
}

template <typename Any>
void check_spans(const std::vector<Any>& spans, std::uint32_t size) {
  std::uint32_t end = 0;
  for (const Any& span : spans) {
    require(end <= span.begin && span.begin < span.end && span.end <= size);
    end = span.end;
  }
}

void check(std::string_view text, std::size_t chunk, bool eager) {
  const std::vector<Sentence> whole = split(text, std::max<std::size_t>(text.size(), 1), eager);
  const std::vector<Sentence> pieces = split(text, chunk, eager);
  require(whole.size() == pieces.size());
  std::string joined;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const Sentence& sentence = whole[i];
    require(sentence.text == pieces[i].text && sentence.end == pieces[i].end);
    require(sentence.code.size() == pieces[i].code.size());
    require(!sentence.text.empty());
    require(std::ranges::none_of(sentence.text,
                                 [](char c) { return c == '\n' || streamtts::text::marks::is_mark(c); }));
    const std::uint32_t size = length(sentence.text);
    check_spans(sentence.code, size);
    check_spans(streamtts::text::protected_spans(sentence.text, sentence.code), size);
    joined += without_blanks(sentence.text);
  }
  require(joined == without_blanks(text));
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (decode_utf8(text, at) == streamtts::text::kReplacement && at == begin + 1) return false;
  }
  return true;
}

bool are_equal(const std::vector<Stretch>& left, const std::vector<Stretch>& right) {
  return std::ranges::equal(
      left, right, [](const Stretch& a, const Stretch& b) { return a.begin == b.begin && a.end == b.end; });
}

// Marks of strong emphasis change no sentence, and what they tell is the same in any chunking.
void check_stresses(std::string_view text, std::size_t chunk, bool eager) {
  std::string plain(text);
  std::erase_if(plain, streamtts::text::marks::is_strong);
  const std::vector<Sentence> unmarked = split(plain, std::max<std::size_t>(plain.size(), 1), eager);
  const std::vector<Sentence> whole = split(text, std::max<std::size_t>(text.size(), 1), eager, true);
  const std::vector<Sentence> pieces = split(text, chunk, eager, true);
  require(whole.size() == unmarked.size() && whole.size() == pieces.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const Sentence& sentence = whole[i];
    require(sentence.text == unmarked[i].text && sentence.text == pieces[i].text);
    require(sentence.code.size() == unmarked[i].code.size());
    require(are_equal(sentence.strong, pieces[i].strong));
    const std::uint32_t size = length(sentence.text);
    check_spans(sentence.strong, size);
    check_spans(streamtts::text::stressed(sentence.text, sentence.strong), size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t chunk = 1 + data[0] % 7;
  check(text, chunk, false);
  check(text, chunk, true);
  if (is_utf8(text) && text.find_first_of("\x12\x13") != std::string_view::npos) {
    check_stresses(text, chunk, false);
    check_stresses(text, chunk, true);
  }
  check_spans(streamtts::text::protected_spans(text), length(text));
  return 0;
}
