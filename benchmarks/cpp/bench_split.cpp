// Nanoseconds to split FILE fed four characters at a time, ROUNDS times; the best round counts.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "text/protect.hpp"
#include "text/sentence.hpp"
#include "text/unicode.hpp"

namespace {

using streamtts::text::Sentence;
using streamtts::text::SentenceEnd;
using streamtts::text::Splitter;

constexpr int kCharactersPerDelta = 4;

std::vector<std::string_view> deltas_of(std::string_view text) {
  std::vector<std::string_view> deltas;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    for (int i = 0; i < kCharactersPerDelta && at < text.size(); ++i) streamtts::text::decode_utf8(text, at);
    deltas.push_back(text.substr(begin, at - begin));
  }
  return deltas;
}

template <typename Work>
std::int64_t best_ns(int rounds, Work work) {
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::nanoseconds taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, static_cast<std::int64_t>(taken.count()));
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: bench_split FILE ROUNDS\n";
    return EXIT_FAILURE;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const int rounds = std::atoi(argv[2]);
  const std::vector<std::string_view> deltas = deltas_of(text);

  std::vector<Sentence> sentences;
  const std::int64_t split_ns = best_ns(rounds, [&] {
    sentences.clear();
    Splitter splitter;
    for (const std::string_view delta : deltas) splitter.feed(delta, sentences);
    splitter.finish(SentenceEnd::eof, sentences);
  });
  std::size_t spans = 0;
  const std::int64_t protect_ns = best_ns(rounds, [&] {
    spans = 0;
    for (const Sentence& sentence : sentences)
      spans += streamtts::text::protected_spans(sentence.text).size();
  });
  std::cout << "{\"deltas\":" << deltas.size() << ",\"sentences\":" << sentences.size()
            << ",\"spans\":" << spans << ",\"split_ns\":" << split_ns << ",\"protect_ns\":" << protect_ns
            << "}\n";
  return EXIT_SUCCESS;
}
