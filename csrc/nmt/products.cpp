#include "nmt/products.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// NOLINTBEGIN(modernize-avoid-c-arrays): std::array of registers is none to compilers
namespace streamtts::nmt {
namespace {

constexpr std::int32_t kMostInput = 16383;  // two products of it and a weight still have room in 32 bits
constexpr std::int32_t kMostWeight = 128;
[[maybe_unused]] constexpr std::size_t kAhead = 8192;  // bytes of weights that are on their way

template <std::size_t Rows>
void plainly(const Tile& tile, std::int32_t* sums) {
  for (std::size_t row = 0; row < Rows; ++row) {
    const std::int16_t* input = tile.inputs + (row * tile.columns);
    for (std::size_t weight = 0; weight < kWeightRows; ++weight) {
      const std::int8_t* weights = tile.weights[weight];
      std::int32_t sum = 0;
      for (std::size_t column = 0; column < tile.columns; ++column) {
        sum += static_cast<std::int32_t>(input[column]) * weights[column];
      }
      sums[(row * tile.sums_apart) + weight] = sum;
    }
  }
}

#if defined(__x86_64__)

#if defined(__clang__)
#define STREAMTTS_UNROLL _Pragma("unroll")
#else
#define STREAMTTS_UNROLL _Pragma("GCC unroll 8")
#endif
#define STREAMTTS_VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define STREAMTTS_AVX2 __attribute__((target("avx2")))

STREAMTTS_AVX2 std::int32_t total(__m256i sum) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
  return _mm_cvtsi128_si32(half);
}

STREAMTTS_VNNI std::int32_t total(__m512i sum) {
  return total(_mm256_add_epi32(_mm512_maskz_extracti64x4_epi64(0xF, sum, 0),
                                _mm512_maskz_extracti64x4_epi64(0xF, sum, 1)));
}

template <std::size_t Rows>
STREAMTTS_VNNI void with_vnni(const Tile& tile, std::int32_t* sums) {
  __m512i sum[Rows][kWeightRows];
  STREAMTTS_UNROLL
  for (auto& row : sum) {
    STREAMTTS_UNROLL
    for (__m512i& each : row) each = _mm512_setzero_si512();
  }
  for (std::size_t column = 0; column < tile.columns; column += 32) {
    __m512i weight[kWeightRows];
    STREAMTTS_UNROLL
    for (std::size_t at = 0; at < kWeightRows; ++at) {
      const auto* bytes = reinterpret_cast<const __m256i*>(tile.weights[at] + column);
      __builtin_prefetch(tile.weights[at] + column + (kWeightRows * tile.columns));
      weight[at] = _mm512_cvtepi8_epi16(_mm256_loadu_si256(bytes));
    }
    STREAMTTS_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m512i input = _mm512_loadu_si512(tile.inputs + (row * tile.columns) + column);
      STREAMTTS_UNROLL
      for (std::size_t at = 0; at < kWeightRows; ++at) {
        sum[row][at] = _mm512_dpwssd_epi32(sum[row][at], weight[at], input);
      }
    }
  }
  STREAMTTS_UNROLL
  for (std::size_t row = 0; row < Rows; ++row) {
    STREAMTTS_UNROLL
    for (std::size_t at = 0; at < kWeightRows; ++at) {
      sums[(row * tile.sums_apart) + at] = total(sum[row][at]);
    }
  }
}

// A single input leaves the memory no time: one row of weights after the other, as it likes to be read.
STREAMTTS_VNNI void one_with_vnni(const Tile& tile, std::int32_t* sums) {
  for (std::size_t at = 0; at < kWeightRows; ++at) {
    const std::int8_t* weights = tile.weights[at];
    __m512i even = _mm512_setzero_si512();
    __m512i odd = _mm512_setzero_si512();
    for (std::size_t column = 0; column < tile.columns; column += kColumnStep) {
      __builtin_prefetch(weights + column + kAhead);
      const auto* bytes = reinterpret_cast<const __m256i*>(weights + column);
      even = _mm512_dpwssd_epi32(even, _mm512_cvtepi8_epi16(_mm256_loadu_si256(bytes)),
                                 _mm512_loadu_si512(tile.inputs + column));
      odd = _mm512_dpwssd_epi32(odd, _mm512_cvtepi8_epi16(_mm256_loadu_si256(bytes + 1)),
                                _mm512_loadu_si512(tile.inputs + column + 32));
    }
    sums[at] = total(_mm512_add_epi32(even, odd));
  }
}

STREAMTTS_AVX2 void one_with_avx2(const Tile& tile, std::int32_t* sums) {
  for (std::size_t at = 0; at < kWeightRows; ++at) {
    const std::int8_t* weights = tile.weights[at];
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t begin = 0; begin < tile.columns; begin += kColumnStep) {
      __builtin_prefetch(weights + begin + kAhead);
      STREAMTTS_UNROLL
      for (std::size_t column = begin; column < begin + kColumnStep; column += 16) {
        const auto* bytes = reinterpret_cast<const __m128i*>(weights + column);
        const auto* numbers = reinterpret_cast<const __m256i*>(tile.inputs + column);
        const __m256i weight = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(weight, _mm256_loadu_si256(numbers)));
      }
    }
    sums[at] = total(sum);
  }
}

template <std::size_t Rows>
STREAMTTS_AVX2 void with_avx2(const Tile& tile, std::int32_t* sums) {
  __m256i sum[Rows][kWeightRows];
  STREAMTTS_UNROLL
  for (auto& row : sum) {
    STREAMTTS_UNROLL
    for (__m256i& each : row) each = _mm256_setzero_si256();
  }
  for (std::size_t column = 0; column < tile.columns; column += 16) {
    __m256i weight[kWeightRows];
    STREAMTTS_UNROLL
    for (std::size_t at = 0; at < kWeightRows; ++at) {
      const auto* bytes = reinterpret_cast<const __m128i*>(tile.weights[at] + column);
      weight[at] = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
    }
    STREAMTTS_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
      const auto* numbers = reinterpret_cast<const __m256i*>(tile.inputs + (row * tile.columns) + column);
      const __m256i input = _mm256_loadu_si256(numbers);
      STREAMTTS_UNROLL
      for (std::size_t at = 0; at < kWeightRows; ++at) {
        sum[row][at] = _mm256_add_epi32(sum[row][at], _mm256_madd_epi16(weight[at], input));
      }
    }
  }
  STREAMTTS_UNROLL
  for (std::size_t row = 0; row < Rows; ++row) {
    STREAMTTS_UNROLL
    for (std::size_t at = 0; at < kWeightRows; ++at) {
      sums[(row * tile.sums_apart) + at] = total(sum[row][at]);
    }
  }
}

void vnni(const Tile& tile, std::int32_t* sums) {
  static constexpr Products kByRows[] = {one_with_vnni, with_vnni<2>, with_vnni<3>,
                                         with_vnni<4>,  with_vnni<5>, with_vnni<6>};
  kByRows[tile.input_rows - 1](tile, sums);
}

void avx2(const Tile& tile, std::int32_t* sums) {
  Tile two = tile;
  for (; two.input_rows > 1; two.input_rows -= 2) {  // it has no room for the sums of more
    with_avx2<2>(two, sums);
    two.inputs += 2 * tile.columns;
    sums += 2 * tile.sums_apart;
  }
  if (two.input_rows == 1) one_with_avx2(two, sums);
}

#endif

void plain(const Tile& tile, std::int32_t* sums) {
  static constexpr Products kByRows[] = {plainly<1>, plainly<2>, plainly<3>,
                                         plainly<4>, plainly<5>, plainly<6>};
  kByRows[tile.input_rows - 1](tile, sums);
}

}  // namespace

std::vector<Products> known_products() {
  std::vector<Products> known;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni")) known.push_back(vnni);
  if (__builtin_cpu_supports("avx2")) known.push_back(avx2);
#endif
  known.push_back(plain);
  return known;
}

Products products() {
  static const Products kQuickest = known_products().front();
  return kQuickest;
}

std::int32_t most_input(std::size_t columns) {
  const auto room = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() / kMostWeight);
  return std::min(kMostInput, static_cast<std::int32_t>(room / std::max<std::size_t>(columns, 1)));
}

}  // namespace streamtts::nmt
// NOLINTEND(modernize-avoid-c-arrays)
