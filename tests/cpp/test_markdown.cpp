// The cleaner's marks and latency, which Python cannot see; what is heard is tested from Python.
#include "text/markdown.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "check.hpp"
#include "text/markdown/scrub.hpp"
#include "text/markdown/spoken_word.hpp"
#include "text/marks.hpp"
#include "text/unicode.hpp"

using streamtts::text::Cleaner;
using streamtts::text::CleanerOptions;
using streamtts::text::Say;
namespace marks = streamtts::text::marks;

namespace {

// Marks as letters: '{' '}' around code, '<' '>' around strong words, 'l:' and 'o:' before a held word.
std::string readable(std::string_view marked) {
  std::string text;
  for (const char c : marked) {
    switch (c) {
      case marks::kCodeBegin:
        text += '{';
        break;
      case marks::kCodeEnd:
        text += '}';
        break;
      case marks::kStrongBegin:
        text += '<';
        break;
      case marks::kStrongEnd:
        text += '>';
        break;
      case marks::kLowerAhead:
        text += "l:";
        break;
      case marks::kOtherAhead:
        text += "o:";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::string marked(std::string_view markdown) {
  Cleaner cleaner({Say::brief, Say::brief, true});
  std::string out;
  cleaner.feed(markdown, out);
  cleaner.finish(out);
  return readable(out);
}

// With marks around strong words, and no others.
std::string strong(std::string_view markdown) {
  Cleaner cleaner({.stresses = true});
  std::string out;
  cleaner.feed(markdown, out);
  cleaner.finish(out);
  return readable(out);
}

// What is out after `markdown`, fed character by character, with nothing finished.
std::string so_far(std::string_view markdown, bool with_marks = true) {
  Cleaner cleaner({Say::brief, Say::brief, with_marks});
  std::string out;
  for (std::size_t i = 0; i < markdown.size();) {
    const std::size_t length = streamtts::text::utf8_length(markdown[i]);
    cleaner.feed(markdown.substr(i, length), out);
    i += length;
  }
  return readable(out);
}

std::string spoken(std::string_view word) {
  std::string out;
  streamtts::text::append_spoken(word, out);
  return out;
}

}  // namespace

TEST(markdown_marks_tell_the_class_of_every_held_word) {
  CHECK_EQ(marked("Fixed it. next Step 3"), "o:Fixed l:it. l:next o:Step o:3.\n");
  CHECK_EQ(marked("**bold** *Up* [link](x) <b>tag</b>"), "l:bold o:Up o:link l:tag.\n");
  CHECK_EQ(marked("one\ntwo"), "l:one l:two.\n");
  CHECK_EQ(marked("de été Été жук Жук"), "l:de l:été o:Été l:жук o:Жук.\n");
}

TEST(markdown_marks_stand_around_inline_code) {
  CHECK_EQ(marked("Run `npm test`. Ok"), "o:Run o:{npm test}. o:Ok.\n");
  CHECK_EQ(marked("(`a`/`b`)"), "o:({a}/{b}).\n");
  CHECK_EQ(marked("コードは`make`です"), "コードはo:{make}です。\n");
}

TEST(markdown_marks_stand_around_strong_emphasis_and_no_other) {
  CHECK_EQ(strong("a **b c** *d* __e__ _f_ ~~g~~ `**h**`"), "a <b c> d <e> f g **h**.\n");
  CHECK_EQ(strong("***a** b* ***c* d** *e **f** g*"), "<a> b <c d> e <f> g.\n");
  CHECK_EQ(strong("**a *b* c** **d __e__ f**"), "<a b c> <d e f>.\n");
  CHECK_EQ(strong("**`x`**, [**y**](/z) and **[w](/z)**."), "<x>, <y> and <w>.\n");
  CHECK_EQ(strong("これは**絶対に**だめ。**A**B"), "これは<絶対に>だめ。<A>B.\n");
  CHECK_EQ(strong("# A **b**\n=== **c** ===\n**d** e"), "A b.\nc.\n<d> e.\n");
  CHECK_EQ(strong("2 ** 3 **4"), "2 ** 3 **4.\n");
}

TEST(markdown_strong_letters_are_marked_within_their_word) {
  CHECK_EQ(strong("(**a**). **b**lue **gre**en"), "(<a>). <b>lue <gre>en.\n");
  CHECK_EQ(strong("**src/app/a.py**:12 (**src/app/b.py**) src/**app**/c.py"),
           "<a.py line 12> <(b.py)> c.py.\n");
}

TEST(markdown_a_word_too_long_to_be_held_keeps_its_strong_letters) {
  const std::string x(5000, 'x');
  CHECK_EQ(strong(x + "-**y**-" + x + "-**z**"), x + "-<y>-" + x + "-<z>.\n");
  CHECK_EQ(strong("(**y**-" + x + "-z)"), "(<y>-" + x + "-z).\n");
}

TEST(markdown_a_mark_comes_with_the_first_visible_character) {
  CHECK_EQ(so_far("It works. N"), "o:It l:works. o:");
  CHECK_EQ(so_far("It works. n"), "o:It l:works. l:");
  CHECK_EQ(so_far("It works.\nN"), "o:It l:works. o:");
  CHECK_EQ(so_far("It works. **N"), "o:It l:works. o:");
  CHECK_EQ(so_far("It works. `n"), "o:It l:works. o:");
  CHECK_EQ(so_far("It works. [n"), "o:It l:works. o:");
  CHECK_EQ(so_far("It works. ![n"), "o:It l:works. o:");
  CHECK_EQ(so_far("A long **bold passage** n"), "o:A l:long l:bold l:passage l:");
  CHECK_EQ(so_far("A long *slanted passage* n"), "o:A l:long l:slanted l:passage l:");
  CHECK_EQ(so_far("The [label of a link](https://example.com/a) n"), "o:The o:label l:of l:a l:link l:");
  CHECK_EQ(so_far("The [bracketed words] n"), "o:The o:[bracketed l:words] l:");
  CHECK_EQ(so_far("The `code of a span` n"), "o:The o:{code of a span} l:");
  CHECK_EQ(so_far("The <span class='a b c d e f g h'>n"), "o:The l:");
  CHECK_EQ(so_far("動いた。N"), "動いた。o:");
}

TEST(markdown_words_are_out_as_soon_as_they_are_whole) {
  CHECK_EQ(so_far("- It works. ", false), "It works.");
  CHECK_EQ(so_far("- It works.\n", false), "It works.");
  CHECK_EQ(so_far("- It works\n\n", false), "It works.\n");
  CHECK_EQ(so_far("- It works\n- ", false), "It works.\n");
  CHECK_EQ(so_far("## Title\n", false), "Title.\n");
  CHECK_EQ(so_far("- これは動", false), "これは動");
  CHECK_EQ(so_far("```py\nx\n```\n", false), "Python code, 1 line.\n");
  CHECK_EQ(so_far("Done. ", false), "Done.");
  CHECK_EQ(so_far("**First part. Second part goes o", false), "First part. Second part goes ");
}

TEST(markdown_a_block_that_ends_releases_everything) {
  Cleaner cleaner;
  std::string out;
  cleaner.feed("an `open [thing", out);
  cleaner.finish(out);
  CHECK_EQ(out, "an `open [thing.\n");
  out.clear();
  Cleaner moved = std::move(cleaner);
  moved.feed("# next", out);
  moved.finish(out);
  CHECK_EQ(out, "next.\n");
}

TEST(markdown_survives_what_is_no_utf8) {
  Cleaner cleaner;
  std::string out;
  cleaner.feed("a\xff\xc3 b\xe2\x82 c\xf0\x9f", out);
  cleaner.feed("\x80\xbf d", out);
  cleaner.finish(out);
  CHECK_EQ(out, "a b c d.\n");
}

TEST(markdown_holds_no_more_than_it_must) {
  Cleaner cleaner;
  std::string out;
  const std::string word(1 << 20, 'x');
  cleaner.feed(word, out);
  CHECK(out.size() > word.size() - 8192);
  cleaner.finish(out);
  CHECK_EQ(out.size(), word.size() + 2);
}

TEST(markdown_says_words_like_a_colleague) {
  CHECK_EQ(spoken("(src/core/parser.rs:142:17)."), "(parser.rs line 142).");
  CHECK_EQ(spoken("https://a.com/x,https://b.com/y"), "a.com,b.com");
  CHECK_EQ(spoken("and/or"), "and/or");
  CHECK_EQ(spoken(""), "");
}

TEST(unicode_knows_letters_of_many_scripts) {
  using namespace streamtts::text;
  CHECK(is_lower(U'ß') && is_lower(U'ž') && is_lower(U'ω') && is_lower(U'я') && is_lower(U'ế'));
  CHECK(is_upper(U'Ä') && is_upper(U'Ž') && is_upper(U'Ω') && is_upper(U'Я') && is_upper(U'Ế'));
  CHECK(!is_lower(U'日') && !is_upper(U'한') && !is_lower(U'×') && !is_upper(U'÷'));
  CHECK(is_cjk(U'日') && is_cjk(U'カ') && is_cjk(U'。') && !is_cjk(U'한') && is_hangul(U'한'));
  CHECK(is_letter(U'é') && is_letter(U'한') && !is_letter(U'€') && !is_letter(U'→'));
  CHECK(is_emoji(U'🎉') && is_emoji(U'─') && is_silent(U'\u200d') && !is_emoji(U'→') && !is_silent(U'a'));
}
