// Rows of floats times a matrix of whole numbers of 8 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nmt/team.hpp"

namespace streamtts::nmt {

enum class Activation : std::uint8_t { kNone, kRelu, kGelu, kSilu };

// Somebody else's memory. A row of weights stands for an output; its numbers times its scale are the floats
// that they were.
struct Matrix {
  const std::int8_t* weights = nullptr;
  const float* scales = nullptr;
  const float* bias = nullptr;  // may be none
  std::size_t rows = 0;
  std::size_t columns = 0;

  std::size_t stride() const;
  // A row of weights as floats.
  void row(std::size_t place, std::span<float> floats) const;
};

// How long a row of so many whole numbers is: what is more are zeros.
std::size_t padded(std::size_t columns);

// Whole numbers of 8 bits for rows of floats, each row with a scale of its own.
void rounded(std::span<const float> floats, std::size_t columns, std::int8_t* weights, float* scales);

class Multiplier {
 public:
  explicit Multiplier(std::size_t threads) : team_(threads) {}

  // Rows of outputs for rows of inputs. Each row is rounded on its own: no row depends on its neighbours.
  void multiply(const Matrix& matrix, std::span<const float> inputs, std::vector<float>& outputs,
                Activation activation = Activation::kNone);
  Team& team() { return team_; }

 private:
  void round_inputs(std::span<const float> inputs, std::size_t columns);

  Team team_;
  std::vector<std::int16_t> whole_;
  std::vector<float> steps_;
};

}  // namespace streamtts::nmt
