#include "text/sentence_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/event.hpp"
#include "text/protect.hpp"
#include "text/sentence.hpp"
#include "text/span.hpp"

namespace streamtts::text {

namespace {

// A megabyte of prose in one event must not be held three times over on its way through the stages.
constexpr std::size_t kSliceBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostNotices = 64;

// Cuts at most kSliceBytes off the front, never inside a code point.
std::string_view take_slice(std::string_view& text) {
  std::size_t size = std::min(text.size(), kSliceBytes);
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  const std::string_view slice = text.substr(0, size);
  text.remove_prefix(size);
  return slice;
}

}  // namespace

SentenceStream::SentenceStream(SentenceStreamOptions options)
    : cleaner_({.code = options.code, .tables = options.tables, .marks = true}), splitter_(options.eager) {}

void SentenceStream::feed(std::string_view bytes, std::vector<NumberedSentence>& out) {
  out_ = &out;
  flush_reason_ = SentenceEnd::flush;
  extractor_.feed(bytes, *this);
}

void SentenceStream::finish(std::vector<NumberedSentence>& out) {
  out_ = &out;
  flush_reason_ = SentenceEnd::eof;
  extractor_.finish(*this);
  release(SentenceEnd::eof);
}

std::vector<std::string> SentenceStream::take_notices() {
  return std::exchange(notices_, {});
}

void SentenceStream::on_event(const Event& event) {
  if (event.turn != turn_) {
    turn_ = event.turn;
    next_seq_ = 0;
  }
  switch (event.kind) {
    case EventKind::text:
      speak(event.text);
      break;
    case EventKind::flush:
    case EventKind::turn:
      release(flush_reason_);
      break;
    case EventKind::notice:
      if (notices_.size() < kMostNotices) notices_.emplace_back(event.text);
      break;
  }
}

void SentenceStream::speak(std::string_view prose) {
  while (!prose.empty()) {
    cleaner_.feed(take_slice(prose), speakable_);
    splitter_.feed(speakable_, sentences_);
    speakable_.clear();
    number_new_sentences();
  }
}

void SentenceStream::release(SentenceEnd why) {
  cleaner_.finish(speakable_);
  // The cleaner closes the block with a hard boundary; what ends the sentence is the reason given here.
  if (!speakable_.empty() && speakable_.back() == '\n') speakable_.pop_back();
  splitter_.feed(speakable_, sentences_);
  speakable_.clear();
  splitter_.finish(why, sentences_);
  number_new_sentences();
}

void SentenceStream::number_new_sentences() {
  for (Sentence& sentence : sentences_) {
    std::vector<Span> spans = protected_spans(sentence.text, std::move(sentence.code));
    out_->push_back({.turn = turn_,
                     .seq = next_seq_++,
                     .text = std::move(sentence.text),
                     .end = sentence.end,
                     .protected_spans = std::move(spans)});
  }
  sentences_.clear();
}

}  // namespace streamtts::text
