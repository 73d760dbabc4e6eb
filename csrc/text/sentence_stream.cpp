#include "text/sentence_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/event.hpp"
#include "text/protect.hpp"
#include "text/sentence.hpp"
#include "text/span.hpp"
#include "text/stress.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

constexpr std::size_t kSliceBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostNotices = 64;

// The size of at most kSliceBytes at the front of `text`, never ending inside a code point.
std::size_t slice_size(std::string_view text) {
  std::size_t size = std::min(text.size(), kSliceBytes);
  while (size < text.size() && is_continuation(text[size])) ++size;
  return size;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

}  // namespace

SentenceStream::SentenceStream(SentenceStreamOptions options)
    : extractor_(options.tools),
      cleaner_({.code = options.code, .tables = options.tables, .marks = true, .stresses = options.stresses}),
      splitter_(options.eager, options.stresses),
      turn_ends_(options.turn_ends),
      stresses_(options.stresses) {}

void SentenceStream::push(std::string_view bytes) {
  extractor_.feed(bytes, *this);
}

void SentenceStream::push_end() {
  ending_ = true;
  extractor_.finish(*this);
  ending_ = false;
  waiting_.push_back({.kind = EventKind::turn, .turn = 0, .why = SentenceEnd::eof, .prose_size = 0});
}

bool SentenceStream::pull(std::vector<NumberedSentence>& out) {
  out_ = &out;
  const std::size_t before = out.size();
  while (out.size() == before && next_waiting_ < waiting_.size()) work();
  return out.size() > before;
}

std::vector<std::string> SentenceStream::take_notices() {
  return std::exchange(notices_, {});
}

void SentenceStream::on_event(const Event& event) {
  if (event.kind == EventKind::notice) {
    if (notices_.size() < kMostNotices) notices_.emplace_back(event.text);
    return;
  }
  prose_.append(event.text);
  const bool goes_on = event.kind == EventKind::text && !waiting_.empty() &&
                       waiting_.back().kind == EventKind::text && waiting_.back().turn == event.turn;
  if (goes_on) {
    waiting_.back().prose_size += event.text.size();
  } else {
    waiting_.push_back({.kind = event.kind,
                        .turn = event.turn,
                        .why = ending_ ? SentenceEnd::eof : SentenceEnd::flush,
                        .prose_size = event.text.size()});
  }
}

// One slice of a text, or one release.
void SentenceStream::work() {
  Waiting& next = waiting_[next_waiting_];
  if (next.turn > turn_) {
    turn_ = next.turn;
    next_seq_ = 0;
  }
  switch (next.kind) {
    case EventKind::text:
      speak(next);
      break;
    case EventKind::tool:
      name_tool(next);
      break;
    case EventKind::turn:
      release(next.why);
      end_turn();
      break;
    default:
      release(next.why);
      break;
  }
  if (next.prose_size == 0 && ++next_waiting_ == waiting_.size()) rest();
}

void SentenceStream::speak(Waiting& text) {
  const std::string_view prose = std::string_view(prose_).substr(prose_at_, text.prose_size);
  const std::size_t size = slice_size(prose);
  cleaner_.feed(prose.substr(0, size), speakable_);
  prose_at_ += size;
  text.prose_size -= size;
  splitter_.feed(speakable_, sentences_);
  speakable_.clear();
  number_new_sentences();
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

// One of twenty reads in a row is news enough.
void SentenceStream::name_tool(Waiting& tool) {
  const std::string_view name = std::string_view(prose_).substr(prose_at_, tool.prose_size);
  prose_at_ += tool.prose_size;
  tool.prose_size = 0;
  if (name == last_tool_) return;
  last_tool_ = name;
  has_spoken_ = true;
  const auto length = static_cast<std::uint32_t>(characters(name) - 1);
  out_->push_back({.turn = turn_,
                   .seq = next_seq_++,
                   .text = last_tool_,
                   .end = SentenceEnd::tool,
                   .protected_spans = {{.begin = 0, .end = length, .kind = SpanKind::identifier}},
                   .stressed = {}});
}

void SentenceStream::end_turn() {
  last_tool_.clear();
  if (!std::exchange(has_spoken_, false) || !turn_ends_) return;
  out_->push_back({.turn = turn_,
                   .seq = next_seq_++,
                   .text = {},
                   .end = SentenceEnd::turn,
                   .protected_spans = {},
                   .stressed = {}});
}

void SentenceStream::number_new_sentences() {
  if (sentences_.empty()) return;
  has_spoken_ = true;
  last_tool_.clear();
  for (Sentence& sentence : sentences_) {
    std::vector<Span> spans = protected_spans(sentence.text, std::move(sentence.code));
    std::vector<Stretch> stresses = stressed(sentence.text, sentence.strong);
    out_->push_back({.turn = turn_,
                     .seq = next_seq_++,
                     .text = std::move(sentence.text),
                     .end = sentence.end,
                     .protected_spans = std::move(spans),
                     .stressed = std::move(stresses)});
  }
  sentences_.clear();
}

// Nothing waits: the buffers are kept for the next push, but not those of a giant line.
void SentenceStream::rest() {
  waiting_.clear();
  next_waiting_ = 0;
  prose_at_ = 0;
  if (prose_.capacity() > 16 * kSliceBytes) {
    prose_ = {};
  } else {
    prose_.clear();
  }
}

}  // namespace streamtts::text
