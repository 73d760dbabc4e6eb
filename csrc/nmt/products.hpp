// Sums of products of whole numbers, exact on every processor: inputs of 16 bits with weights of 8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace streamtts::nmt {

inline constexpr std::size_t kColumnStep = 64;  // rows of both are filled up with zeros to a multiple of it
inline constexpr std::size_t kWeightRows = 4;   // of a tile
inline constexpr std::size_t kInputRows = 6;    // at most

// The inputs lie in rows of `columns` numbers, one after the other.
struct Tile {
  const std::int16_t* inputs;
  std::size_t input_rows;
  const std::int8_t* weights[kWeightRows];  // NOLINT(modernize-avoid-c-arrays)
  std::size_t columns;
  std::size_t sums_apart;  // from one input's sums to the next one's
};

// sums[input * sums_apart + weight].
using Products = void (*)(const Tile& tile, std::int32_t* sums);

// Those that this processor knows, the quickest first.
std::vector<Products> known_products();

// The quickest.
Products products();

// The largest input with which no sum of so many products is beyond 32 bits.
std::int32_t most_input(std::size_t columns);

}  // namespace streamtts::nmt
