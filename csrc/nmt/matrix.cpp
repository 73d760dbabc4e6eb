#include "nmt/matrix.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "nmt/products.hpp"
#include "nmt/wide.hpp"

namespace streamtts::nmt {
namespace {

constexpr std::size_t kPartBytes = 1 << 15;                  // of weights: what a thread takes at once
constexpr std::size_t kMostRows = kPartBytes / kColumnStep;  // of a part
constexpr std::size_t kRowsAlone = 8;  // as few are rounded sooner than another thread begins
constexpr std::size_t kLanes = 16;
constexpr float kMostWeight = 127.0F;
constexpr float kLeast = 1e-12F;

// To the nearest, ties to even, without a call for each: beyond 2^23 floats have no fractions. What is no
// number becomes one.
std::int32_t nearest(float number, float most) {
  constexpr float kNoFractions = 12582912.0F;
  const float above = number > -most ? number : -most;
  const float within = above < most ? above : most;
  return std::bit_cast<std::int32_t>(within + kNoFractions) - std::bit_cast<std::int32_t>(kNoFractions);
}

STREAMTTS_WIDE float largest(const float* floats, std::size_t count) {
  std::array<float, kLanes> lanes{};
  std::size_t at = 0;
  for (; at + kLanes <= count; at += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float size = std::fabs(floats[at + lane]);
      lanes[lane] = size > lanes[lane] ? size : lanes[lane];
    }
  }
  float most = kLeast;
  for (const float lane : lanes) most = std::max(most, lane);
  for (; at < count; ++at) most = std::max(most, std::fabs(floats[at]));
  return most;
}

STREAMTTS_WIDE void round_row(const float* floats, std::size_t count, float factor, float most,
                              std::int16_t* numbers) {
  for (std::size_t at = 0; at < count; ++at) {
    numbers[at] = static_cast<std::int16_t>(nearest(floats[at] * factor, most));
  }
}

// The bias may be none.
STREAMTTS_WIDE void scale_sums(const std::int32_t* sums, std::size_t count, float step, const float* scales,
                               const float* bias, float* __restrict out) {
  if (bias == nullptr) {
    for (std::size_t at = 0; at < count; ++at) out[at] = static_cast<float>(sums[at]) * step * scales[at];
  } else {
    for (std::size_t at = 0; at < count; ++at) {
      out[at] = static_cast<float>(sums[at]) * step * scales[at] + bias[at];
    }
  }
}

STREAMTTS_WIDE void cut_off_below_zero(float* floats, std::size_t count) {
  for (std::size_t at = 0; at < count; ++at) floats[at] = floats[at] > 0.0F ? floats[at] : 0.0F;
}

float activated(float sum, Activation activation) {
  switch (activation) {
    case Activation::kGelu:
      return 0.5F * sum * (1.0F + std::erf(sum * (std::numbers::sqrt2_v<float> / 2)));
    case Activation::kSilu:
      return sum / (1.0F + std::exp(-sum));
    case Activation::kRelu:
    case Activation::kNone:
      break;
  }
  return sum;
}

// One call of multiply, as its parts see it.
struct Task {
  const Matrix& matrix;
  std::span<const std::int16_t> whole;
  std::span<const float> steps;
  Activation activation;
  Products products;
  float* outputs;

  // Inputs in groups of like size, which stay in a core's nearest cache together with the rows of a part.
  void rows(std::size_t begin, std::size_t end) const {
    std::array<std::int32_t, kInputRows * kMostRows> sums;
    const std::size_t stride = matrix.stride();
    const std::size_t groups = (steps.size() + kInputRows - 1) / kInputRows;
    for (std::size_t group = 0; group < groups; ++group) {
      const std::size_t input = group * steps.size() / groups;
      Tile tile{.inputs = whole.data() + (input * stride),
                .input_rows = ((group + 1) * steps.size() / groups) - input,
                .weights = {},
                .columns = stride,
                .sums_apart = kMostRows};
      for (std::size_t row = begin; row < end; row += kWeightRows) {
        for (std::size_t at = 0; at < kWeightRows; ++at) {
          tile.weights[at] = matrix.weights + (std::min(row + at, end - 1) * stride);
        }
        products(tile, sums.data() + (row - begin));
      }
      for (std::size_t at = 0; at < tile.input_rows; ++at) {
        finish(std::span(sums).subspan(at * kMostRows, end - begin), begin, input + at);
      }
    }
  }

  void finish(std::span<const std::int32_t> sums, std::size_t begin, std::size_t input) const {
    float* out = outputs + (input * matrix.rows) + begin;
    const float* bias = matrix.bias == nullptr ? nullptr : matrix.bias + begin;
    scale_sums(sums.data(), sums.size(), steps[input], matrix.scales + begin, bias, out);
    if (activation == Activation::kRelu) {
      cut_off_below_zero(out, sums.size());
    } else if (activation != Activation::kNone) {
      for (std::size_t at = 0; at < sums.size(); ++at) out[at] = activated(out[at], activation);
    }
  }
};

}  // namespace

std::size_t padded(std::size_t columns) {
  return (columns + kColumnStep - 1) / kColumnStep * kColumnStep;
}

std::size_t Matrix::stride() const {
  return padded(columns);
}

void Matrix::row(std::size_t place, std::span<float> floats) const {
  const std::int8_t* numbers = weights + (place * stride());
  for (std::size_t at = 0; at < floats.size(); ++at)
    floats[at] = static_cast<float>(numbers[at]) * scales[place];
}

void rounded(std::span<const float> floats, std::size_t columns, std::int8_t* weights, float* scales) {
  const std::size_t stride = padded(columns);
  for (std::size_t row = 0; row * columns < floats.size(); ++row) {
    const std::span<const float> mine = floats.subspan(row * columns, columns);
    const float scale = largest(mine.data(), columns) / kMostWeight;
    std::int8_t* numbers = weights + (row * stride);
    for (std::size_t at = 0; at < columns; ++at) {
      numbers[at] = static_cast<std::int8_t>(nearest(mine[at] / scale, kMostWeight));
    }
    std::fill(numbers + columns, numbers + stride, std::int8_t{0});
    scales[row] = scale;
  }
}

void Multiplier::round_inputs(std::span<const float> inputs, std::size_t columns) {
  const std::size_t stride = padded(columns);
  const std::size_t rows = inputs.size() / columns;
  const auto most = static_cast<float>(most_input(stride));
  whole_.resize(rows * stride);
  steps_.resize(rows);
  const auto round_one = [&](std::size_t row) {
    const std::span<const float> mine = inputs.subspan(row * columns, columns);
    const float step = largest(mine.data(), columns) / most;
    const float factor = 1.0F / step;
    std::int16_t* numbers = whole_.data() + (row * stride);
    round_row(mine.data(), columns, factor, most, numbers);
    std::fill(numbers + columns, numbers + stride, std::int16_t{0});
    steps_[row] = step;
  };
  if (rows > kRowsAlone) {
    team_.share(rows, round_one);
  } else {
    for (std::size_t row = 0; row < rows; ++row) round_one(row);
  }
}

void Multiplier::multiply(const Matrix& matrix, std::span<const float> inputs, std::vector<float>& outputs,
                          Activation activation) {
  round_inputs(inputs, matrix.columns);
  outputs.resize(steps_.size() * matrix.rows);
  const Task task{.matrix = matrix,
                  .whole = whole_,
                  .steps = steps_,
                  .activation = activation,
                  .products = products(),
                  .outputs = outputs.data()};
  const std::size_t rows = std::max(kPartBytes / matrix.stride() / kWeightRows, std::size_t{1}) * kWeightRows;
  team_.share((matrix.rows + rows - 1) / rows,
              [&](std::size_t part) { task.rows(part * rows, std::min((part + 1) * rows, matrix.rows)); });
}

}  // namespace streamtts::nmt
