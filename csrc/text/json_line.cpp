#include "text/json_line.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>

#include "text/padded_buffer.hpp"

namespace streamtts::text {
namespace {

static_assert(PaddedBuffer::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t kMaxDepth = 1024;
constexpr std::size_t kMaxLine = std::size_t{1} << 30;
constexpr std::size_t kGiantLine = std::size_t{1} << 20;

enum Class : std::uint8_t { open_object, close_object, open_array, close_array, colon, comma, quote, other };

constexpr std::array<Class, 256> make_classes() {
  std::array<Class, 256> classes{};
  classes.fill(other);
  classes['{'] = open_object;
  classes['}'] = close_object;
  classes['['] = open_array;
  classes[']'] = close_array;
  classes[':'] = colon;
  classes[','] = comma;
  classes['"'] = quote;
  return classes;
}

constexpr std::array<Class, 256> kClasses = make_classes();

Class class_of(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_number_char(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// JSON's literals and numbers, and what sloppy writers put in their place.
bool is_scalar(std::string_view scalar) {
  if (scalar == "true" || scalar == "false" || scalar == "null") return true;
  if (scalar == "NaN" || scalar == "Infinity" || scalar == "-Infinity") return true;
  return !scalar.empty() && std::all_of(scalar.begin(), scalar.end(), is_number_char);
}

// simdjson notes four bytes for every structural character. A giant line made of little else (no agent writes
// one) would break the memory bound, so it is refused before it is scanned.
bool is_packed(std::string_view line) {
  if (line.size() < kGiantLine) return false;
  std::size_t structurals = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else {
      const Class kind = class_of(c);
      in_string = kind == quote;
      structurals += kind < quote ? 2 : 0;
    }
  }
  return structurals > line.size() / 3;
}

enum State : std::uint8_t {
  root,
  first_key,
  key,
  colon_next,
  member,
  after_member,
  first_element,
  element,
  after_element
};

// The state behind a value.
State behind(std::size_t depth, const std::bitset<kMaxDepth>& is_object) {
  if (depth == 0) return root;
  return is_object[depth - 1] ? after_member : after_element;
}

constexpr bool takes_value(State state) {
  return state == root || state == member || state == first_element || state == element;
}

constexpr bool takes_close(State state, Class kind) {
  return kind == close_object ? state == first_key || state == after_member
                              : state == first_element || state == after_element;
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
  const bool shrink = scanner.capacity > kGiantLine && bytes <= kGiantLine;
  if (bytes <= scanner.capacity && !shrink) return true;
  std::size_t capacity = std::size_t{1} << 16;
  while (capacity < bytes) capacity *= 2;
  scanner.implementation.reset();
  scanner.capacity = 0;
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(
          capacity, kMaxDepth, scanner.implementation) != simdjson::SUCCESS) {
    return false;
  }
  scanner.capacity = capacity;
  return true;
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

bool JsonLine::is_well_formed() const {
  std::bitset<kMaxDepth> is_object;
  std::size_t depth = 0;
  State state = root;
  for (std::uint32_t token = 0; token < count_; ++token) {
    const Class kind = class_of(at(token));
    switch (kind) {
      case open_object:
      case open_array:
        if (!takes_value(state) || depth == kMaxDepth) return false;
        is_object[depth++] = kind == open_object;
        state = kind == open_object ? first_key : first_element;
        break;
      case close_object:
      case close_array:
        if (!takes_close(state, kind)) return false;
        state = behind(--depth, is_object);
        break;
      case colon:
        if (state != colon_next) return false;
        state = member;
        break;
      case comma:
        if (state != after_member && state != after_element) return false;
        state = state == after_member ? key : element;
        break;
      case quote:
        if (state == first_key || state == key) {
          state = colon_next;
          break;
        }
        if (!takes_value(state)) return false;
        state = behind(depth, is_object);
        break;
      case other:
        if (!takes_value(state) || !is_scalar(scalar(token))) return false;
        state = behind(depth, is_object);
        break;
    }
  }
  return depth == 0 && state == root;
}

std::uint32_t JsonLine::after(std::uint32_t token) const {
  const char first = at(token++);
  if (first != '{' && first != '[') return token;
  for (std::uint32_t depth = 1; depth > 0; ++token) {
    const Class kind = class_of(at(token));
    if (kind == open_object || kind == open_array) {
      ++depth;
    } else if (kind == close_object || kind == close_array) {
      --depth;
    }
  }
  return token;
}

std::string_view JsonLine::raw_string(std::uint32_t token) const {
  const std::size_t begin = index_[token] + 1U;
  // Only white space stands between the closing quote and the next token.
  std::size_t end = token + 1 < count_ ? index_[token + 1] : length_;
  while (data_[end - 1] != '"') --end;
  return {data_ + begin, end - 1 - begin};
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
  return line_ != nullptr && class_of(line_->at(token_)) == other ? line_->scalar(token_)
                                                                  : std::string_view();
}

JsonText JsonValue::text(std::string& scratch) const {
  if (!is_string()) return {};
  return unescape(raw(), scratch);
}

bool JsonValue::equals(std::string_view text) const {
  if (!is_string()) return false;
  const std::string_view inside = raw();
  if (inside.find('\\') == std::string_view::npos) return inside == text;
  std::string scratch;
  return unescape(inside, scratch).bytes == text;
}

bool JsonValue::begins(std::string_view text) const {
  std::string scratch;
  return this->text(scratch).bytes.substr(0, text.size()) == text;
}

}  // namespace streamtts::text
