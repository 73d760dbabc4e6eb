// A log to prose, against a bare simdjson on-demand walk of the same lines.
// Usage: bench_scan LOG REPEATS; prints one JSON object with the seconds of every round for the whole log.
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "rounds.hpp"
#include "text/jsonl.hpp"

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kReadBytes = 65536;

struct Length final : streamtts::text::EventSink {
  std::uint64_t bytes = 0;
  void on_event(const streamtts::text::Event& event) override { bytes += event.text.size(); }
};

// FNV-1a, which the caller can compute as well.
struct Hash final : streamtts::text::EventSink {
  std::uint64_t value = 0xCBF29CE484222325U;
  void on_event(const streamtts::text::Event& event) override {
    if (event.kind != streamtts::text::EventKind::text) return;
    for (const char c : event.text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
};

template <typename Sink>
Sink scan(std::string_view log) {
  streamtts::text::Extractor extractor;
  Sink sink;
  for (std::size_t at = 0; at < log.size(); at += kReadBytes)
    extractor.feed(log.substr(at, kReadBytes), sink);
  extractor.finish(sink);
  return sink;
}

// Visits every value once and keeps its raw bytes: no text is unescaped, no number parsed.
// NOLINTNEXTLINE(misc-no-recursion)
std::size_t visit(ondemand::value value) {
  std::size_t bytes = 0;
  switch (value.type()) {
    case ondemand::json_type::object:
      for (auto field : value.get_object()) bytes += visit(field.value());
      return bytes;
    case ondemand::json_type::array:
      for (auto element : value.get_array()) bytes += visit(element.value());
      return bytes;
    default:
      return value.raw_json_token().size();
  }
}

std::size_t walk(std::string_view log) {
  static ondemand::parser parser;
  std::size_t bytes = 0;
  while (!log.empty()) {
    const std::size_t size = std::min(log.find('\n'), log.size() - 1);
    ondemand::document document = parser.iterate(log.data(), size, size + simdjson::SIMDJSON_PADDING);
    bytes += visit(document.get_value());
    log.remove_prefix(size + 1);
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: bench_scan LOG REPEATS\n";
    return EXIT_FAILURE;
  }
  std::ifstream file(argv[1], std::ios::binary);
  std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  log.reserve(log.size() + simdjson::SIMDJSON_PADDING);
  const int repeats = std::atoi(argv[2]);

  Length length;
  std::size_t walked = 0;
  bench::Rounds rounds;
  for (int i = 0; i < repeats; ++i) {
    rounds.take("scan", [&] { length = scan<Length>(log); });
    rounds.take("walk", [&] { walked = walk(log); });
  }
  const Hash hash = scan<Hash>(log);
  std::cout << "{\"bytes\": " << log.size() << ", \"walked\": " << walked
            << ", \"prose_bytes\": " << length.bytes << ", \"prose_hash\": " << hash.value
            << ", \"rounds\": ";
  rounds.print(std::cout);
  std::cout << "}\n";
  return EXIT_SUCCESS;
}
