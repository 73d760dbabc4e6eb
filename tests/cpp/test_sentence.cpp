#include "text/sentence.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check.hpp"
#include "text/marks.hpp"
#include "text/protect.hpp"
#include "text/span.hpp"

namespace {

using streamtts::text::Sentence;
using streamtts::text::SentenceEnd;
using streamtts::text::Span;
using streamtts::text::SpanKind;
using streamtts::text::Splitter;
using streamtts::text::Stretch;

std::vector<Sentence> split(std::string_view text, SentenceEnd why = SentenceEnd::eof, bool eager = false,
                            bool stresses = false) {
  Splitter splitter(eager, stresses);
  std::vector<Sentence> out;
  for (const char& byte : text) splitter.feed({&byte, 1}, out);
  splitter.finish(why, out);
  return out;
}

std::string ends_of(const std::vector<Sentence>& sentences) {
  static constexpr const char* kNames[] = {"stop", "block", "flush", "eof", "clause"};
  std::string ends;
  for (const Sentence& sentence : sentences)
    ends += std::string(kNames[static_cast<int>(sentence.end)]) + ' ';
  return ends;
}

// Each sentence with its strong words; '<' and '>' are their marks.
std::string strong_words(std::string text, bool eager = false) {
  std::ranges::replace(text, '<', streamtts::text::marks::kStrongBegin);
  std::ranges::replace(text, '>', streamtts::text::marks::kStrongEnd);
  std::string found;
  for (const Sentence& sentence : split(text, SentenceEnd::eof, eager, true)) {
    found += sentence.text + " (";
    for (const Stretch& strong : sentence.strong)
      found += sentence.text.substr(strong.begin, strong.end - strong.begin) + '|';
    found += ") ";
  }
  return found;
}

std::string words_of(const Sentence& sentence) {
  std::string words;
  for (const Span& span : sentence.code)
    words += sentence.text.substr(span.begin, span.end - span.begin) + '|';
  return words;
}

}  // namespace

TEST(every_sentence_says_what_ended_it) {
  CHECK_EQ(ends_of(split("One. Two\nThree.\nFour")), "stop block block eof ");
  CHECK_EQ(ends_of(split("One. Two.", SentenceEnd::flush)), "stop flush ");
  CHECK_EQ(ends_of(split("I looked at the failing test, and it is wrong.", SentenceEnd::eof, true)),
           "clause eof ");
  CHECK_EQ(ends_of(split(std::string(3000, 'x'))), "clause eof ");
}

TEST(code_points_split_between_feeds_are_joined) {
  const std::vector<Sentence> found = split("修正しました。🎉次です。");
  CHECK_EQ(found.size(), 2U);
  CHECK_EQ(found.front().text, "修正しました。🎉");
}

TEST(bytes_that_are_no_utf8_become_replacement_characters) {
  const std::vector<Sentence> found = split("One\xff. Two\xe3\x81");
  CHECK_EQ(found.size(), 2U);
  CHECK_EQ(found.front().text, "One\xEF\xBF\xBD.");
  CHECK_EQ(found.back().text, "Two\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(broken_utf8_is_the_same_in_any_chunking) {
  const std::string_view text = "\xe5x. \xf0\x9f\x8e Y\xe3\x81\x0e\x82. Z";
  std::vector<Sentence> whole;
  Splitter splitter;
  splitter.feed(text, whole);
  splitter.finish(SentenceEnd::eof, whole);
  const std::vector<Sentence> pieces = split(text);
  CHECK_EQ(whole.size(), pieces.size());
  for (std::size_t i = 0; i < whole.size(); ++i) CHECK_EQ(whole[i].text, pieces[i].text);
}

TEST(inline_code_is_announced_in_code_points) {
  const std::vector<Sentence> found = split(
      "Use \x0e"
      "a. B\x0f and \x0e"
      "c\x0f. \x0e"
      "d\x0f too.");
  CHECK_EQ(found.size(), 2U);
  CHECK_EQ(words_of(found.front()), "a. B|c|");
  CHECK_EQ(words_of(found.back()), "d|");
  const std::vector<Sentence> wide = split(
      "これは\x0e"
      "foo\x0fです。");
  CHECK_EQ(wide.front().code.size(), 1U);
  CHECK_EQ(wide.front().code.front().begin, 3U);
  CHECK_EQ(wide.front().code.front().end, 6U);
}

TEST(an_open_code_mark_is_closed_by_the_end_of_its_block) {
  const std::vector<Sentence> found = split(
      "Use \x0e"
      "a b \nThen go.");
  CHECK_EQ(found.size(), 2U);
  CHECK_EQ(words_of(found.front()), "a b|");
  CHECK_EQ(words_of(found.back()), "");
}

TEST(a_cut_divides_a_code_span) {
  std::string text = "\x0e";
  for (int i = 0; i < 500; ++i) text += "word ";
  const std::vector<Sentence> found = split(text + "\x0f");
  CHECK_EQ(found.size(), 2U);
  for (const Sentence& sentence : found) {
    CHECK_EQ(sentence.code.size(), 1U);
    CHECK_EQ(sentence.code.front().begin, 0U);
    CHECK_EQ(sentence.code.front().end, sentence.text.size());
  }
}

TEST(strong_words_are_told_with_their_sentence) {
  CHECK_EQ(strong_words("It is <not> so. <Now> go."), "It is not so. (not|) Now go. (Now|) ");
  CHECK_EQ(strong_words("It <is. Now> go."), "It is. (is.|) Now go. (Now|) ");
  CHECK_EQ(strong_words("It <is\nnow> gone"), "It is (is|) now gone () ");
  CHECK_EQ(strong_words("See <no. >42. It"), "See no. 42. (no. |) It () ");
  CHECK_EQ(strong_words("I looked at <the failing test, and> it is wrong.", true),
           "I looked at the failing test, (the failing test,|) and it is wrong. (and|) ");
}

TEST(without_the_wish_marks_of_strong_words_are_text) {
  const std::vector<Sentence> found = split("It is \x12not\x13 so.");
  CHECK_EQ(found.front().text, "It is \x12not\x13 so.");
}

TEST(a_moved_splitter_goes_on) {
  std::vector<Sentence> out;
  Splitter first;
  first.feed("One. Tw", out);
  Splitter second = std::move(first);
  second.feed("o. Three", out);
  CHECK_EQ(out.size(), 2U);
  CHECK_EQ(out.back().text, "Two.");
}

TEST(known_spans_win_over_found_ones) {
  const std::string_view text = "Call foo_bar and baz_qux now";
  const auto spans = streamtts::text::protected_spans(text, {{5, 16, SpanKind::code}});
  CHECK_EQ(spans.size(), 2U);
  CHECK(spans.front().kind == SpanKind::code);
  CHECK_EQ(spans.back().begin, 17U);
  CHECK(spans.back().kind == SpanKind::identifier);
}

TEST(known_spans_out_of_order_or_range_are_put_right) {
  const auto spans = streamtts::text::protected_spans(
      "abcdef", {{4, 99, SpanKind::code}, {0, 3, SpanKind::code}, {2, 5, SpanKind::code}});
  CHECK_EQ(spans.size(), 3U);
  CHECK_EQ(spans[1].begin, 3U);
  CHECK_EQ(spans[2].begin, 5U);
  CHECK_EQ(spans[2].end, 6U);
}

TEST(the_beginning_of_a_sentence_can_be_seen_while_it_arrives) {
  Splitter splitter;
  std::vector<Sentence> out;
  splitter.feed("One. It wor", out);
  CHECK_EQ(out.size(), 1U);
  CHECK_EQ(std::string(splitter.arriving()), "It wor");
  splitter.finish(SentenceEnd::eof, out);
  CHECK_EQ(std::string(splitter.arriving()), "");
}
