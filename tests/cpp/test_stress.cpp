// Which bold words are to be stressed.
#include "text/stress.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "text/span.hpp"
#include "text/unicode.hpp"

namespace {

using streamtts::text::Stretch;

// The stressed words of a sentence whose bold words are in '<' and '>'.
std::string stresses(std::string_view marked) {
  std::string text;
  std::vector<std::size_t> bytes;
  std::vector<Stretch> bold;
  for (std::size_t at = 0; at < marked.size();) {
    const std::size_t begin = at;
    const char32_t c = streamtts::text::decode_utf8(marked, at);
    const auto here = static_cast<std::uint32_t>(bytes.size());
    if (c == '<') {
      bold.push_back({.begin = here, .end = here});
    } else if (c == '>') {
      bold.back().end = here;
    } else {
      bytes.push_back(text.size());
      text += marked.substr(begin, at - begin);
    }
  }
  bytes.push_back(text.size());
  std::string found;
  for (const Stretch& each : streamtts::text::stressed(text, bold))
    found += text.substr(bytes[each.begin], bytes[each.end] - bytes[each.begin]) + '|';
  return found;
}

}  // namespace

TEST(bold_words_are_stressed_without_what_follows_them) {
  CHECK_EQ(stresses("Do <not> touch it."), "not|");
  CHECK_EQ(stresses("It is < very important!> Really <so, > and <so>."), "very important|so|so|");
  CHECK_EQ(stresses("これは<絶対に、>消さないで<ください。>"), "絶対に|ください|");
  CHECK_EQ(stresses("Use <.NET>, <C++> or <100%>, <\"quoted\">."), ".NET|C++|100%|\"quoted\"|");
}

TEST(a_sentence_that_is_bold_as_a_whole_stresses_nothing) {
  CHECK_EQ(stresses("<Do not touch it.>"), "");
  CHECK_EQ(stresses("(<Do> <not> <touch it>!)"), "");
  CHECK_EQ(stresses("<Do> not <touch it>!"), "Do|touch it|");
}

TEST(a_label_is_not_stressed) {
  CHECK_EQ(stresses("<Note:> do it <now>."), "now|");
  CHECK_EQ(stresses("<Note>: do it."), "");
  CHECK_EQ(stresses("\"<Note>\": do it."), "");
  CHECK_EQ(stresses("<Note> : do it."), "");
  CHECK_EQ(stresses("<重要>：消さないで。"), "");
  CHECK_EQ(stresses("<Speed> — it is fast."), "");
  CHECK_EQ(stresses("<Speed> - it is fast."), "");
  CHECK_EQ(stresses("<Never>—it is wrong."), "Never|");
  CHECK_EQ(stresses("Please <note>: it is fast."), "note|");
  CHECK_EQ(stresses("<12>:30 it is."), "");
}

TEST(a_part_of_a_word_is_not_stressed) {
  CHECK_EQ(stresses("un<believ>able and <S>ingle"), "");
  CHECK_EQ(stresses("<re>-run and <don>'t and a.<b> and <a>.b"), "");
  CHECK_EQ(stresses("(<so>), '<so>' and <so>… or <so>—no"), "so|so|so|so|");
  CHECK_EQ(stresses("これは<絶対>だめ"), "絶対|");
}

TEST(bold_without_words_stresses_nothing) {
  CHECK_EQ(stresses("a <—> b < > c <...> d <>"), "");
}
