#include "text/jsonl.hpp"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "text/agent/agent_log.hpp"
#include "text/agent/agent_record.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/json_repair.hpp"
#include "text/agent/line_splitter.hpp"
#include "text/agent/padded_buffer.hpp"
#include "text/event.hpp"

namespace streamtts::text {
namespace {

constexpr std::string_view kSseData = "data:";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

// White space and stray control characters around a line, and a byte order mark, are as if absent.
std::string_view trimmed(std::string_view line) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  return line;
}

// The lines of server-sent events that carry no data.
bool is_sse_frame(std::string_view line) {
  return line.starts_with(':') || line.starts_with("event:") || line.starts_with("id:") ||
         line.starts_with("retry:");
}

bool begins_json(std::string_view text) {
  return text.starts_with('{') || text.starts_with('[');
}

bool may_be_json(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.empty() || begins_json(text) || text.starts_with(kSseData);
}

}  // namespace

class Extractor::Impl {
 public:
  explicit Impl(bool names_tools) : names_tools_(names_tools) {}

  void feed(std::string_view bytes, EventSink& sink) {
    begin(sink);
    lines_.feed(bytes, may_be_json, [this](std::string_view text) { line(text); });
  }

  void finish(EventSink& sink) {
    begin(sink);
    lines_.finish([this](std::string_view text) { line(text); });
    log_->finish();
    whole_message_claude_ = whole_message_claude_ || log_->whole_message_claude();
    turn_ = log_->next_turn();
    log_.reset();
  }

  const ExtractorStats& stats() {
    stats_.whole_message_claude = whole_message_claude_ || (log_ && log_->whole_message_claude());
    return stats_;
  }

 private:
  void begin(EventSink& sink) {
    if (!log_) log_ = std::make_unique<AgentLog>(turn_, names_tools_);
    log_->attach(sink);
  }

  void line(std::string_view bytes) {
    std::string_view const text = trimmed(bytes);
    if (text.empty()) return;
    ++stats_.lines;
    ++(understand(text) ? stats_.events : stats_.skipped);
  }

  bool understand(std::string_view text) {
    if (!begins_json(text)) {
      if (!text.starts_with(kSseData)) return is_sse_frame(text);
      text = trimmed(text.substr(kSseData.size()));
      if (text == "[DONE]") {
        log_->sse_done();
        return true;
      }
      if (!begins_json(text)) return false;
    }
    JsonLine::Verdict verdict = json_.parse(text);
    if (verdict == JsonLine::Verdict::bad_bytes) {
      repair_json(text, repaired_);
      verdict = json_.parse(repaired_.view());
    }
    const bool understood = verdict == JsonLine::Verdict::json && objects() > 0;
    repaired_.clear();
    if (text.size() > JsonLine::kGiantLine) {
      json_.slim();
      log_->slim();
    }
    return understood;
  }

  // Hands on the line's objects: one, those of an array, or several in a row. Returns how many.
  std::size_t objects() {
    std::size_t count = 0;
    const auto object = [this, &count](const JsonValue& value, bool alone) {
      if (!value.is_object()) return;
      log_->object(Record(value), alone);
      ++count;
    };
    for (std::uint32_t token = 0; token < json_.size(); token = json_.after(token)) {
      const JsonValue value(json_, token);
      object(value, true);
      value.for_each([&object](const JsonValue& element) { object(element, false); });
    }
    return count;
  }

  const bool names_tools_;
  LineSplitter lines_;
  JsonLine json_;
  PaddedBuffer repaired_;
  std::unique_ptr<AgentLog> log_;  // none before the first byte and after finish
  std::uint32_t turn_ = 1;         // the next input's first
  ExtractorStats stats_;
  bool whole_message_claude_ = false;
};

Extractor::Extractor(bool names_tools) : impl_(std::make_unique<Impl>(names_tools)) {}
Extractor::~Extractor() = default;
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;

void Extractor::feed(std::string_view bytes, EventSink& sink) {
  impl_->feed(bytes, sink);
}
void Extractor::finish(EventSink& sink) {
  impl_->finish(sink);
}
const ExtractorStats& Extractor::stats() const {
  return impl_->stats();
}

}  // namespace streamtts::text
