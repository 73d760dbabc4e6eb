#include "text/agent/json_line.hpp"

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "text/agent/json_string.hpp"
#include "text/agent/padded_buffer.hpp"

namespace streamtts::text {
namespace {

static_assert(PaddedBuffer::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t kMaxDepth = 1024;
constexpr std::size_t kMaxLine = std::size_t{1} << 30U;

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

constexpr bool is_operator(char c) {
  return c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',';
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr char closing(char open) {
  return open == '{' ? '}' : ']';
}

// A number by its first character, a literal by all: JSON's own, and what sloppy writers put in their place.
bool is_scalar(std::string_view scalar) {
  const char first = scalar.empty() ? ' ' : scalar.front();
  if (is_digit(first)) return true;
  if (first == '-') return scalar.size() > 1 && (is_digit(scalar[1]) || scalar.substr(1) == "Infinity");
  return scalar == "true" || scalar == "false" || scalar == "null" || scalar == "NaN" || scalar == "Infinity";
}

// simdjson notes four bytes for every token. A giant line of little else (no agent writes one) would break
// the memory bound, so it is refused before it is scanned.
bool is_packed(std::string_view line) {
  if (line.size() <= JsonLine::kGiantLine) return false;
  std::size_t tokens = 0;
  bool in_string = false;
  bool in_scalar = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
      continue;
    }
    const bool stands_alone = c == '"' || is_operator(c);
    const bool goes_on = in_scalar && !stands_alone;
    in_string = c == '"';
    in_scalar = !stands_alone && !is_space(c);
    tokens += (stands_alone || in_scalar) && !goes_on ? 1 : 0;
  }
  return tokens > line.size() / 8 * 5;
}

}  // namespace

struct JsonLine::Scanner {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
  std::size_t capacity = 0;
};

JsonLine::JsonLine() : scanner_(std::make_unique<Scanner>()) {}
JsonLine::~JsonLine() = default;

bool JsonLine::reserve(std::size_t bytes) {
  Scanner& scanner = *scanner_;
  if (bytes <= scanner.capacity) return true;
  std::size_t capacity = std::size_t{1} << 16U;
  while (capacity < bytes) capacity *= 2;
  slim();
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(
          capacity, kMaxDepth, scanner.implementation) != simdjson::SUCCESS) {
    return false;
  }
  scanner.capacity = capacity;
  return true;
}

void JsonLine::slim() {
  scanner_->implementation.reset();
  scanner_->capacity = 0;
  count_ = 0;
}

JsonLine::Verdict JsonLine::parse(std::string_view line) {
  count_ = 0;
  if (line.empty() || line.size() > kMaxLine || is_packed(line) || !reserve(line.size()))
    return Verdict::noise;
  auto& scan = *scanner_->implementation;
  const simdjson::error_code error = scan.stage1(reinterpret_cast<const std::uint8_t*>(line.data()),
                                                 line.size(), simdjson::stage1_mode::regular);
  if (error == simdjson::UTF8_ERROR || error == simdjson::UNESCAPED_CHARS) return Verdict::bad_bytes;
  if (error != simdjson::SUCCESS) return Verdict::noise;
  index_ = scan.structural_indexes.get();
  count_ = scan.n_structural_indexes;
  data_ = line.data();
  length_ = line.size();
  if (is_well_formed()) return Verdict::json;
  count_ = 0;
  return Verdict::noise;
}

// Each turn of the loop reads one value, or the opening of one, and the closings and the key behind it.
bool JsonLine::is_well_formed() {
  const bool note_ends = length_ <= kGiantLine;
  if (!note_ends) ends_.clear();
  if (note_ends && ends_.size() < count_) ends_.resize(count_);
  std::array<std::uint32_t, kMaxDepth> open;
  std::size_t depth = 0;
  std::uint32_t token = 0;
  char close = 0;  // of the innermost container
  while (token < count_) {
    const char first = at(token);
    if (first == '{' || first == '[') {
      if (depth == kMaxDepth) return false;
      open[depth++] = token++;
      close = closing(first);
      if (at(token) != close) {
        if (first == '{' && !is_key(token)) return false;
        token += first == '{' ? 2 : 0;
        continue;
      }
    } else {
      if (first != '"' && !is_scalar(scalar(token))) return false;
      ++token;
    }
    while (depth > 0 && at(token) == close) {
      ++token;
      if (note_ends) ends_[open[depth - 1]] = token;
      --depth;
      if (depth > 0) close = closing(at(open[depth - 1]));
    }
    if (depth == 0) continue;
    if (at(token) != ',') return false;
    ++token;
    if (close != '}') continue;
    if (!is_key(token)) return false;
    token += 2;
  }
  return depth == 0;
}

bool JsonLine::is_key(std::uint32_t token) const {
  return token + 1 < count_ && at(token) == '"' && at(token + 1) == ':';
}

std::uint32_t JsonLine::after_container(std::uint32_t token) const {
  std::uint32_t depth = 0;
  do {
    const char c = at(token++);
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  } while (depth > 0);
  return token;
}

std::string_view JsonLine::raw_container(std::uint32_t token) const {
  const std::size_t begin = index_[token];
  return {data_ + begin, index_[after(token) - 1] + 1 - begin};
}

std::string_view JsonLine::scalar(std::uint32_t token) const {
  const std::size_t begin = index_[token];
  std::size_t end = token + 1 < count_ ? index_[token + 1] : length_;
  while (is_space(data_[end - 1])) --end;
  return {data_ + begin, end - begin};
}

std::string_view JsonValue::scalar() const {
  return line_ != nullptr && !is_string() && !is_object() && !is_array() ? line_->scalar(token_)
                                                                         : std::string_view();
}

JsonText JsonValue::text(std::string& scratch) const {
  if (!is_string()) return {};
  return unescape(raw(), scratch);
}

bool JsonValue::equals_unescaped(std::string_view text) const {
  std::string scratch;
  return unescape(raw(), scratch).bytes == text;
}

bool JsonValue::begins(std::string_view text) const {
  std::string scratch;
  return this->text(scratch).bytes.starts_with(text);
}

}  // namespace streamtts::text
