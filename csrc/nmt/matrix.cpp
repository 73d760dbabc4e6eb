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

namespace streamtts::nmt {
namespace {

constexpr std::size_t kPartBytes = 1 << 15;  // of weights: what a thread takes at once
constexpr std::size_t kInputBlock = 48;      // rows that stay in a core's own cache
constexpr std::size_t kRowsAlone = 8;        // as few are rounded sooner than another thread begins
constexpr float kMostWeight = 127.0F;
constexpr float kLeast = 1e-12F;

float largest(std::span<const float> floats) {
  float most = kLeast;
  for (const float each : floats) most = std::max(most, std::fabs(each));
  return most;
}

// To the nearest, ties to even, without a call for each: beyond 2^23 floats have no fractions. What is no
// number becomes one.
std::int32_t nearest(float number, float most) {
  constexpr float kNoFractions = 12582912.0F;
  const float above = number > -most ? number : -most;
  const float within = above < most ? above : most;
  return std::bit_cast<std::int32_t>(within + kNoFractions) - std::bit_cast<std::int32_t>(kNoFractions);
}

float activated(float sum, Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return std::max(sum, 0.0F);
    case Activation::kGelu:
      return 0.5F * sum * (1.0F + std::erf(sum * (std::numbers::sqrt2_v<float> / 2)));
    case Activation::kSilu:
      return sum / (1.0F + std::exp(-sum));
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

  void rows(std::size_t begin, std::size_t end) const {
    for (std::size_t first = 0; first < steps.size(); first += kInputBlock) {
      const std::size_t last = std::min(first + kInputBlock, steps.size());
      for (std::size_t row = begin; row < end; row += kWeightRows) {
        for (std::size_t input = first; input < last; input += kInputRows) {
          tile(row, input, std::min(kInputRows, last - input));
        }
      }
    }
  }

  void tile(std::size_t row, std::size_t input, std::size_t inputs) const {
    const std::size_t stride = matrix.stride();
    Tile tile{
        .inputs = whole.data() + (input * stride), .input_rows = inputs, .weights = {}, .columns = stride};
    const std::size_t rows = std::min(kWeightRows, matrix.rows - row);
    for (std::size_t at = 0; at < kWeightRows; ++at) {
      tile.weights[at] = matrix.weights + ((row + std::min(at, rows - 1)) * stride);
    }
    std::array<std::int32_t, kWeightRows * kInputRows> sums;
    products(tile, sums.data());
    for (std::size_t at = 0; at < inputs; ++at) {
      float* out = outputs + ((input + at) * matrix.rows) + row;
      for (std::size_t each = 0; each < rows; ++each) {
        const float sum = static_cast<float>(sums[(at * kWeightRows) + each]) * steps[input + at];
        const float scaled = sum * matrix.scales[row + each];
        out[each] = activated(matrix.bias ? scaled + matrix.bias[row + each] : scaled, activation);
      }
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
    const float scale = largest(mine) / kMostWeight;
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
  const auto round_row = [&](std::size_t row) {
    const std::span<const float> mine = inputs.subspan(row * columns, columns);
    const float step = largest(mine) / most;
    const float factor = 1.0F / step;
    std::int16_t* numbers = whole_.data() + (row * stride);
    for (std::size_t at = 0; at < columns; ++at) {
      numbers[at] = static_cast<std::int16_t>(nearest(mine[at] * factor, most));
    }
    std::fill(numbers + columns, numbers + stride, std::int16_t{0});
    steps_[row] = step;
  };
  if (rows > kRowsAlone) {
    team_.share(rows, round_row);
  } else {
    for (std::size_t row = 0; row < rows; ++row) round_row(row);
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
