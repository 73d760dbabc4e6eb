// Bytes to sentences in C++ alone: every line of a log is one feed, as when an agent writes delta by delta.
// Usage: bench_pipeline LOG REPEATS; prints one JSON object with the seconds of every round for the whole
// log.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "rounds.hpp"
#include "text/sentence_stream.hpp"

namespace {

std::vector<std::string_view> lines_of(std::string_view log) {
  std::vector<std::string_view> lines;
  while (!log.empty()) {
    const std::size_t size = std::min(log.find('\n'), log.size() - 1) + 1;
    lines.push_back(log.substr(0, size));
    log.remove_prefix(size);
  }
  return lines;
}

struct Heard {
  std::size_t sentences = 0;
  std::size_t bytes = 0;
};

Heard speak(const std::vector<std::string_view>& lines) {
  streamtts::text::SentenceStream stream;
  std::vector<streamtts::text::NumberedSentence> out;
  Heard heard;
  const auto count = [&] {
    heard.sentences += out.size();
    for (const auto& sentence : out) heard.bytes += sentence.text.size();
    out.clear();
  };
  for (const std::string_view line : lines) {
    stream.push(line);
    while (stream.pull(out)) count();
  }
  stream.push_end();
  while (stream.pull(out)) count();
  return heard;
}

// The yardstick: what it costs only to let simdjson find the top-level keys of the same lines.
std::size_t walk(const std::vector<std::string_view>& lines) {
  static simdjson::ondemand::parser parser;
  std::size_t keys = 0;
  for (const std::string_view line : lines) {
    simdjson::ondemand::document document =
        parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING);
    for (auto field : document.get_object()) keys += field.unescaped_key().value().size();
  }
  return keys;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: bench_pipeline LOG REPEATS\n";
    return EXIT_FAILURE;
  }
  std::ifstream file(argv[1], std::ios::binary);
  std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  log.reserve(log.size() + simdjson::SIMDJSON_PADDING);
  const int repeats = std::atoi(argv[2]);
  const std::vector<std::string_view> lines = lines_of(log);

  Heard heard;
  std::size_t keys = 0;
  bench::Rounds rounds;
  for (int i = 0; i < repeats; ++i) {
    rounds.take("speak", [&] { heard = speak(lines); });
    rounds.take("walk", [&] { keys = walk(lines); });
  }
  std::cout << "{\"keys\": " << keys << ", \"sentences\": " << heard.sentences
            << ", \"bytes\": " << heard.bytes << ", \"rounds\": ";
  rounds.print(std::cout);
  std::cout << "}\n";
  return EXIT_SUCCESS;
}
