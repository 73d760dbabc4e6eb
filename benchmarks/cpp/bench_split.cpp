// Seconds to split FILE fed four characters at a time, and to copy it so, for each of ROUNDS rounds.
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "rounds.hpp"
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

// The yardstick: what it costs to hold the same pieces and nothing else.
void copy(const std::vector<std::string_view>& deltas, std::vector<char>& into) {
  char* at = into.data();
  for (const std::string_view delta : deltas) {
    std::memcpy(at, delta.data(), delta.size());
    at += delta.size();
  }
  asm volatile("" : : "r"(into.data()) : "memory");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: bench_split FILE ROUNDS\n";
    return EXIT_FAILURE;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const int repeats = std::atoi(argv[2]);
  const std::vector<std::string_view> deltas = deltas_of(text);

  std::vector<Sentence> sentences;
  std::vector<char> copied(text.size());
  std::size_t spans = 0;
  bench::Rounds rounds;
  for (int round = 0; round < repeats; ++round) {
    rounds.take("split", [&] {
      sentences.clear();
      Splitter splitter;
      for (const std::string_view delta : deltas) splitter.feed(delta, sentences);
      splitter.finish(SentenceEnd::eof, sentences);
    });
    rounds.take("protect", [&] {
      spans = 0;
      for (const Sentence& sentence : sentences)
        spans += streamtts::text::protected_spans(sentence.text).size();
    });
    rounds.take("copy", [&] { copy(deltas, copied); });
  }
  std::cout << "{\"deltas\": " << deltas.size() << ", \"sentences\": " << sentences.size()
            << ", \"spans\": " << spans << ", \"rounds\": ";
  rounds.print(std::cout);
  std::cout << "}\n";
  return EXIT_SUCCESS;
}
