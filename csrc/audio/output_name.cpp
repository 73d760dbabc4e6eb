#include "audio/output_name.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "audio/file/sample_format.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr std::uint32_t kLowestRate = 8000;
constexpr std::uint32_t kHighestRate = 192000;
constexpr std::uint64_t kFastestClock = 1000;
constexpr std::size_t kLongestName = 256;

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

void set_rate(RawTarget& target, std::string_view value) {
  const std::optional<std::uint64_t> rate = whole_number(value);
  if (!rate || *rate < kLowestRate || *rate > kHighestRate) {
    throw Error("raw: takes a rate from 8000 to 192000, not \"" + std::string(value) + '"');
  }
  target.rate_hz = static_cast<std::uint32_t>(*rate);
}

void set_format(RawTarget& target, std::string_view value) {
  if (value != "s16" && value != "f32") {
    throw Error("raw: takes format=s16 or format=f32, not \"" + std::string(value) + '"');
  }
  target.format = value == "s16" ? SampleFormat::kS16 : SampleFormat::kF32;
}

void set_option(RawTarget& target, std::string_view option) {
  const std::size_t equals = option.find('=');
  const std::string_view key = option.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : option.substr(equals + 1);
  if (key == "rate") return set_rate(target, value);
  if (key == "format") return set_format(target, value);
  throw Error("raw: knows no option \"" + std::string(option) +
              "\"; there are rate=48000 and format=s16|f32");
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row[b.size()];
}

}  // namespace

RawTarget parse_raw(std::string_view target) {
  RawTarget parsed;
  std::size_t comma = target.find(',');
  parsed.file = target.substr(0, comma);
  if (parsed.file.empty()) throw Error("raw: needs a file, or - for standard output, as in raw:-");
  while (comma != std::string_view::npos) {
    const std::size_t next = target.find(',', comma + 1);
    set_option(parsed, target.substr(comma + 1, next - comma - 1));
    comma = next;
  }
  return parsed;
}

double parse_clock_speed(std::string_view factor) {
  const std::optional<std::uint64_t> speed = whole_number(factor);
  if (!speed || *speed == 0 || *speed > kFastestClock) {
    throw Error("null: takes how many times too fast its clock runs, as in null:20, not \"" +
                std::string(factor) + '"');
  }
  return static_cast<double>(*speed);
}

std::string nearest_name(std::string_view wrong, const std::vector<std::string>& names) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(wrong.size() / 3, 1) + 1;
  if (wrong.size() > kLongestName) return nearest;
  for (const std::string& name : names) {
    if (name.size() > kLongestName) continue;
    const std::size_t distance = edit_distance(wrong, name);
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace streamtts::audio
