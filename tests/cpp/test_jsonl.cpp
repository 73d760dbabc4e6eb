// The extractor's parts, each by its contract.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "text/agent/agent_record.hpp"
#include "text/agent/heard_text.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/json_repair.hpp"
#include "text/agent/json_string.hpp"
#include "text/agent/line_splitter.hpp"
#include "text/agent/name_table.hpp"
#include "text/agent/padded_buffer.hpp"
#include "text/jsonl.hpp"

using namespace streamtts::text;

namespace {

JsonLine::Verdict verdict(std::string_view json) {
  JsonLine line;
  PaddedBuffer padded;
  padded.append(json);
  return line.parse(padded.view());
}

bool is_json(std::string_view json) {
  return verdict(json) == JsonLine::Verdict::json;
}

std::string unescaped(std::string_view raw) {
  std::string scratch;
  return std::string(unescape(raw, scratch).bytes);
}

std::string repaired(std::string_view line) {
  PaddedBuffer out;
  repair_json(line, out);
  return std::string(out.view());
}

}  // namespace

TEST(json_line_takes_what_json_allows) {
  for (const char* json : {"{}", "[]", "7", "\"x\"", "null", "{\"a\":1}", "{\"a\":[{},[],\"\",-1.5e3,true]}",
                           " { \"a\" : [ 1 , 2 ] } ", "{} {}", "[NaN,Infinity,-Infinity,1e999]"}) {
    CHECK(is_json(json));
  }
}

TEST(json_line_refuses_the_rest_whole) {
  for (const char* json : {"",        "{",          "}",          "[1",      "{]",     "[}",
                           "{\"a\"}", "{\"a\":}",   "{\"a\":1,}", "[1,]",    "[,1]",   "{\"a\":1 \"b\":2}",
                           "{1:2}",   "[1 2]",      "[a]",        "[nullx]", "\"open", "{\"a\":\"open}",
                           "[1]]",    "{\"a\":1}}", ":",          ",",       "[:]"}) {
    CHECK(verdict(json) == JsonLine::Verdict::noise);
  }
  CHECK(verdict("{\"a\":\"\xff\"}") == JsonLine::Verdict::bad_bytes);
  CHECK(verdict("{\"a\":\"\x01\"}") == JsonLine::Verdict::bad_bytes);
}

TEST(json_line_bounds_depth) {
  CHECK(is_json(std::string(1024, '[') + std::string(1024, ']')));
  CHECK(!is_json(std::string(1025, '[') + std::string(1025, ']')));
}

TEST(json_line_walks_giants_without_notes) {
  const std::string filler(2'000'000, 'x');
  PaddedBuffer padded;
  padded.append("{\"a\":[{\"b\":[1,2]},{}],\"filler\":\"" + filler + "\",\"id\":\"last\"}");
  JsonLine line;
  CHECK(line.parse(padded.view()) == JsonLine::Verdict::json);
  CHECK(Record(JsonValue(line, 0))[Key::id].equals("last"));
  PaddedBuffer small;
  small.append("{\"a\":[{}],\"id\":\"small\"}");
  CHECK(line.parse(small.view()) == JsonLine::Verdict::json);
  CHECK(Record(JsonValue(line, 0))[Key::id].equals("small"));
}

TEST(record_keeps_the_last_of_duplicates) {
  PaddedBuffer padded;
  padded.append("{\"id\":\"a\" , \"text\":{\"id\":\"inner\"}, \"i\\u0064\":\"b\",\"other\":1}");
  JsonLine line;
  CHECK(line.parse(padded.view()) == JsonLine::Verdict::json);
  const Record record(JsonValue(line, 0));
  CHECK(record[Key::id].equals("b"));
  CHECK(Record(record[Key::text])[Key::id].equals("inner"));
  CHECK(!record[Key::type]);
  CHECK(Record(record[Key::id]).empty());
}

TEST(unescape_resolves_what_json_writes) {
  CHECK_EQ(unescaped("plain"), "plain");
  CHECK_EQ(unescaped("a\\n\\u00e9\\/\\\\"), "a\né/\\");
  CHECK_EQ(unescaped("\\ud83d\\udc4b"), "👋");
  CHECK_EQ(unescaped("\\ud83d"), "\xED\xA0\xBD");
  CHECK_EQ(unescaped("\\uZZZZ\\u12"), "uZZZZu12");
  CHECK_EQ(unescaped("\\ud83d\\u00e9"), "\xED\xA0\xBD\xC3\xA9");
}

TEST(surrogates_join_across_pieces) {
  SurrogateJoiner joiner;
  std::string scratch;
  CHECK_EQ(joiner.piece(unescape("a\\ud83d", scratch)), "a");
  CHECK_EQ(joiner.piece({}), "");
  CHECK_EQ(joiner.piece(unescape("\\udc4bb", scratch)), "👋b");
  CHECK_EQ(joiner.piece(unescape("\\ud83d", scratch)), "");
  CHECK_EQ(joiner.piece({"x", false}), "\xEF\xBF\xBDx");
  CHECK_EQ(joiner.whole(unescape("\\udc4b\\ud83d", scratch)), "\xEF\xBF\xBD");
  CHECK_EQ(joiner.piece({"\xED\x9F\xBF", false}), "\xED\x9F\xBF");
}

TEST(repair_touches_only_what_is_broken) {
  CHECK_EQ(repaired("{\"a\":\"é\\\"\"}"), "{\"a\":\"é\\\"\"}");
  CHECK_EQ(repaired("{\"a\":\"\xff\x0b\"\x0b}"), "{\"a\":\"\xEF\xBF\xBD\\u000b\" }");
  CHECK_EQ(repaired("\xe2\x82"), "\xEF\xBF\xBD");
  const std::string damage(100'000, '\xff');
  CHECK(repaired(damage).size() < damage.size() / 4);
}

TEST(lines_come_whole_in_any_chunking) {
  const std::string bytes = "one\n\ntwo\nthree" + std::string(200, '.') + "\nlast";
  for (std::size_t chunk = 1; chunk < bytes.size(); ++chunk) {
    LineSplitter splitter;
    std::string lines;
    const auto keep = [](std::string_view) { return true; };
    const auto add = [&lines](std::string_view line) { lines.append(line).append("|"); };
    for (std::size_t at = 0; at < bytes.size(); at += chunk)
      splitter.feed(std::string_view(bytes).substr(at, chunk), keep, add);
    splitter.finish(add);
    CHECK_EQ(lines, "one||two|three" + std::string(200, '.') + "|last|");
  }
}

TEST(a_line_that_cannot_matter_is_not_kept) {
  LineSplitter splitter;
  std::vector<std::size_t> sizes;
  const auto never = [](std::string_view) { return false; };
  const auto measure = [&sizes](std::string_view line) { sizes.push_back(line.size()); };
  const std::string piece(5000, 'x');
  for (int i = 0; i < 100; ++i) splitter.feed(piece, never, measure);
  splitter.feed("\nshort\n", never, measure);
  CHECK(sizes == (std::vector<std::size_t>{5000, 5}));
}

TEST(a_line_without_end_is_kept_up_to_a_bound) {
  LineSplitter splitter;
  std::vector<std::size_t> sizes;
  const auto always = [](std::string_view) { return true; };
  const auto measure = [&sizes](std::string_view line) { sizes.push_back(line.size()); };
  const std::string piece(std::size_t{1} << 20U, '\0');
  for (int i = 0; i < 200; ++i) splitter.feed(piece, always, measure);
  splitter.feed("\nshort\n", always, measure);
  CHECK(sizes == (std::vector<std::size_t>{LineSplitter::kLongestLine, 5}));
}

TEST(heard_text_is_confirmed_by_words_first) {
  HeardText heard;
  for (const std::uint64_t message : {1U, 2U, 3U}) {
    heard.append(message, message == 2 ? "Half a" : "Done.");
    heard.end_block();
  }
  CHECK(heard.confirm(9, "Done.", false).known);
  CHECK(!heard.confirm(9, "Half a sentence.", false).known);
  CHECK_EQ(heard.confirm(2, "Half a sentence.", false).text, " sentence.");
  CHECK(heard.waiting());
  CHECK_EQ(heard.confirm(9, "Done. And more.", true).text, " And more.");
  CHECK(!heard.waiting());
  CHECK(!heard.confirm(1, "Done.", true).known);
}

TEST(heard_text_knows_giants_by_their_hash) {
  HeardText heard;
  std::string giant;
  for (int i = 0; i < 100'000; ++i) {
    heard.append(1, "some words ");
    giant += "some words ";
  }
  CHECK(!heard.confirm(1, giant.substr(1), true).known);
  giant += "tail";
  CHECK_EQ(heard.confirm(1, giant, false).text, "tail");
}

TEST(heard_text_goes_on_in_a_new_block_once_confirmed) {
  HeardText heard;
  heard.append(1, "One.");
  CHECK(heard.confirm(1, "One.", false).known);
  CHECK(!heard.waiting());
  heard.append(1, " Two.");
  CHECK(heard.waiting());
  CHECK(heard.confirm(1, " Two.", false).known);
}

TEST(seen_identities_are_remembered_for_long_and_forgotten_at_last) {
  SeenSet seen;
  for (std::uint64_t i = 0; i < 8000; ++i) CHECK(seen.insert(hash_of(std::to_string(i))));
  for (std::uint64_t i = 0; i < 8000; ++i) CHECK(!seen.insert(hash_of(std::to_string(i))));
  for (std::uint64_t i = 8000; i < 100'000; ++i) CHECK(seen.insert(hash_of(std::to_string(i))));
  CHECK(seen.insert(hash_of("0")));
  CHECK(seen.insert(0));
  CHECK(!seen.insert(0));
}

TEST(names_are_found_and_no_others) {
  static constexpr NameTable<4> kTable({"id", "idx", "a_longer_name", "a_limber_name"});
  CHECK_EQ(kTable.find("id"), 0U);
  CHECK_EQ(kTable.find("idx"), 1U);
  CHECK_EQ(kTable.find("a_longer_name"), 2U);
  CHECK_EQ(kTable.find("a_limber_name"), 3U);
  for (const char* other : {"", "i", "ix", "ids", "a_lunger_name", "a_longer_names"})
    CHECK_EQ(kTable.find(other), 4U);
}
