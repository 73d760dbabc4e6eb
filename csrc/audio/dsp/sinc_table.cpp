#include "audio/dsp/sinc_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "audio/dsp/dot.hpp"

namespace streamtts::audio {

namespace {

// A row each up to here (1 MiB); beyond it 1024 rows, blended: -118 dB of error at the very worst.
constexpr std::size_t kMaxTableTaps = std::size_t{1} << 18U;
constexpr std::size_t kBlendedPhases = 1024;

// What the filter is made of, in frames of the slower rate.
struct Shape {
  double half_length;     // on each side, kept below a millisecond
  double attenuation_db;  // of images and aliases
  double transition;      // from the last frequency kept to the first one stopped, as a part of the rate

  explicit Shape(std::uint32_t slower_hz)
      : half_length(std::min(40.0, std::floor(0.95e-3 * slower_hz))),
        attenuation_db(std::min(50.0 + 2.3 * half_length, 110.0)),
        transition((attenuation_db - 8.0) / (2.285 * 2.0 * std::numbers::pi * 2.0 * half_length)) {}

  // Kaiser's formulas for window and length.
  double beta() const { return 0.1102 * (attenuation_db - 8.7); }
};

double bessel_i0(double x) {
  const double quarter_square = x * x / 4.0;
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; term > sum * 1e-17; ++k) {
    term *= quarter_square / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

class Kernel {
 public:
  Kernel(const Shape& shape, double slower_by)
      : half_length_(shape.half_length * slower_by),
        beta_(shape.beta()),
        // Going up, images start where the signal ends. Going down, what lies just above would be folded
        // back, so the filter starts to close a quarter of its slope earlier.
        cutoff_(slower_by > 1.0 ? (1.0 - shape.transition / 2.0) / slower_by : 1.0) {}

  double half_length() const { return half_length_; }

  double at(double x) const {
    const double place = x / half_length_;
    if (std::fabs(place) >= 1.0) return 0.0;
    const double angle = std::numbers::pi * cutoff_ * x;
    const double sinc = std::fabs(x) < 1e-9 ? 1.0 : std::sin(angle) / angle;
    return sinc * bessel_i0(beta_ * std::sqrt(1.0 - place * place));
  }

 private:
  double half_length_;
  double beta_;
  double cutoff_;
};

// Rounds to float so that the row's sum stays exactly one: each error is handed to the next tap, and the last
// taps are tiny.
void round_row(std::span<const double> exact, double sum, std::span<float> row) {
  constexpr double kNothing = 1e-12;
  double owed = 0.0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    const double wanted = exact[k] / sum + owed;
    row[k] = std::fabs(wanted) < kNothing ? 0.0F : static_cast<float>(wanted);
    owed = wanted - static_cast<double>(row[k]);
  }
}

}  // namespace

SincTable make_sinc_table(std::uint32_t down, std::uint32_t up, std::uint32_t slower_hz) {
  const Kernel kernel(Shape(slower_hz), std::max(1.0, static_cast<double>(down) / up));
  SincTable table;
  table.reach = static_cast<std::size_t>(std::ceil(kernel.half_length()));
  table.taps = (2 * table.reach + kDotLanes - 1) / kDotLanes * kDotLanes;
  table.blended = up * table.taps > kMaxTableTaps;
  table.phases = table.blended ? kBlendedPhases : up;
  const std::size_t row_count = table.phases + (table.blended ? 1 : 0);
  table.rows.resize(row_count * table.taps);
  std::vector<double> exact(table.taps);
  for (std::size_t phase = 0; phase < row_count; ++phase) {
    const double offset = static_cast<double>(phase) / static_cast<double>(table.phases);
    double sum = 0.0;
    for (std::size_t k = 0; k < table.taps; ++k) {
      const double frame = static_cast<double>(table.reach + k + 1) - static_cast<double>(table.taps);
      exact[k] = kernel.at(frame - offset);
      sum += exact[k];
    }
    round_row(exact, sum, std::span(table.rows).subspan(phase * table.taps, table.taps));
  }
  return table;
}

}  // namespace streamtts::audio
