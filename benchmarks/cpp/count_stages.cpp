// One pass of one stage, for a profiler that counts instructions between the entry and the exit of `counted`.
// Usage: count_stages STAGE LOG [PASSES]; prints the size of what came out: the work that is counted was
// done.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audio/resample.hpp"
#include "audio/spsc_ring.hpp"
#include "audio/stretch.hpp"
#include "text/jsonl.hpp"
#include "text/markdown.hpp"
#include "text/protect.hpp"
#include "text/sentence.hpp"
#include "text/sentence_stream.hpp"
#include "text/unicode.hpp"

namespace {

using namespace streamtts;
using Frames = std::vector<float>;
using Work = std::function<std::size_t()>;

constexpr std::uint32_t kRateHz = 24000;
constexpr std::size_t kPiece = kRateHz / 100;
constexpr int kCharactersPerDelta = 4;

class Prose final : public text::EventSink {
 public:
  void on_event(const text::Event& event) override { all.append(event.text); }
  std::string all;
};

std::vector<std::string_view> lines_of(std::string_view log) {
  std::vector<std::string_view> lines;
  while (!log.empty()) {
    const std::size_t size = std::min(log.find('\n'), log.size() - 1) + 1;
    lines.push_back(log.substr(0, size));
    log.remove_prefix(size);
  }
  return lines;
}

std::vector<std::string_view> deltas_of(std::string_view text) {
  std::vector<std::string_view> deltas;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    for (int i = 0; i < kCharactersPerDelta && at < text.size(); ++i) text::decode_utf8(text, at);
    deltas.push_back(text.substr(begin, at - begin));
  }
  return deltas;
}

std::string scanned(std::string_view log) {
  Prose prose;
  text::Extractor extractor;
  extractor.feed(log, prose);
  extractor.finish(prose);
  return prose.all;
}

std::string cleaned(const std::vector<std::string_view>& deltas) {
  std::string out;
  text::Cleaner cleaner;
  for (const std::string_view delta : deltas) cleaner.feed(delta, out);
  cleaner.finish(out);
  return out;
}

std::vector<text::Sentence> split(const std::vector<std::string_view>& deltas) {
  std::vector<text::Sentence> out;
  text::Splitter splitter;
  for (const std::string_view delta : deltas) splitter.feed(delta, out);
  splitter.finish(text::SentenceEnd::eof, out);
  return out;
}

std::size_t spoken(const std::vector<std::string_view>& lines) {
  text::SentenceStream stream;
  std::vector<text::NumberedSentence> out;
  for (const std::string_view line : lines) {
    stream.push(line);
    while (stream.pull(out)) {
    }
  }
  stream.push_end();
  while (stream.pull(out)) {
  }
  return out.size();
}

Frames tone() {
  Frames out(10 * kRateHz);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double turns = 150.0 * static_cast<double>(i) / kRateHz;
    out[i] = static_cast<float>(0.5 * std::sin(2.0 * std::numbers::pi * turns));
  }
  return out;
}

std::size_t resampled(const Frames& in) {
  audio::Resampler resampler(kRateHz, 2 * kRateHz);
  Frames out;
  for (std::size_t at = 0; at < in.size(); at += kPiece)
    resampler.feed(std::span(in).subspan(at, std::min(kPiece, in.size() - at)), out);
  resampler.finish(out);
  return out.size();
}

std::size_t stretched(const Frames& in) {
  audio::Stretch stretch(kRateHz);
  stretch.set_speed(1.5);
  Frames out(2 * in.size());
  std::size_t taken = 0;
  std::size_t given = 0;
  for (;;) {
    const std::size_t offered = std::min(kPiece, in.size() - taken);
    const auto room = std::span(out).subspan(given, kPiece);
    const auto done =
        stretch.process(std::span(in).subspan(taken, offered), room, taken + offered == in.size());
    taken += done.taken;
    given += done.given;
    if (done.taken + done.given == 0) return given;
  }
}

std::size_t through_the_ring(const Frames& in) {
  audio::SpscRing<float> ring(4096);
  Frames out(kPiece);
  std::size_t read = 0;
  for (std::size_t at = 0; at < in.size(); at += kPiece) {
    ring.write(std::span(in).subspan(at, std::min(kPiece, in.size() - at)));
    read += ring.read(out);
  }
  return read;
}

std::map<std::string_view, Work> stages(const std::string& log) {
  static const std::string prose = scanned(log);
  static const auto lines = lines_of(log);
  static const auto prose_deltas = deltas_of(prose);
  static const std::string speakable = cleaned(prose_deltas);
  static const auto deltas = deltas_of(speakable);
  static const std::vector<text::Sentence> sentences = split(deltas);
  static const Frames sound = tone();
  return {
      {"scan", [&log] { return scanned(log).size(); }},
      {"clean", [] { return cleaned(prose_deltas).size(); }},
      {"split", [] { return split(deltas).size(); }},
      {"protect",
       [] {
         std::size_t spans = 0;
         for (const auto& sentence : sentences) spans += text::protected_spans(sentence.text).size();
         return spans;
       }},
      {"delta", [] { return spoken(lines); }},
      {"resample", [] { return resampled(sound); }},
      {"stretch", [] { return stretched(sound); }},
      {"ring", [] { return through_the_ring(sound); }},
  };
}

}  // namespace

// Found by its name: it is what `valgrind --toggle-collect=counted` counts.
extern "C" [[gnu::noinline]] std::size_t counted(const Work& work, int passes) {
  std::size_t made = 0;
  for (int pass = 0; pass < passes; ++pass) made = work();
  return made;
}

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: count_stages STAGE LOG [PASSES]\n";
    return EXIT_FAILURE;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto all = stages(log);
  const auto found = all.find(argv[1]);
  if (found == all.end()) {
    for (const auto& [name, work] : all) std::cerr << name << '\n';
    return EXIT_FAILURE;
  }
  const std::size_t warm = found->second();  // what is set up once is none of its work
  const std::size_t made = counted(found->second, argc > 3 ? std::atoi(argv[3]) : 1);
  if (made != warm) return EXIT_FAILURE;
  std::cout << made << '\n';
  return EXIT_SUCCESS;
}
