#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include "check.hpp"
#include "nmt/floats.hpp"
#include "nmt/heard.hpp"
#include "nmt/matrix.hpp"
#include "nmt/network.hpp"
#include "nmt/products.hpp"
#include "nmt/team.hpp"

using namespace streamtts::nmt;

namespace {

std::mt19937& random_source() {
  static std::mt19937 source(7);
  return source;
}

std::vector<float> floats(std::size_t count, float spread = 1) {
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> made(count);
  for (float& each : made) each = normal(random_source());
  return made;
}

// A matrix with memory of its own.
struct Owned {
  Owned(std::size_t rows, std::size_t columns)
      : exact(floats(rows * columns)), weights(rows * padded(columns)), scales(rows), bias(floats(rows)) {
    rounded(exact, columns, weights.data(), scales.data());
    matrix = {weights.data(), scales.data(), bias.data(), rows, columns};
  }

  std::vector<float> exact;
  std::vector<std::int8_t> weights;
  std::vector<float> scales;
  std::vector<float> bias;
  Matrix matrix;
};

}  // namespace

TEST(a_team_does_every_part_once) {
  for (const std::size_t threads : {1, 2, 4}) {
    Team team(threads);
    std::vector<std::atomic<int>> done(300);
    for (int round = 0; round < 200; ++round) {
      team.share(static_cast<std::size_t>(round), [&](std::size_t part) { ++done[part]; });
    }
    for (std::size_t part = 0; part < 300; ++part) {
      const int expected = part < 199 ? 199 - static_cast<int>(part) : 0;
      CHECK_EQ(done[part].load(), expected);
    }
  }
}

TEST(what_the_parts_of_a_task_wrote_is_there_when_it_ends) {
  Team team(3);
  std::vector<std::size_t> wrote(64);
  for (std::size_t round = 1; round < 500; ++round) {
    team.share(wrote.size(), [&](std::size_t part) { wrote[part] = round; });
    CHECK(std::all_of(wrote.begin(), wrote.end(), [&](std::size_t each) { return each == round; }));
  }
}

TEST(sums_of_products_are_exact_also_of_the_largest_numbers) {
  for (const std::size_t columns : {64, 128, 1024, 4096, 8192}) {
    const std::int32_t most = most_input(columns);
    std::uniform_int_distribution<int> input(-most, most);
    std::uniform_int_distribution<int> weight(-128, 127);
    std::vector<std::int16_t> inputs(kInputRows * columns);
    std::vector<std::int8_t> weights((kWeightRows * columns) + 1);
    for (auto& each : inputs) each = static_cast<std::int16_t>(input(random_source()));
    for (auto& each : weights) each = static_cast<std::int8_t>(weight(random_source()));
    std::fill_n(inputs.begin(), columns, static_cast<std::int16_t>(-most));
    std::fill_n(weights.begin(), columns, std::int8_t{-128});
    for (const Products products : known_products()) {
      for (std::size_t rows = 1; rows <= kInputRows; ++rows) {
        Tile tile{.inputs = inputs.data(),
                  .input_rows = rows,
                  .weights = {},
                  .columns = columns,
                  .sums_apart = kWeightRows + 1};
        for (std::size_t at = 0; at < kWeightRows; ++at)
          tile.weights[at] = weights.data() + (at * columns) + at % 2;
        tile.weights[0] = weights.data();
        std::vector<std::int32_t> sums(kInputRows * (kWeightRows + 1), -1);
        products(tile, sums.data());
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::size_t at = 0; at < kWeightRows; ++at) {
            std::int64_t sum = 0;
            for (std::size_t column = 0; column < columns; ++column) {
              sum += std::int64_t{inputs[(row * columns) + column]} * tile.weights[at][column];
            }
            CHECK_EQ(std::int64_t{sums[(row * (kWeightRows + 1)) + at]}, sum);
          }
        }
      }
    }
  }
}

TEST(a_product_is_that_of_the_rounded_weights) {
  Multiplier multiplier(2);
  for (const auto& [rows, columns] :
       {std::pair<std::size_t, std::size_t>{7, 24}, {200, 64}, {33, 1000}, {1, 1}}) {
    const Owned owned(rows, columns);
    for (const std::size_t count : {1, 2, 6, 7, 50}) {
      const std::vector<float> inputs = floats(count * columns);
      std::vector<float> outputs;
      multiplier.multiply(owned.matrix, inputs, outputs);
      CHECK_EQ(outputs.size(), count * rows);
      std::vector<float> weights(columns);
      for (std::size_t row = 0; row < rows; ++row) {
        owned.matrix.row(row, weights);
        for (std::size_t at = 0; at < columns; ++at) {
          CHECK(std::fabs(weights[at] - owned.exact[(row * columns) + at]) <= owned.scales[row] * 0.5001F);
        }
        for (std::size_t input = 0; input < count; ++input) {
          double sum = owned.bias[row];
          double size = 0;
          for (std::size_t at = 0; at < columns; ++at) {
            const double product = double{inputs[(input * columns) + at]} * weights[at];
            sum += product;
            size += std::fabs(product);
          }
          CHECK(std::fabs(outputs[(input * rows) + row] - sum) <= 1e-3 * size + 1e-5);
        }
      }
    }
  }
}

TEST(a_row_is_the_same_alone_and_in_company_and_with_any_number_of_threads) {
  const Owned owned(130, 192);
  const std::vector<float> inputs = floats(77 * 192);
  std::vector<float> together;
  Multiplier(3).multiply(owned.matrix, inputs, together, Activation::kGelu);
  Multiplier one(1);
  for (std::size_t row = 0; row < 77; ++row) {
    std::vector<float> alone;
    one.multiply(owned.matrix, std::span(inputs).subspan(row * 192, 192), alone, Activation::kGelu);
    CHECK(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(row * 130)));
  }
}

TEST(activations_are_what_they_are_called) {
  Owned owned(3, 64);
  std::fill(owned.weights.begin(), owned.weights.end(), std::int8_t{0});
  owned.bias = {-1.5F, 0.0F, 2.0F};
  owned.matrix.bias = owned.bias.data();
  const std::vector<float> input(64, 1.0F);
  const auto made = [&](Activation activation) {
    std::vector<float> out;
    Multiplier(1).multiply(owned.matrix, input, out, activation);
    return out;
  };
  CHECK(made(Activation::kRelu) == std::vector<float>({0.0F, 0.0F, 2.0F}));
  CHECK(std::fabs(made(Activation::kGelu)[0] + 0.10021F) < 1e-4F);
  CHECK(std::fabs(made(Activation::kSilu)[2] - 1.76159F) < 1e-4F);
}

TEST(numbers_that_are_none_harm_nobody_else) {
  const Owned owned(16, 64);
  const std::vector<float> good = floats(64);
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 0.0F}) {
    std::vector<float> inputs(128, bad);
    std::copy(good.begin(), good.end(), inputs.begin());
    std::vector<float> both;
    std::vector<float> alone;
    Multiplier(1).multiply(owned.matrix, inputs, both);
    Multiplier(1).multiply(owned.matrix, good, alone);
    CHECK(std::equal(alone.begin(), alone.end(), both.begin()));
  }
  std::vector<std::int8_t> weights(64);
  float scale = 0;
  rounded(std::vector<float>(64, std::numeric_limits<float>::infinity()), 64, weights.data(), &scale);
  rounded(std::vector<float>(64, 0.0F), 64, weights.data(), &scale);
  CHECK(std::all_of(weights.begin(), weights.end(), [](std::int8_t each) { return each == 0; }));
}

TEST(floats_of_16_bits_are_read_as_they_are_meant) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto stored = static_cast<std::uint16_t>(bits);
    const auto bytes = std::as_bytes(std::span(&stored, 1));
    const float half = floats_of(bytes, Kind::kFloat16)[0];
    const int exponent = static_cast<int>((bits >> 10U) & 31U);
    const auto fraction = static_cast<double>(bits & 1023U);
    const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
    if (exponent == 31) {
      CHECK(fraction == 0 ? std::isinf(half) : std::isnan(half));
    } else {
      const double meant =
          exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
      CHECK(half == sign * meant);
      CHECK_EQ(std::signbit(half), sign < 0);
    }
    const float brain = floats_of(bytes, Kind::kBfloat16)[0];
    CHECK_EQ(std::bit_cast<std::uint32_t>(brain), bits << 16U);
  }
}

TEST(attention_is_a_mean_of_values_by_the_likeness_of_keys) {
  constexpr std::size_t kWidth = 24;
  constexpr std::size_t kHeads = 3;
  Heard heard(kWidth, kHeads);
  std::vector<std::vector<float>> keys;
  std::vector<std::vector<float>> values;
  std::vector<float> room;
  for (std::size_t words = 1; words < 40; ++words) {
    keys.push_back(floats(kWidth));
    values.push_back(floats(kWidth));
    heard.add(keys.back().data(), values.back().data());
    const std::vector<float> query = floats(kWidth);
    std::vector<float> out(kWidth);
    heard.listen(query.data(), out.data(), room);
    for (std::size_t at = 0; at < kWidth; ++at) {
      const std::size_t head = at / (kWidth / kHeads) * (kWidth / kHeads);
      double total = 0;
      double mean = 0;
      for (std::size_t word = 0; word < words; ++word) {
        double score = 0;
        for (std::size_t each = head; each < head + (kWidth / kHeads); ++each)
          score += query[each] * keys[word][each];
        const double share = std::exp(score / std::sqrt(static_cast<double>(kWidth / kHeads)));
        total += share;
        mean += share * values[word][at];
      }
      CHECK(std::fabs(out[at] - (mean / total)) < 1e-4);
    }
  }
}
